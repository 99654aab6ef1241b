package dev.seawall.ratelimiter;

import dev.seawall.test.Property;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Random programs of a few threads on a lock-free meter, in many interleavings: each behaves like some order of its steps. */
final class LincheckTest {

    private static final int ITERATIONS = 4;
    private static final int FACTOR = Integer.getInteger(Property.CASES_FACTOR, 1);

    @Test
    void everyInterleavingOfTwoThreads_isRight() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(30 * FACTOR)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(OneBucket.class);
    }

    @Test
    void realThreads_areRight() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(500 * FACTOR)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(OneBucket.class);
    }

    /** Three permits, one more every second; the time is part of each operation. One piece of it is given back. */
    @Param(name = "permits", gen = IntGen.class, conf = "1:3")
    @Param(name = "seconds", gen = IntGen.class, conf = "0:3")
    public static final class OneBucket {

        private static final long SECOND = 1_000_000_000;
        private final Meter meter = Limits.plan(RateLimiterConfig.of(Limit.tokenBucket(1, Duration.ofSeconds(1), 3)), 1)
                .meter(true);
        private final Piece first = new Piece();
        private final Piece second = new Piece();

        public OneBucket() {
            meter.take(1, 1, 1, first);
            meter.take(1, 1, 1, second);
        }

        @Operation
        public boolean tryTake(@Param(name = "permits") int permits, @Param(name = "seconds") int seconds) {
            return meter.tryTake(permits, 1 + seconds * SECOND);
        }

        @Operation
        public long reserve(@Param(name = "permits") int permits) {
            return meter.take(permits, 1, 1 + 4 * SECOND, null);
        }

        @Operation
        public void charge(@Param(name = "permits") int permits) {
            meter.charge(permits, 1);
        }

        @Operation(runOnce = true)
        public void giveBackFirst() {
            meter.giveBack(first, 1);
        }

        @Operation(runOnce = true)
        public void giveBackSecond() {
            meter.giveBack(second, 1);
        }
    }
}
