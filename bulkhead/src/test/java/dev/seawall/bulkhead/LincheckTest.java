package dev.seawall.bulkhead;

import dev.seawall.test.Property;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Random programs of a few threads, in many interleavings: permits are linearizable. */
final class LincheckTest {

    private static final int ITERATIONS = 6;
    private static final int FACTOR = Integer.getInteger(Property.CASES_FACTOR, 1);

    @Test
    void everyInterleavingOfTwoThreads_isRight() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(50 * FACTOR) // each costs milliseconds
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(Taking.class);
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
                .check(Taking.class);
    }

    /** Permits of weight 1 and 2 that are taken, given back in any order and twice, under a limit that changes. */
    @Param(name = "weight", gen = IntGen.class, conf = "1:2")
    @Param(name = "limit", gen = IntGen.class, conf = "1:3")
    public static final class Taking {

        private final Permits permits = new Permits(3, QueueOrder.FIFO);
        private final Permit first = taken(1);
        private final Permit second = taken(2);

        private Permit taken(int weight) {
            permits.tryTake(weight);
            return new Permit(permits.rest(), weight);
        }

        @Operation
        public boolean take(@Param(name = "weight") int weight) {
            return permits.tryTake(weight);
        }

        /** Not beside itself: who comes second to close a permit does not wait for the one who came first. */
        @Operation(nonParallelGroup = "first")
        public void giveBackFirst() {
            first.close();
        }

        @Operation(nonParallelGroup = "second")
        public void giveBackSecond() {
            second.close();
        }

        @Operation
        public void configure(@Param(name = "limit") int limit) {
            permits.configure(limit, QueueOrder.LIFO, null).tell();
        }

        @Operation
        public int free() {
            return permits.free();
        }
    }
}
