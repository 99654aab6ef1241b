package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.ratelimiter.PermitStore.Decision;
import dev.seawall.ratelimiter.RateLimitedException.Why;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to the store for permits, from the question to what its answer means for the caller. */
final class Ask {

    private static final Logger LOG = LoggerFactory.getLogger(SharedRateLimiter.class);

    private final DefaultSharedRateLimiter limiter;
    private final Shared shared;
    private final Plan plan;
    private final Request request;
    private final boolean counted; // among those that wait
    private final boolean room;
    private final CompletableFuture<Decision> answer;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile @Nullable Reservation turn;

    Ask(
            DefaultSharedRateLimiter limiter,
            Plan plan,
            Request request,
            boolean counted,
            boolean room,
            CompletableFuture<Decision> answer) {
        this.limiter = limiter;
        this.shared = limiter.shared();
        this.plan = plan;
        this.request = request;
        this.counted = counted;
        this.room = room;
        this.answer = answer;
    }

    CompletableFuture<Decision> answer() {
        return answer;
    }

    DefaultSharedRateLimiter limiter() {
        return limiter;
    }

    Request request() {
        return request;
    }

    /** The store's decision, once the answer is there. One that breaks its contract cannot be asked. */
    Decision decision() {
        try {
            return answer.join();
        } catch (CompletionException | CancellationException broken) {
            LOG.warn("rate limiter '{}': its store failed; the call is rejected", shared.name, broken);
            return new PermitStore.Unavailable(0);
        }
    }

    /** Waits for the answer on the calling thread. */
    void await() {
        if (answer.isDone()) {
            return;
        }
        Thread caller = Thread.currentThread();
        whenThere(answer, () -> LockSupport.unpark(caller));
        try {
            shared.runtime.sleep(Durations.MAX_NANOS, answer::isDone);
        } catch (InterruptedException interrupted) {
            abandon();
            throw shared.interrupted(interrupted);
        }
        if (!answer.isDone()) {
            abandon();
            throw shared.tellRejected(closed(request.scope(), request.permits()));
        }
    }

    /** What the answer, which must be there, means: permits, or an exception. Tells listeners the first time. */
    Reservation settle() {
        boolean first = settled.compareAndSet(false, true);
        Reservation known = turn;
        if (known != null) {
            return known;
        }
        if (!(decision() instanceof PermitStore.Granted granted)) {
            RateLimitedException rejection = rejection(decision());
            throw first ? shared.tellRejected(rejection) : rejection;
        }
        long now = shared.runtime.now();
        if (first && granted.delayNanos() > 0) {
            shared.tellDelayed(request.permits(), granted.delayNanos());
        }
        Reservation made = new Reservation(
                new Turn(limiter, this, granted.giveBack()),
                new Piece(),
                request.permits(),
                Durations.plus(now, granted.delayNanos()));
        turn = made;
        return made;
    }

    private RateLimitedException rejection(Decision decision) {
        if (decision instanceof PermitStore.Impossible never) {
            return RateLimitedException.tooMany(shared.name, request.scope(), request.permits(), plan, never.most());
        }
        if (decision instanceof PermitStore.Unavailable down) {
            return rejection(Why.UNAVAILABLE, down.retryNanos());
        }
        long wait = ((PermitStore.Rejected) decision).waitNanos();
        long due = Durations.plus(request.now(), wait);
        if (!room && due <= request.latest()) {
            return rejection(Why.QUEUE_FULL, wait);
        }
        return rejection(
                due >= request.deadline() && wait <= request.maxWaitNanos() ? Why.DEADLINE : Why.OVER_LIMIT, wait);
    }

    private RateLimitedException rejection(Why why, long waitNanos) {
        return new RateLimitedException(shared.name, request.scope(), why, request.permits(), plan, waitNanos, 0);
    }

    RateLimitedException closed(@Nullable Scope scope, long permits) {
        return RateLimitedException.closed(shared.name, scope, permits, plan);
    }

    /** Nobody is interested any more: what is granted goes back. */
    void abandon() {
        whenThere(answer, () -> {
            if (decision() instanceof PermitStore.Granted && (turn != null || settled.compareAndSet(false, true))) {
                settle().cancel();
            }
        });
    }

    /** Runs a task on the thread that brings the answer, or at once. */
    static void whenThere(CompletionStage<?> answer, Runnable task) {
        answer.whenComplete((decision, failure) -> task.run());
    }

    /** The call waits no longer. To be called once. */
    void leave() {
        if (counted) {
            limiter.dequeue();
        }
    }

    /** Whose permits a reservation holds. */
    private record Turn(DefaultSharedRateLimiter limiter, Ask ask, Runnable back) implements Lender {

        @Override
        public String name() {
            return limiter.name();
        }

        @Override
        public ResilienceRuntime runtime() {
            return limiter.shared().runtime;
        }

        @Override
        public void await(Reservation turn, @Nullable Scope scope, ResilienceRuntime clock, long now) {
            if (turn.due() <= now) {
                return;
            }
            try {
                if (clock.sleep(turn.due() - now)) {
                    return;
                }
            } catch (InterruptedException interrupted) {
                turn.cancel();
                throw limiter.shared().interrupted(interrupted);
            }
            turn.cancel();
            throw limiter.shared().tellRejected(ask.closed(scope, turn.permits()));
        }

        @Override
        public void giveBack(Piece piece, long permits) {
            back.run();
            limiter.shared().tellReturned(permits);
        }
    }
}
