package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Outcome;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real threads on one breaker. */
final class ConcurrencyTest {

    private static final int THREADS = 6;

    /** What one thread does; throws if something is wrong. */
    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final VirtualRuntime runtime = VirtualRuntime.create();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Runs the work in all threads at once and waits for all of them. */
    private void together(Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(threads.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                work.run(thread);
                return null;
            }));
        }
        for (Future<?> one : all) {
            try {
                one.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                throw new AssertionError("a thread failed", failed.getCause());
            }
        }
    }

    private CircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
        return CircuitBreaker.of("users", config.build(), runtime);
    }

    private static void fail(CircuitBreaker breaker, int calls) {
        for (int i = 0; i < calls; i++) {
            breaker.acquire().failure();
        }
    }

    // ---- trials

    /** resilience4j/resilience4j#1432, #2038: more probes than allowed, and a call that was told twice. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void threadsHitAnExpiredOpeningAtOnce_exactlyTheTrialsAreAdmitted(int trials) throws Exception {
        for (int round = 0; round < 300; round++) {
            CircuitBreaker breaker = breaker(Bench.small().trials(trials).trialSuccesses(trials));
            Collection<StateChanged> changes = new ConcurrentLinkedQueue<>();
            fail(breaker, 4);
            breaker.on(StateChanged.class, changes::add);
            runtime.advance(Duration.ofSeconds(10));
            AtomicInteger admitted = new AtomicInteger();

            together(thread -> breaker.tryAcquire().ifPresent(permit -> admitted.incrementAndGet()));

            assertThat(admitted).hasValue(trials);
            assertThat(changes)
                    .containsExactly(
                            new StateChanged("users", State.OPEN, State.HALF_OPEN, Duration.ZERO, "its time is over"));
        }
    }

    @Test
    void halfOpen_anyTraffic_neverHasMoreTrialsUnderWayThanPlaces() throws Exception {
        int trials = 3;
        CircuitBreaker breaker =
                breaker(Bench.small().trials(trials).trialSuccesses(trials).trialLease(Duration.ofDays(1)));
        fail(breaker, 4);
        runtime.advance(Duration.ofSeconds(10));
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        together(thread -> {
            for (int i = 0; i < 20_000; i++) {
                Optional<Permit> permit = breaker.tryAcquire();
                if (permit.isPresent()) {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    underWay.decrementAndGet();
                    permit.get().close();
                }
            }
        });

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(most.get()).isBetween(1, trials);
        for (int i = 0; i < trials; i++) {
            assertThat(breaker.tryAcquire()).isPresent();
        }
        assertThat(breaker.tryAcquire()).isEmpty();
    }

    @Test
    void trialsSettledAtOnce_exactlyOneTransitionAndTheRightOne() throws Exception {
        for (int round = 0; round < 300; round++) {
            CircuitBreaker breaker = breaker(Bench.small().trials(THREADS).trialSuccesses(THREADS / 2));
            fail(breaker, 4);
            runtime.advance(Duration.ofSeconds(10));
            List<Permit> permits = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                permits.add(breaker.acquire());
            }
            Collection<StateChanged> changes = new ConcurrentLinkedQueue<>();
            breaker.on(StateChanged.class, changes::add);
            boolean closes = round % 2 == 0;
            int successes = closes ? THREADS / 2 : THREADS / 2 - 1;

            together(thread -> permits.get(thread).settle(thread < successes ? Outcome.SUCCESS : Outcome.FAILURE));

            assertThat(changes).extracting(StateChanged::to).containsExactly(closes ? State.CLOSED : State.OPEN);
        }
    }

    // ---- recording

    static List<Window> windows() {
        return List.of(
                Window.count(1),
                Window.count(7),
                Window.count(100),
                Window.time(Duration.ofSeconds(1), 1),
                Window.time(Duration.ofSeconds(1), 10));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void recordersOfAnyMix_onceAllHaveEnded_sumsAreWhatTheWindowHolds(Window window) throws Exception {
        CircuitBreakerConfig config = CircuitBreakerConfig.builder()
                .window(window)
                .failureRateThreshold(100)
                .minimumCalls(window instanceof Window.Count count ? count.calls() : Integer.MAX_VALUE)
                .build();
        for (int round = 0; round < 20; round++) {
            Judge judge = Judge.of(config);
            AtomicLong failures = new AtomicLong();
            AtomicLong slowCalls = new AtomicLong();
            int seed = round;

            together(thread -> {
                SeededRandom random = new SeededRandom(seed * 100L + thread);
                for (int i = 0; i < 2_000; i++) {
                    boolean failed = random.chance(0.2);
                    boolean slow = random.chance(0.2);
                    judge.record(failed, slow, 1);
                    failures.addAndGet(failed ? 1 : 0);
                    slowCalls.addAndGet(slow ? 1 : 0);
                }
            });

            List<Bucket> results = judge.results(1);
            long calls = results.stream().mapToLong(Bucket::calls).sum();
            if (window instanceof Window.Count count) {
                assertThat(calls).isEqualTo(count.calls());
                flushWithSuccesses(judge, count.calls());
            } else {
                assertThat(results)
                        .containsExactly(
                                new Bucket(results.get(0).age(), 2_000L * THREADS, failures.get(), slowCalls.get()));
            }
        }
    }

    /** If the sum of bad results were off by one, it would still be when the ring holds none. */
    private static void flushWithSuccesses(Judge judge, int calls) {
        for (int i = 0; i < calls; i++) {
            judge.record(false, false, 1);
        }
        assertThat(judge.isClean(1)).isTrue();
        for (int i = 0; i < calls - 1; i++) {
            assertThat(judge.record(true, false, 1)).isFalse();
        }
        assertThat(judge.record(true, false, 1)).isTrue();
    }

    @Test
    void timeMovesWhileOthersRecord_countsStayInRangeAndLeaveTheWindow() throws Exception {
        Judge judge = Judge.of(CircuitBreakerConfig.builder()
                .window(Window.time(Duration.ofMillis(30), 3))
                .minimumCalls(Integer.MAX_VALUE)
                .build());
        AtomicLong clock = new AtomicLong(1);

        together(thread -> {
            for (int i = 0; i < 20_000; i++) {
                long now = clock.addAndGet(i % 64 == 0 ? 1_000_000 : 0);
                judge.record(i % 3 == 0, false, now);
            }
        });

        assertThat(judge.results(clock.get()))
                .hasSizeLessThanOrEqualTo(3)
                .allSatisfy(bucket -> assertThat(bucket.calls()).isBetween(1L, 20_000L * THREADS));
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(judge.results(clock.get())).isEmpty();
    }

    // ---- calls under way

    @Test
    void callsUnderWay_anyTraffic_noPlaceIsGivenTwiceAndAllComeBack() throws Exception {
        InFlight inFlight = new InFlight();
        AtomicIntegerArray holders = new AtomicIntegerArray(InFlight.PLACES);

        together(thread -> {
            SeededRandom random = new SeededRandom(thread);
            List<Integer> mine = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                int place = mine.size() < 80 && random.nextBoolean() ? inFlight.enter(i + 1) : Admission.NO_PLACE;
                if (place != Admission.NO_PLACE) {
                    assertThat(holders.incrementAndGet(place)).isEqualTo(1);
                    mine.add(place);
                } else if (!mine.isEmpty()) {
                    leave(inFlight, holders, mine.remove(random.nextInt(mine.size())));
                }
            }
            mine.forEach(place -> leave(inFlight, holders, place));
        });

        assertThat(inFlight.isEmpty()).isTrue();
    }

    private static void leave(InFlight inFlight, AtomicIntegerArray holders, int place) {
        holders.decrementAndGet(place);
        inFlight.leave(place);
    }

    /** One slow call in each round, where two would open: it ends while others find it under way. */
    @Test
    void slowCallEndsWhileOthersFindIt_isNeverCountedTwice() throws Exception {
        Duration slow = Duration.ofSeconds(1);
        for (int round = 0; round < 1_000; round++) {
            CircuitBreaker breaker = breaker(Bench.small().minimumCalls(2).slowCallDuration(slow));
            Permit permit = breaker.acquire();
            runtime.advance(slow);

            together(thread -> {
                if (thread == 0) {
                    permit.success();
                } else {
                    breaker.acquire().close();
                }
            });

            assertThat(breaker.state()).isEqualTo(State.CLOSED);
            assertThat(breaker.snapshot().slowCalls()).isEqualTo(1);
        }
    }

    @Test
    void hungCallsOfManyThreads_openOnce() throws Exception {
        Duration slow = Duration.ofSeconds(1);
        for (int round = 0; round < 100; round++) {
            CircuitBreaker breaker = breaker(
                    CircuitBreakerConfig.builder().slowCallDuration(slow).minimumCalls(4 * THREADS));
            Collection<StateChanged> changes = new ConcurrentLinkedQueue<>();
            breaker.on(StateChanged.class, changes::add);
            together(thread -> {
                for (int i = 0; i < 4; i++) {
                    breaker.acquire();
                }
            });
            runtime.advance(slow);

            together(thread -> breaker.tryAcquire());

            assertThat(breaker.tryAcquire()).isEmpty();
            assertThat(changes).extracting(StateChanged::to).containsExactly(State.OPEN);
        }
    }

    // ---- recovery

    @Test
    void recovering_manyThreads_exactlyTheShareIsAdmitted() throws Exception {
        CircuitBreaker breaker =
                breaker(Bench.small().trials(1).trialSuccesses(1).recoveryRamp(Duration.ofSeconds(90)));
        fail(breaker, 4);
        runtime.advance(Duration.ofSeconds(10));
        breaker.acquire().success();
        runtime.advance(Duration.ofSeconds(20));
        AtomicInteger admitted = new AtomicInteger();

        together(thread -> {
            for (int i = 0; i < 10_000; i++) {
                breaker.tryAcquire().ifPresent(permit -> admitted.incrementAndGet());
            }
        });

        assertThat(admitted).hasValue(10_000 * THREADS * 3 / 10);
    }

    /** The call that fails was let in while the breaker recovered, and may end on either side of the recovery's end. */
    @Test
    void recoveryEndsWhileTheLastFailureIsRecorded_opens() throws Exception {
        for (int round = 0; round < 500; round++) {
            CircuitBreaker breaker = breaker(Bench.small()
                    .window(Window.consecutive(1))
                    .trials(1)
                    .trialSuccesses(1)
                    .recoveryRamp(Duration.ofSeconds(1)));
            fail(breaker, 1);
            runtime.advance(Duration.ofSeconds(10));
            breaker.acquire().success();
            Permit permit = breaker.acquire();
            runtime.advance(Duration.ofSeconds(1));

            together(thread -> {
                if (thread == 0) {
                    permit.failure();
                } else {
                    breaker.tryAcquire();
                }
            });

            assertThat(breaker.state()).isEqualTo(State.OPEN);
        }
    }

    // ---- transitions and configuration

    @Test
    void anyMixOfCallsAndOrders_stateChangesAreOneUnbrokenChain() throws Exception {
        for (int round = 0; round < 10; round++) {
            CircuitBreaker breaker = breaker(Bench.small()
                    .openDuration(Duration.ofNanos(1))
                    .slowCallDuration(Duration.ofNanos(3))
                    .recoveryRamp(Duration.ofNanos(2)));
            Collection<StateChanged> changes = new ConcurrentLinkedQueue<>();
            breaker.on(StateChanged.class, changes::add);
            int seed = round;

            together(thread -> {
                SeededRandom random = new SeededRandom(seed * 100L + thread);
                for (int i = 0; i < 1_000; i++) {
                    act(breaker, random);
                }
            });

            assertIsChain(changes, breaker.state());
        }
    }

    private void act(CircuitBreaker breaker, SeededRandom random) {
        switch (random.nextInt(40)) {
            case 0 -> breaker.reset();
            case 1 -> breaker.forceOpen();
            case 2 -> breaker.disable();
            case 3 -> breaker.shadow();
            case 4, 5, 6 -> runtime.advance(Duration.ofNanos(1));
            default ->
                breaker.tryAcquire()
                        .ifPresent(permit -> permit.settle(random.chance(0.5) ? Outcome.FAILURE : Outcome.SUCCESS));
        }
    }

    /** Events of different threads may be heard in another order; but every state that was entered was left, but the last. */
    private static void assertIsChain(Collection<StateChanged> changes, State last) {
        Map<State, Integer> balance = new EnumMap<>(State.class);
        for (StateChanged change : changes) {
            balance.merge(change.from(), -1, Integer::sum);
            balance.merge(change.to(), 1, Integer::sum);
        }
        balance.merge(State.CLOSED, 1, Integer::sum); // where it began
        balance.merge(last, -1, Integer::sum);
        assertThat(changes).hasSizeGreaterThan(10);
        assertThat(balance.values()).containsOnly(0);
    }

    @Test
    void shadow_manyResultsTooManyAtOnce_tellOnce() throws Exception {
        for (int round = 0; round < 300; round++) {
            CircuitBreaker breaker = breaker(Bench.small().window(Window.count(10)));
            breaker.shadow();
            AtomicInteger told = new AtomicInteger();
            breaker.on(WouldHaveOpened.class, event -> told.incrementAndGet());
            fail(breaker, 9);

            together(thread -> breaker.acquire().failure());

            assertThat(told).hasValue(1);
        }
    }

    @Test
    void configureInALoopWhileOthersRecord_lastConfigurationHoldsAndResultsAreInRange() throws Exception {
        CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder().failureRateThreshold(100));
        List<Window> windows = List.of(
                Window.count(5), Window.count(50), Window.time(Duration.ofSeconds(1)), Window.consecutive(100_000));

        together(thread -> {
            for (int i = 0; i < 3_000; i++) {
                if (thread == 0) {
                    breaker.configure(CircuitBreakerConfig.builder()
                            .window(windows.get(i % windows.size()))
                            .failureRateThreshold(100)
                            .build());
                } else {
                    breaker.acquire().settle(i % 2 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
                    CircuitBreakerSnapshot snapshot = breaker.snapshot();
                    assertThat(snapshot.failures()).isBetween(0L, snapshot.calls());
                }
            }
        });

        assertThat(breaker.snapshot().window()).isEqualTo(breaker.config().window());
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** The thread that resets has read the configuration and waits for the lock under which it is handed on. */
    @Test
    void configureWhileAStateIsBeingEntered_theNewStateHasTheLastConfiguration() throws Exception {
        DefaultCircuitBreaker breaker =
                new DefaultCircuitBreaker("users", Bench.small().build(), runtime);
        Future<?> reset;
        breaker.control.lock();
        try {
            reset = threads.submit(breaker::reset);
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!breaker.control.hasQueuedThreads() && System.nanoTime() < patience) {
                Thread.onSpinWait();
            }
            assertThat(breaker.control.hasQueuedThreads()).isTrue();
            breaker.configure(Bench.small().window(Window.count(7)).build());
        } finally {
            breaker.control.unlock();
        }
        reset.get(60, TimeUnit.SECONDS);

        assertThat(breaker.snapshot().window()).isEqualTo(Window.count(7));
    }
}
