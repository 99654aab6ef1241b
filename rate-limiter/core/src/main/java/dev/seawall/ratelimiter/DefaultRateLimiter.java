package dev.seawall.ratelimiter;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.Layer;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import dev.seawall.Subscription;
import dev.seawall.ratelimiter.RateLimitedException.Why;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls in, keeps them waiting, and tells who listens. Who gets permits is decided by its {@link Meter}. There may be one
 * for each of very many keys, so what can be shared is in {@link Shared} and {@link Plan}.
 */
final class DefaultRateLimiter implements RateLimiter, Lender {

    private static final AtomicIntegerFieldUpdater<DefaultRateLimiter> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(DefaultRateLimiter.class, "waiting");

    private static final long A_WHILE = 1_000_000_000;

    private final Shared shared;
    private final @Nullable String key; // null if it is not that of a key
    private long nextLook; // guarded by the lock of Keys
    private volatile Plan given; // by who made it; another one than in use if this limiter was configured by itself
    private volatile Plan plan;
    private volatile Meter meter; // replaced after the one before was closed
    private volatile int waiting; // changed through WAITING only
    private volatile boolean asked; // since Keys last looked

    DefaultRateLimiter(Shared shared, Plan plan) {
        this(shared, plan, null, plan.meter(shared.padded));
    }

    DefaultRateLimiter(Shared shared, Plan plan, @Nullable String key, Meter meter) {
        this.shared = shared;
        this.key = key;
        this.given = plan;
        this.plan = plan;
        this.meter = meter;
    }

    static DefaultRateLimiter named(String name, RateLimiterConfig config, ResilienceRuntime runtime) {
        Shared shared = new Shared(name, runtime, true);
        return new DefaultRateLimiter(shared, shared.plan(config));
    }

    // ---- taking

    /** How many permits a call takes. */
    long permits(@Nullable Object subject) {
        ToLongFunction<@Nullable Object> function = plan.config.permits();
        return function == null ? 1 : BySubject.askPermits(shared.name, function, subject);
    }

    /** Takes permits that can be had at once, if it is easy to see that they can. */
    boolean tryTake(long permits, long now) {
        return meter.tryTake(permits, now);
    }

    private long take(long permits, long now, long latest, @Nullable Piece piece) {
        long due = meter.take(permits, now, latest, piece);
        while (due == Meter.REPLACED) {
            Thread.onSpinWait();
            due = meter.take(permits, now, latest, piece);
        }
        return due;
    }

    @Override
    public boolean tryAcquire() {
        return tryAcquire(1);
    }

    @Override
    public boolean tryAcquire(long permits) {
        requirePermits(permits);
        long now = shared.runtime.now();
        return meter.tryTake(permits, now) || take(permits, now, now, null) <= now;
    }

    @Override
    public void acquire() {
        acquire(1, plan.maxWaitNanos);
    }

    @Override
    public void acquire(long permits) {
        acquire(permits, plan.maxWaitNanos);
    }

    @Override
    public void acquire(long permits, Duration maxWait) {
        acquire(permits, plan.bounded(Require.notNegative("maxWait", maxWait)));
    }

    private void acquire(long permits, long maxWaitNanos) {
        requirePermits(permits);
        long now = shared.runtime.now();
        if (!meter.tryTake(permits, now)) {
            await(new Request(null, permits, now, maxWaitNanos, Layer.NO_DEADLINE), shared.runtime);
        }
    }

    @Override
    public Reservation reserve(long permits, Duration maxWait) {
        requirePermits(permits);
        long nanos = plan.bounded(Require.notNegative("maxWait", maxWait));
        Request request = new Request(null, permits, shared.runtime.now(), nanos, Layer.NO_DEADLINE);
        return reserve(request, request.latest());
    }

    @Override
    public void charge(long permits) {
        requirePermits(permits);
        long now = shared.runtime.now();
        while (!meter.charge(permits, now)) {
            Thread.onSpinWait();
        }
    }

    private static void requirePermits(long permits) {
        Require.check(permits >= 1, "permits must be at least 1, was %s", permits);
    }

    // ---- waiting

    Request request(Scope scope, long permits, long now, long deadline) {
        return new Request(scope, permits, now, plan.maxWaitNanos, deadline);
    }

    /** Takes permits for a synchronous call that did not get them at once, or throws. */
    void await(Request request, ResilienceRuntime clock) {
        Reservation turn = enqueue(request);
        try {
            await(turn, request.scope(), clock, request.now());
        } finally {
            dequeue();
        }
    }

    /** Takes permits for a call that will wait for them, or throws. Who gets an answer owes a {@link #dequeue()}. */
    Reservation enqueue(Request request) {
        boolean room = WAITING.incrementAndGet(this) <= plan.config.queue();
        try {
            return reserve(request, room ? request.latest() : Math.min(request.now(), request.latest()));
        } catch (Throwable rejection) {
            dequeue();
            throw rejection;
        }
    }

    void dequeue() {
        WAITING.decrementAndGet(this);
    }

    private Reservation reserve(Request request, long latest) {
        Piece piece = new Piece();
        long due = take(request.permits(), request.now(), latest, piece);
        if (due > latest) {
            throw shared.tellRejected(rejection(request, due));
        }
        if (due > request.now()) {
            shared.tellDelayed(request.permits(), due - request.now());
        }
        return new Reservation(this, piece, request.permits(), due);
    }

    private RateLimitedException rejection(Request request, long due) {
        if (due == Meter.NEVER) {
            return RateLimitedException.tooMany(shared.name, request.scope(), request.permits(), plan, meter.most());
        }
        Why why = due <= request.latest()
                ? Why.QUEUE_FULL
                : due >= request.deadline() && due - request.now() <= request.maxWaitNanos()
                        ? Why.DEADLINE
                        : Why.OVER_LIMIT;
        return new RateLimitedException(
                shared.name, request.scope(), why, request.permits(), plan, due - request.now(), 0);
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
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(shared.name, "a permit", interrupted);
        }
        turn.cancel();
        throw shared.tellRejected(closed(scope, turn.permits()));
    }

    RateLimitedException closed(@Nullable Scope scope, long permits) {
        return RateLimitedException.closed(shared.name, scope, permits, plan);
    }

    @Override
    public void giveBack(Piece piece, long permits) {
        Meter giver = piece.meter;
        if (giver != null) {
            giver.giveBack(piece, shared.runtime.now());
            shared.tellReturned(permits);
        }
    }

    // ---- settings

    @Override
    public RateLimiterConfig config() {
        return plan.config;
    }

    @Override
    public void configure(RateLimiterConfig config) {
        Objects.requireNonNull(config, "config");
        shared.control.lock();
        try {
            change(plan.changed(config, shared.runtime.now()));
        } finally {
            shared.control.unlock();
        }
        shared.tellChanged(config);
    }

    @Override
    public void configure(UnaryOperator<RateLimiterConfig> change) {
        Plan seen;
        RateLimiterConfig changed;
        do {
            seen = plan;
            changed = Objects.requireNonNull(change.apply(seen.config), "config");
        } while (!changeFrom(seen, changed));
        shared.tellChanged(changed);
    }

    private boolean changeFrom(Plan seen, RateLimiterConfig changed) {
        shared.control.lock();
        try {
            if (!plan.equals(seen)) {
                return false;
            }
            change(seen.changed(changed, shared.runtime.now()));
            return true;
        } finally {
            shared.control.unlock();
        }
    }

    /** Takes over what all keys are given, unless that was done before. */
    void give(Plan plan) {
        if (given.equals(plan)) {
            return;
        }
        shared.control.lock();
        try {
            if (!given.equals(plan)) {
                given = plan;
                change(plan);
            }
        } finally {
            shared.control.unlock();
        }
    }

    /** With the lock held. */
    private void change(Plan next) {
        Meter current = meter;
        if (plan.hasMetersOf(next)) {
            plan = next;
            return;
        }
        Meter fresh = next.meter(shared.padded);
        fresh.begin(current.close(shared.runtime.now()));
        plan = next;
        meter = fresh;
    }

    // ---- looking in

    @Override
    public Quota quota() {
        return meter.quota(shared.runtime.now());
    }

    @Override
    public RateLimiterSnapshot snapshot() {
        return new RateLimiterSnapshot(shared.name, quota(), waiting, shared.delayed.sum(), shared.rejected.sum());
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
        return new RateLimiterLayer(next, scope, this, null);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_RATE);
    }

    @Override
    public boolean isIdle() {
        return waiting == 0 && plan.equals(given) && meter.isIdle(shared.runtime.now());
    }

    @Override
    public ResilienceRuntime runtime() {
        return shared.runtime;
    }

    Shared shared() {
        return shared;
    }

    // ---- one of many

    String key() {
        return Objects.requireNonNull(key);
    }

    /** Notes that somebody is about to use it. */
    void askFor() {
        if (!asked) {
            asked = true;
        }
    }

    /** Whether anybody has asked since this was last asked. */
    boolean wasAskedFor() {
        boolean was = asked;
        asked = false;
        return was;
    }

    long nextLook() {
        return nextLook;
    }

    void nextLook(long at) {
        nextLook = at;
    }

    /** No later than when it will be idle; {@code now} if it is. */
    long idleAt(long now) {
        return waiting == 0 && plan.equals(given) ? meter.idleAt(now) : Durations.plus(now, A_WHILE);
    }

    // ---- carrying over a restart

    @Override
    public SavedLimiter save() {
        shared.control.lock();
        try {
            SavedLimiter.Writing writing = new SavedLimiter.Writing(shared, plan, false);
            writing.withoutKey(this);
            return writing.end();
        } finally {
            shared.control.unlock();
        }
    }

    /** Whether it uses the plan of all; with {@link Shared#control} held. */
    boolean isWorthSaving(Plan ofAll) {
        return plan.equals(ofAll) && !meter.isIdle(shared.runtime.now());
    }

    /** With {@link Shared#control} held. */
    void writeUsed(ByteWriter out) {
        meter.save(out, plan.origin());
    }

    @Override
    public void restore(SavedLimiter saved) {
        if (!shared.padded) {
            throw new IllegalStateException("the limiters of all keys are restored together, by KeyedRateLimiter");
        }
        shared.control.lock();
        try {
            SavedLimiter.Reading reading = new SavedLimiter.Reading(saved, shared, plan, false);
            reading.read(true, (none, overflow, meter) -> goOnWith(reading.plan(), meter));
        } finally {
            shared.control.unlock();
        }
    }

    /** With {@link Shared#control} held. */
    void goOnWith(Plan next, Meter restored) {
        meter.close(shared.runtime.now());
        given = next;
        plan = next;
        meter = restored;
    }

    @Override
    public String toString() {
        String limits = plan.config.limits().stream().map(Limit::toString).collect(Collectors.joining("; "));
        return "rate limiter '" + shared.name + "' (" + limits + ")";
    }
}
