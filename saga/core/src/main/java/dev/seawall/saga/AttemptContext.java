package dev.seawall.saga;

import dev.seawall.Deadline;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the code of one attempt is told. */
record AttemptContext(
        SagaKey key,
        Next.Job<?> job,
        Deadline deadline,
        @Nullable String trace,
        BooleanSupplier stillCounts) implements SagaContext {

    @Override
    public int attempt() {
        return job.attempt();
    }

    @Override
    public boolean isInDoubt() {
        return job.mark().inDoubt();
    }

    @Override
    public String idempotencyKey() {
        return Keys.of(key, job.task().name(), job.undoing());
    }

    @Override
    public String actionKey() {
        return Keys.of(key, job.task().name(), false);
    }

    @Override
    public Optional<String> traceParent() {
        return Optional.ofNullable(trace);
    }

    @Override
    public void checkOwned() {
        if (!stillCounts.getAsBoolean()) {
            throw new SagaLostException(
                    "attempt " + attempt() + " at step '" + job.task().name() + "' of saga " + key
                            + " no longer counts: its time is over, or another node has the saga");
        }
    }

    @Override
    public String toString() {
        return "attempt " + attempt() + " at step '" + job.task().name() + "' of saga " + key;
    }
}
