package dev.seawall.ratelimiter;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.CallDelayed;
import dev.seawall.ratelimiter.RateLimiterEvent.CallRejected;
import dev.seawall.ratelimiter.RateLimiterEvent.PermitsReturned;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What happens between a store's decisions and those who ask, with a store that decides what the test says. */
final class SharedRateLimiterTest {

    private static final RateLimiterConfig WAITING = RateLimiterConfig.paced(10, ofSeconds(1), ofSeconds(1)).toBuilder()
            .queue(2)
            .build();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Told store = new Told();
    private final SharedRateLimiter limiter = SharedRateLimiter.of("told", WAITING, runtime, config -> store);
    private final List<RateLimiterEvent> events = new ArrayList<>();

    SharedRateLimiterTest() {
        limiter.on(RateLimiterEvent.class, events::add);
    }

    /** Decides what it is told, when it is told. */
    private static final class Told implements PermitStore {

        private final Deque<CompletableFuture<Decision>> asked = new ArrayDeque<>();
        private final List<Long> waits = new ArrayList<>();
        private final AtomicInteger givenBack = new AtomicInteger();
        private Decision atOnce;
        private long charged;

        @Override
        public CompletionStage<Decision> take(long permits, long maxWaitNanos) {
            waits.add(maxWaitNanos);
            CompletableFuture<Decision> answer = new CompletableFuture<>();
            asked.add(answer);
            if (atOnce != null) {
                answer.complete(atOnce);
            }
            return answer;
        }

        void grant(Duration delay) {
            asked.remove().complete(granted(delay));
        }

        Granted granted(Duration delay) {
            return new Granted(delay.toNanos(), givenBack::incrementAndGet);
        }

        @Override
        public void charge(long permits) {
            charged += permits;
        }

        @Override
        public CompletionStage<Quota> quota() {
            return CompletableFuture.completedFuture(new Quota(Limit.perSecond(10), 3, Duration.ZERO, Duration.ZERO));
        }

        @Override
        public boolean isIdle() {
            return asked.isEmpty();
        }
    }

    @Test
    void acquireAsync_grantedForLater_endsThen() {
        CompletableFuture<Void> turn = limiter.acquireAsync();
        store.grant(ofMillis(300));
        runtime.advance(ofMillis(299));
        assertThat(turn).isNotDone();
        assertThat(limiter.snapshot().waiting()).isEqualTo(1);

        runtime.advance(ofMillis(1));

        assertThat(turn).isCompleted();
        assertThat(events).containsExactly(new CallDelayed("told", 1, ofMillis(300)));
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    void acquireAsync_cancelledBeforeTheAnswer_givesBackWhatIsGranted() {
        CompletableFuture<Void> turn = limiter.acquireAsync();

        turn.cancel(false);
        store.grant(ofMillis(300));
        runtime.runAll();

        assertThat(store.givenBack).hasValue(1);
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    void acquireAsync_cancelledWhileItWaits_givesBackOnce() {
        CompletableFuture<Void> turn = limiter.acquireAsync();
        store.grant(ofMillis(300));
        runtime.advance(ofMillis(100));

        turn.cancel(false);
        runtime.runAll();

        assertThat(store.givenBack).hasValue(1);
        assertThat(events).contains(new PermitsReturned("told", 1));
        assertThat(runtime.pendingTimers()).isZero();
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    void tryAcquireAsync_cancelledBeforeTheAnswer_givesBackWhatIsGranted() {
        CompletableFuture<Boolean> answer = limiter.tryAcquireAsync(5);

        answer.cancel(false);
        store.grant(Duration.ZERO);
        runtime.runAll();

        assertThat(store.givenBack).hasValue(1);
    }

    @Test
    void callAsync_cancelledBeforeTheAnswer_doesNotRunAndGivesBack() {
        var ran = new AtomicInteger();
        var call = Pipeline.named("p").runtime(runtime).with(limiter).build().callAsync(() -> {
            ran.incrementAndGet();
            return CompletableFuture.completedFuture(1);
        });

        call.toCompletableFuture().cancel(false);
        store.grant(ofMillis(200));
        runtime.runAll();

        assertThat(ran).hasValue(0);
        assertThat(store.givenBack).hasValue(1);
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    void callAsync_cancelledWhileItWaits_doesNotRunAndGivesBack() {
        var ran = new AtomicInteger();
        var call = Pipeline.named("p").runtime(runtime).with(limiter).build().callAsync(() -> {
            ran.incrementAndGet();
            return CompletableFuture.completedFuture(1);
        });
        store.grant(ofMillis(200));
        runtime.advance(ofMillis(100));

        call.toCompletableFuture().cancel(false);
        runtime.runAll();

        assertThat(ran).hasValue(0);
        assertThat(store.givenBack).hasValue(1);
    }

    @Test
    void callAsync_granted_runsWhenItIsDueAndKeepsItsPermit() {
        var call = Pipeline.named("p")
                .runtime(runtime)
                .with(limiter)
                .build()
                .callAsync(() -> CompletableFuture.completedFuture(runtime.now()));
        long begin = runtime.now();
        store.grant(ofMillis(200));

        runtime.runAll();

        assertThat(call.toCompletableFuture())
                .isCompletedWithValue(begin + ofMillis(200).toNanos());
        assertThat(store.givenBack).hasValue(0);
        assertThat(limiter.snapshot().waiting()).isZero();
    }

    @Test
    void call_rejected_isNotRunAndToldOnce() {
        store.atOnce = new PermitStore.Rejected(ofSeconds(2).toNanos());
        Pipeline pipeline = Pipeline.named("p").runtime(runtime).with(limiter).build();

        assertThatThrownBy(() -> pipeline.call(() -> 1))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("has a permit in 2 s, and a call waits at most 1 s");
        assertThat(events).singleElement().isInstanceOf(CallRejected.class);
    }

    @Test
    void call_deadlinePassed_isRejectedWithoutAsking() {
        Pipeline pipeline = Pipeline.named("p")
                .runtime(runtime)
                .with(dev.seawall.Timeout.of("t", ofMillis(50)))
                .with(limiter)
                .build();
        store.atOnce = new PermitStore.Rejected(ofMillis(80).toNanos());

        assertThatThrownBy(() -> pipeline.call(() -> 1)).hasMessageContaining("after the call's deadline");
        assertThat(store.waits).allMatch(wait -> wait < ofMillis(50).toNanos());
    }

    @Test
    void acquire_storeCannotBeAsked_saysSo() {
        store.atOnce = new PermitStore.Unavailable(ofSeconds(1).toNanos());

        assertThatThrownBy(limiter::acquire)
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining(
                        "cannot tell whether it has a permit: its store does not answer; try again in 1 s");
        assertThat(limiter.tryAcquire()).isFalse();
    }

    @Test
    void acquire_storeBreaksItsContract_isRejected() {
        CompletableFuture<Void> turn = limiter.acquireAsync();

        store.asked.remove().completeExceptionally(new IllegalStateException("broken"));
        runtime.runAll();

        assertThat(turn).isCompletedExceptionally();
        assertThat(turn.handle((nothing, failure) -> failure).join()).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void acquireAsync_queueIsFull_asksForWhatIsThereAtOnce() {
        limiter.acquireAsync();
        limiter.acquireAsync();

        CompletableFuture<Void> third = limiter.acquireAsync();
        store.asked.removeLast().complete(new PermitStore.Rejected(ofMillis(100).toNanos()));
        runtime.runAll();

        assertThat(store.waits)
                .containsExactly(ofSeconds(1).toNanos(), ofSeconds(1).toNanos(), 0L);
        assertThat(third.handle((nothing, failure) -> failure).join())
                .hasMessageContaining("in 100 ms, and 2 calls wait already");
    }

    @Test
    void reserve_cancelledTwice_givesBackOnce() {
        store.atOnce = store.granted(ofMillis(400));
        Reservation reservation = limiter.reserve(2, ofSeconds(1));

        assertThat(reservation.delay()).isEqualTo(ofMillis(400));
        assertThat(reservation.cancel()).isTrue();
        assertThat(reservation.cancel()).isFalse();

        assertThat(store.givenBack).hasValue(1);
    }

    @Test
    void acquireAsync_runtimeIsClosed_isRejectedAndGivesBack() {
        CompletableFuture<Void> turn = limiter.acquireAsync();
        store.grant(ofMillis(300));
        runtime.advance(ofMillis(1));

        runtime.close();
        runtime.runAll();

        assertThat(turn).isCompletedExceptionally();
        assertThat(store.givenBack).hasValue(1);
    }

    @Test
    void configure_otherLimits_asksForAnotherStore() {
        List<RateLimiterConfig> made = new ArrayList<>();
        SharedRateLimiter changing = SharedRateLimiter.of("c", WAITING, runtime, config -> {
            made.add(config);
            return store;
        });

        changing.configure(config -> config.toBuilder().queue(7).build());
        changing.charge(3);

        assertThat(changing.config().queue()).isEqualTo(7);
        assertThat(made).hasSize(2);
        assertThat(store.charged).isEqualTo(3);
    }

    @Test
    void keyed_keysAndNone_haveStoresOfTheirOwn() {
        List<String> keys = new ArrayList<>();
        store.atOnce = store.granted(Duration.ZERO);
        SharedKeyedRateLimiter keyed =
                SharedKeyedRateLimiter.of("k", String.class, key -> key, WAITING, 2, runtime, (key, config) -> {
                    keys.add(key);
                    return store;
                });
        Pipeline pipeline = Pipeline.named("p").runtime(runtime).with(keyed).build();

        pipeline.callWith("a", key -> key);
        pipeline.callWith("overflow", key -> key);
        pipeline.call(() -> 1);

        assertThat(keys).containsExactly(null, "a", "overflow");
        assertThat(keyed.limiter("a")).isSameAs(keyed.limiter("a"));
        assertThat(keyed.keys()).isEqualTo(2);
    }
}
