package dev.seawall.ratelimiter.redis;

import dev.seawall.ResilienceRuntime;
import dev.seawall.ratelimiter.PermitStore;
import dev.seawall.ratelimiter.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one limiter, in Redis.
 *
 * <p>One batch is under way at a time. What is asked for meanwhile goes with the next: a limiter under load makes one round trip
 * for many calls, and one without load waits for nobody. Different limiters do not wait for each other.
 */
final class RedisPermits implements PermitStore {

    private static final int MOST_IN_A_BATCH = 256; // about a tenth of a millisecond of Redis' time

    private final Layout layout;
    private final Guard guard;
    private final Fallback fallback;
    private final ResilienceRuntime runtime;
    private final long most;
    private final Queue<Demand> demands = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile @Nullable Known known; // written while under way, so in the order of Redis' answers

    RedisPermits(Layout layout, Guard guard, Fallback fallback, ResilienceRuntime runtime) {
        this.layout = layout;
        this.guard = guard;
        this.fallback = fallback;
        this.runtime = runtime;
        this.most = layout.most();
    }

    @Override
    public CompletionStage<Decision> take(long permits, long maxWaitNanos) {
        if (permits > most) {
            return CompletableFuture.completedFuture(new Impossible(most));
        }
        Rejected rejected = rejectedLocally(permits, maxWaitNanos);
        return rejected != null
                ? CompletableFuture.completedFuture(rejected)
                : ask(new Demand(Demand.Kind.TAKE, permits, maxWaitNanos));
    }

    /** What Redis would say, as far as that is certain from what it has said. */
    private @Nullable Rejected rejectedLocally(long permits, long maxWaitNanos) {
        Known last = known;
        if (last == null) {
            return null;
        }
        long now = runtime.now();
        if (!last.isFresh(now)) {
            return null;
        }
        long there = last.latest(now);
        long wait = (layout.due(last.states(), permits, there) - there) * 1_000;
        return wait > maxWaitNanos ? new Rejected(wait) : null;
    }

    @Override
    public void charge(long permits) {
        ask(new Demand(Demand.Kind.CHARGE, permits, 0));
    }

    @Override
    public CompletionStage<Quota> quota() {
        Known last = known;
        long now = runtime.now();
        if (last != null && last.isFresh(now)) {
            return CompletableFuture.completedFuture(layout.quota(last.states(), last.latest(now)));
        }
        return ask(new Demand(Demand.Kind.LOOK, 1, 0)).thenApply(seen -> {
            Known fresh = known;
            long then = runtime.now();
            return fresh != null && fresh.isFresh(then)
                    ? layout.quota(fresh.states(), fresh.latest(then))
                    : fallback.quota(layout);
        });
    }

    @Override
    public boolean isIdle() {
        return underWay.get() == 0 && demands.isEmpty() && fallback.isIdle();
    }

    // ---- asking Redis

    private CompletionStage<Decision> ask(Demand demand) {
        demands.add(demand);
        send();
        return demand.decision;
    }

    /** Sends what there is, unless something is under way: then its answer does. */
    private void send() {
        while (!demands.isEmpty() && underWay.compareAndSet(0, 1)) {
            List<Demand> next = next();
            if (!next.isEmpty() && send(next)) {
                return;
            }
            underWay.set(0);
        }
    }

    private List<Demand> next() {
        List<Demand> next = new ArrayList<>();
        for (Demand demand = poll(next); demand != null; demand = poll(next)) {
            Rejected rejected =
                    demand.kind == Demand.Kind.TAKE ? rejectedLocally(demand.permits, demand.maxWaitNanos) : null;
            if (rejected != null) {
                demand.decision.complete(rejected); // who came before it got the last permits
            } else {
                next.add(demand);
            }
        }
        return next;
    }

    private @Nullable Demand poll(List<Demand> next) {
        return next.size() < MOST_IN_A_BATCH ? demands.poll() : null;
    }

    private boolean send(List<Demand> next) {
        Batch batch = new Batch(layout, next);
        long sent = runtime.now();
        boolean asked = guard.run(batch.script(), layout.keys, batch.arguments(), (answer, failure) -> {
            if (answer == null) {
                failed(next, failure);
            } else {
                answered(batch, answer, sent);
            }
        });
        if (!asked) {
            known = null;
            next.forEach(this::decide);
        }
        return asked;
    }

    private void answered(Batch batch, List<Object> answer, long sent) {
        Known latest = new Known(Batch.word(answer, 0), sent, batch.states(answer));
        known = latest;
        underWay.set(0);
        send();
        batch.settle(answer, latest, this::giveBack);
    }

    /** What timed out may have been done all the same; then it counts, and nobody gets more than there is. */
    private void failed(List<Demand> asked, @Nullable Throwable failure) {
        known = null;
        List<Demand> undecided = new ArrayList<>(asked);
        if (failure instanceof TimeoutException) {
            for (Demand demand = demands.poll(); demand != null; demand = demands.poll()) {
                undecided.add(demand); // waited as long for its turn as it may wait for an answer
            }
        }
        underWay.set(0);
        send();
        undecided.forEach(this::decide);
    }

    private void decide(Demand demand) {
        switch (demand.kind) {
            case TAKE -> demand.decision.complete(fallback.take(demand.permits, demand.maxWaitNanos));
            case CHARGE -> {
                fallback.charge(demand.permits);
                demand.decision.complete(new Granted(0, () -> {}));
            }
            case LOOK -> demand.decision.complete(new Unavailable(0));
        }
    }

    private void giveBack(List<String> arguments) {
        guard.run(Script.GIVE_BACK, layout.keys, arguments.toArray(String[]::new), (answer, failure) -> known = null);
    }
}
