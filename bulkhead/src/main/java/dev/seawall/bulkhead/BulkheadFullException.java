package dev.seawall.bulkhead;

import dev.seawall.CallRejectedException;
import dev.seawall.Durations;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bulkhead had no permit for the call, which was not run. When one becomes free depends on other calls, so there is no hint
 * when to come back.
 */
public final class BulkheadFullException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    /** Why there was no permit. */
    enum Why {
        FULL,
        DISPLACED,
        TIME_OVER,
        TOO_HEAVY,
        CLOSED,
        SHUT,
        REFUSED
    }

    private final Why why;
    private final int weight;
    private final int limit;
    private final int inUse;
    private final int waiting;
    private final long waitedNanos;
    private final @Nullable String partition;
    private final int partitionInUse;
    private final int share;

    BulkheadFullException(
            String bulkhead, @Nullable Scope scope, Why why, int weight, Partition partition, long waitedNanos) {
        super(bulkhead, scope, NO_HINT);
        this.why = why;
        this.weight = weight;
        Permits permits = partition.permits();
        this.limit = permits.limit();
        this.inUse = permits.inUse();
        this.waiting = permits.waiting();
        this.waitedNanos = waitedNanos;
        this.partition = partition.name();
        this.partitionInUse = partition.inUse();
        this.share = partition.share();
    }

    /**
     * How long the call had waited for a permit.
     *
     * @return zero if it was rejected at once
     */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /**
     * The partition of the call.
     *
     * @return its name; empty if it has none
     */
    public Optional<String> partition() {
        return Optional.ofNullable(partition);
    }

    @Override
    public String reason() {
        String name = "bulkhead '" + policy() + "'";
        return switch (why) {
            case FULL -> name + " is full: " + numbers();
            case DISPLACED -> name + " is full, and a call that goes before this one took its place: " + numbers();
            case TIME_OVER -> name + " had no permit within " + Durations.format(waited()) + ": " + numbers();
            case TOO_HEAVY -> name + " has only " + limit + " permits, and the call takes " + weight;
            case CLOSED -> name + " ended the wait for a permit: its runtime was closed";
            case SHUT -> name + " is closed";
            case REFUSED -> name + " did not run the call: its executor refused it";
        };
    }

    private String numbers() {
        String ofPartition = partition == null
                ? ""
                : ", " + partitionInUse + " of them by partition '" + partition + "' with a share of " + share;
        String text = inUse + " of " + limit + " permits in use" + ofPartition + ", " + waiting + " waiting";
        return weight == 1 ? text : text + ", and the call takes " + weight;
    }
}
