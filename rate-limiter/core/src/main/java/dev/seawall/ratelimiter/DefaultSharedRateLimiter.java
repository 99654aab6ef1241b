package dev.seawall.ratelimiter;

import dev.seawall.Cancellation;
import dev.seawall.Durations;
import dev.seawall.Layer;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets calls in, keeps them waiting, and tells who listens. Who gets permits is decided by its {@link PermitStore}. */
final class DefaultSharedRateLimiter implements SharedRateLimiter {

    /** A configuration and the store that keeps its permits. */
    private record State(Plan plan, PermitStore store) {}

    private final Shared shared;
    private final Function<? super RateLimiterConfig, ? extends PermitStore> stores;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile RateLimiterConfig given; // by who made it; another one than in use if it was configured by itself
    private volatile State state;
    private volatile boolean known;

    DefaultSharedRateLimiter(
            Shared shared,
            RateLimiterConfig config,
            Function<? super RateLimiterConfig, ? extends PermitStore> stores) {
        this.shared = shared;
        this.stores = stores;
        this.given = Objects.requireNonNull(config, "config");
        this.state = new State(shared.plan(config), store(stores, config));
    }

    private static PermitStore store(
            Function<? super RateLimiterConfig, ? extends PermitStore> stores, RateLimiterConfig config) {
        return Objects.requireNonNull(stores.apply(config), "store");
    }

    // ---- taking

    long permits(@Nullable Object subject) {
        ToLongFunction<@Nullable Object> function = state.plan.config.permits();
        return function == null ? 1 : BySubject.askPermits(shared.name, function, subject);
    }

    Request request(@Nullable Scope scope, long permits, long now, long deadline) {
        return new Request(scope, permits, now, state.plan.maxWaitNanos, deadline);
    }

    private Request request(long permits, long maxWaitNanos) {
        Require.check(permits >= 1, "permits must be at least 1, was %s", permits);
        return new Request(null, permits, shared.runtime.now(), maxWaitNanos, Layer.NO_DEADLINE);
    }

    private Request request(long permits, Duration maxWait) {
        return request(permits, state.plan.bounded(Require.notNegative("maxWait", maxWait)));
    }

    /** Asks for a call that will wait if it must. Whoever gets an answer owes it a {@link Ask#leave()}. */
    Ask ask(Request request) {
        boolean counted = request.maxWaitNanos() > 0;
        boolean room = !counted || waiting.incrementAndGet() <= state.plan.config.queue();
        return ask(request, counted, room);
    }

    private Ask ask(Request request, boolean counted, boolean room) {
        State current = state;
        long wait = request.latest() - request.now();
        CompletableFuture<PermitStore.Decision> answer = wait < 0
                ? CompletableFuture.completedFuture(new PermitStore.Rejected(0)) // the deadline has passed
                : current.store.take(request.permits(), room ? wait : 0).toCompletableFuture();
        return new Ask(this, current.plan, request, counted, room, answer);
    }

    /** Takes permits for a synchronous call, or throws. */
    void await(Request request) {
        Ask ask = ask(request);
        try {
            ask.await();
            Scope scope = request.scope();
            ResilienceRuntime clock = scope == null ? shared.runtime : scope.runtime();
            Reservation turn = ask.settle();
            turn.await(scope, clock);
        } finally {
            ask.leave();
        }
    }

    void dequeue() {
        waiting.decrementAndGet();
    }

    @Override
    public boolean tryAcquire() {
        return tryAcquire(1);
    }

    @Override
    public boolean tryAcquire(long permits) {
        Ask ask = ask(request(permits, 0), false, true);
        ask.await();
        return ask.decision() instanceof PermitStore.Granted;
    }

    @Override
    public void acquire() {
        await(request(1, state.plan.maxWaitNanos));
    }

    @Override
    public void acquire(long permits) {
        await(request(permits, state.plan.maxWaitNanos));
    }

    @Override
    public void acquire(long permits, Duration maxWait) {
        await(request(permits, maxWait));
    }

    @Override
    public Reservation reserve(long permits, Duration maxWait) {
        Ask ask = ask(request(permits, maxWait), false, true);
        ask.await();
        return ask.settle();
    }

    @Override
    public void charge(long permits) {
        Require.check(permits >= 1, "permits must be at least 1, was %s", permits);
        state.store.charge(permits);
    }

    // ---- taking without a thread that waits

    @Override
    public CompletableFuture<Boolean> tryAcquireAsync() {
        return tryAcquireAsync(1);
    }

    @Override
    public CompletableFuture<Boolean> tryAcquireAsync(long permits) {
        Ask ask = ask(request(permits, 0), false, true);
        return answered(ask, () -> ask.decision() instanceof PermitStore.Granted);
    }

    @Override
    public CompletableFuture<Reservation> reserveAsync(long permits, Duration maxWait) {
        Ask ask = ask(request(permits, maxWait), false, true);
        return answered(ask, ask::settle);
    }

    /** Ends with what an answer means. If the future was cancelled meanwhile, what was granted goes back. */
    private <T> CompletableFuture<T> answered(Ask ask, Supplier<T> meaning) {
        CompletableFuture<T> promise = new CompletableFuture<>();
        whenAnswered(ask.answer(), () -> {
            try {
                if (!promise.complete(meaning.get())) {
                    ask.abandon();
                }
            } catch (RateLimitedException rejection) {
                promise.completeExceptionally(rejection);
            }
        });
        return promise;
    }

    /** At once if the answer is there, else off the thread that brings it: users hang on to it what they like. */
    private void whenAnswered(CompletableFuture<?> answer, Runnable task) {
        if (answer.isDone()) {
            task.run();
        } else {
            Ask.whenThere(answer, () -> handOver(task));
        }
    }

    private void handOver(Runnable task) {
        try {
            shared.runtime.executor().execute(task);
        } catch (RejectedExecutionException full) {
            task.run(); // on the wrong thread is better than never
        }
    }

    @Override
    public CompletableFuture<Void> acquireAsync() {
        return acquireAsync(request(1, state.plan.maxWaitNanos));
    }

    @Override
    public CompletableFuture<Void> acquireAsync(long permits) {
        return acquireAsync(request(permits, state.plan.maxWaitNanos));
    }

    @Override
    public CompletableFuture<Void> acquireAsync(long permits, Duration maxWait) {
        return acquireAsync(request(permits, maxWait));
    }

    private CompletableFuture<Void> acquireAsync(Request request) {
        Ask ask = ask(request);
        CompletableFuture<Void> promise = new CompletableFuture<>();
        whenAnswered(ask.answer(), () -> {
            try {
                waitFor(ask, ask.settle(), promise);
            } catch (RateLimitedException rejection) {
                ask.leave();
                promise.completeExceptionally(rejection);
            }
        });
        return promise;
    }

    private void waitFor(Ask ask, Reservation turn, CompletableFuture<Void> promise) {
        long nanos = turn.due() - shared.runtime.now();
        Cancellation timer = nanos <= 0
                ? Cancellation.NONE
                : shared.runtime.schedule(nanos, () -> handOver(() -> timeIsOver(ask, turn, promise)));
        Ask.whenThere(
                promise,
                () -> { // also if it was cancelled before
                    ask.leave();
                    if (promise.isCompletedExceptionally()) {
                        timer.cancel();
                        turn.cancel();
                    }
                });
        if (nanos <= 0) {
            promise.complete(null);
        }
    }

    private void timeIsOver(Ask ask, Reservation turn, CompletableFuture<Void> promise) {
        if (shared.runtime.isClosed()) {
            promise.completeExceptionally(ask.closed(null, turn.permits()));
        } else {
            promise.complete(null);
        }
    }

    // ---- settings

    @Override
    public RateLimiterConfig config() {
        return state.plan.config;
    }

    @Override
    public void configure(RateLimiterConfig config) {
        Objects.requireNonNull(config, "config");
        configure(current -> config);
    }

    @Override
    public void configure(UnaryOperator<RateLimiterConfig> change) {
        State seen;
        RateLimiterConfig changed;
        do {
            seen = state;
            changed = Objects.requireNonNull(change.apply(seen.plan.config), "config");
        } while (!changeFrom(seen, changed));
        shared.tellChanged(changed);
    }

    private boolean changeFrom(State seen, RateLimiterConfig changed) {
        shared.control.lock();
        try {
            if (!state.equals(seen)) {
                return false;
            }
            change(changed);
            return true;
        } finally {
            shared.control.unlock();
        }
    }

    /** Takes over what all keys are given, unless that was done before. */
    void give(RateLimiterConfig config) {
        if (given.equals(config)) {
            return;
        }
        shared.control.lock();
        try {
            if (!given.equals(config)) {
                change(config);
                given = config;
            }
        } finally {
            shared.control.unlock();
        }
    }

    /** With the lock held. What was used is kept where the permits are, so the store can be another one. */
    private void change(RateLimiterConfig config) {
        state = new State(shared.plan(config), store(stores, config));
    }

    // ---- looking in

    @Override
    public Quota quota() {
        CompletableFuture<Quota> answer = state.store.quota().toCompletableFuture();
        if (!answer.isDone()) {
            Thread caller = Thread.currentThread();
            Ask.whenThere(answer, () -> LockSupport.unpark(caller));
            try {
                shared.runtime.sleep(Durations.MAX_NANOS, answer::isDone);
            } catch (InterruptedException interrupted) {
                throw shared.interrupted(interrupted);
            }
        }
        return answer.join();
    }

    @Override
    public CompletableFuture<Quota> quotaAsync() {
        CompletableFuture<Quota> answer = state.store.quota().toCompletableFuture();
        CompletableFuture<Quota> promise = new CompletableFuture<>();
        whenAnswered(answer, () -> promise.complete(answer.join()));
        return promise;
    }

    @Override
    public RateLimiterSnapshot snapshot() {
        return new RateLimiterSnapshot(
                shared.name, quota(), waiting.get(), shared.delayed.sum(), shared.rejected.sum());
    }

    @Override
    public SavedLimiter save() {
        throw notHere();
    }

    @Override
    public void restore(SavedLimiter saved) {
        throw notHere();
    }

    private UnsupportedOperationException notHere() {
        return new UnsupportedOperationException(
                "the permits of '" + shared.name + "' are kept in its store, where they outlive this process");
    }

    @Override
    public <E extends RateLimiterEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return shared.events.subscribe(type, listener);
    }

    @Override
    public String name() {
        return shared.name;
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        scope.requireSameClock(shared.name, shared.runtime);
        return new SharedLayer(next, scope, subject -> this);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_RATE);
    }

    @Override
    public boolean isIdle() {
        State current = state;
        return waiting.get() == 0 && current.plan.config.equals(given) && current.store.isIdle();
    }

    Shared shared() {
        return shared;
    }

    /** Whether this is the first time anyone asks. */
    boolean isNew() {
        if (known) {
            return false;
        }
        known = true;
        return true;
    }

    @Override
    public String toString() {
        String limits = config().limits().stream().map(Limit::toString).collect(Collectors.joining("; "));
        return "shared rate limiter '" + shared.name + "' (" + limits + ")";
    }
}
