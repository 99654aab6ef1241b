package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.Outcome;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.test.Property;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs of a few threads, in many interleavings. Trials and permits are linearizable. Windows are not, on purpose: a
 * decision may miss recorders that have not finished; so there it is checked what holds once all have.
 */
final class LincheckTest {

    private static final int ITERATIONS = 10;
    private static final int FACTOR = Integer.getInteger(Property.CASES_FACTOR, 1);
    private static final int INTERLEAVINGS = 50 * FACTOR; // each costs milliseconds
    private static final int INVOCATIONS = 1_000 * FACTOR;

    @ParameterizedTest
    @ValueSource(classes = {Trials.class, CountRecording.class, TimeRecording.class, Watching.class})
    void everyInterleavingOfTwoThreads_isRight(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(operations);
    }

    @ParameterizedTest
    @ValueSource(classes = {Trials.class, CountRecording.class, TimeRecording.class, Watching.class})
    void realThreads_areRight(Class<?> operations) {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(operations);
    }

    /** Two trials are under way, both must succeed. */
    @Param(name = "outcome", gen = IntGen.class, conf = "0:2")
    public static final class Trials {

        private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.builder()
                .openDuration(Duration.ofDays(1)) // time does not pass here
                .trialLease(Duration.ofDays(1))
                .trials(2)
                .trialSuccesses(2)
                .build();
        private static final CircuitBreakerSnapshot BEGUN = new CircuitBreakerSnapshot(
                "trials", State.HALF_OPEN, CONFIG.window(), List.of(), Duration.ZERO, Duration.ZERO, 1, 0, 0);

        private final CircuitBreaker breaker;
        private final Permit first;
        private final Permit second;

        public Trials() {
            breaker = CircuitBreaker.of("trials", CONFIG);
            breaker.restore(BEGUN);
            first = breaker.acquire();
            second = breaker.acquire();
        }

        // Of two settlements of one permit the second does nothing, and may return before the first is done.
        @Operation(nonParallelGroup = "first")
        public void settleFirst(@Param(name = "outcome") int outcome) {
            first.settle(Outcome.values()[outcome]);
        }

        @Operation(nonParallelGroup = "second")
        public void settleSecond(@Param(name = "outcome") int outcome) {
            second.settle(Outcome.values()[outcome]);
        }

        @Operation
        public boolean acquireAndKeep() {
            return breaker.tryAcquire().isPresent();
        }

        @Operation
        public State state() {
            return breaker.state();
        }

        @Operation
        public void reset() {
            breaker.reset();
        }
    }

    /** However recorders met, the sum of bad results is what the ring holds. */
    public static final class CountRecording {

        private static final int SIZE = 3;
        private final Judge judge = Judge.of(CircuitBreakerConfig.builder()
                .window(Window.count(SIZE))
                .failureRateThreshold(100)
                .build());

        @Operation
        public void success() {
            judge.record(false, false, 1);
        }

        @Operation
        public void failure() {
            judge.record(true, false, 1);
        }

        @Operation
        public void slowFailure() {
            judge.record(true, true, 1);
        }

        @Validate
        public void sumIsThatOfTheRing() {
            for (int i = 0; i < SIZE; i++) {
                judge.record(false, false, 1); // which replaces what was recorded
            }
            for (int failures = 1; failures <= SIZE; failures++) {
                boolean tooMany = judge.record(true, false, 1);
                require(tooMany == (failures == SIZE), failures + " of " + SIZE + " decided " + tooMany);
            }
        }
    }

    /** However recorders met, the newest slot holds exactly what was recorded in it. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:3")
    public static final class TimeRecording {

        private static final long SLOT = Durations.toNanos(Duration.ofSeconds(1));
        private final Judge judge = Judge.of(CircuitBreakerConfig.builder()
                .window(Window.time(Duration.ofSeconds(2), 2))
                .build());
        private final AtomicIntegerArray calls = new AtomicIntegerArray(4);
        private final AtomicIntegerArray failures = new AtomicIntegerArray(4);

        @Operation
        public void success(@Param(name = "slot") int slot) {
            calls.incrementAndGet(slot);
            judge.record(false, false, slot * SLOT);
        }

        @Operation
        public void failure(@Param(name = "slot") int slot) {
            calls.incrementAndGet(slot);
            failures.incrementAndGet(slot);
            judge.record(true, false, slot * SLOT);
        }

        @Validate
        public void newestSlotIsExactAndOthersInRange() {
            int newest = 3;
            while (newest > 0 && calls.get(newest) == 0) {
                newest--;
            }
            List<Bucket> buckets = judge.results(newest * SLOT);
            if (calls.get(newest) == 0) {
                require(buckets.isEmpty(), "nothing was recorded");
                return;
            }
            Bucket last = buckets.get(buckets.size() - 1);
            require(
                    last.calls() == calls.get(newest) && last.failures() == failures.get(newest),
                    "the newest slot is exact, was " + last);
            if (buckets.size() == 2) {
                require(buckets.get(0).calls() <= calls.get(newest - 1), "no more than was recorded");
            }
        }
    }

    /** However starts and ends met, who is under way is found, and nobody else. */
    public static final class Watching {

        private final InFlight inFlight = new InFlight();
        private final Queue<Integer> places = new ConcurrentLinkedQueue<>();

        @Operation
        public void start() {
            places.add(inFlight.enter(1));
        }

        @Operation
        public void end() {
            Integer place = places.poll();
            if (place != null) {
                inFlight.leave(place);
            }
        }

        @Validate
        public void whoIsUnderWayIsFound() {
            int found = inFlight.look(2, 1);
            require(found == places.size(), places.size() + " calls are under way, found " + found);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
