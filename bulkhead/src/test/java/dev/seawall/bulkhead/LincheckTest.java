package dev.seawall.bulkhead;

import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import java.util.Optional;
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
                .check(Permits.class);
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
                .check(Permits.class);
    }

    /** Permits of weight 1 and 2 that are taken, closed in any order and twice, under a limit that changes. */
    @Param(name = "weight", gen = IntGen.class, conf = "1:2")
    @Param(name = "limit", gen = IntGen.class, conf = "1:3")
    public static final class Permits {

        private final Bulkhead bulkhead = Bulkhead.of(
                "permits", BulkheadConfig.builder().limit(2).queue(0).build(), VirtualRuntime.create());
        private final Permit first = bulkhead.acquire(1);

        @Operation
        public boolean take(@Param(name = "weight") int weight) {
            return bulkhead.tryAcquire(weight).isPresent();
        }

        @Operation
        public boolean takeAndGiveBack() {
            Optional<Permit> permit = bulkhead.tryAcquire();
            permit.ifPresent(Permit::close);
            return permit.isPresent();
        }

        @Operation
        public void giveBackFirst() {
            first.close();
        }

        @Operation
        public void configure(@Param(name = "limit") int limit) {
            bulkhead.configure(BulkheadConfig.builder().limit(limit).queue(0).build());
        }

        @Operation
        public int inUse() {
            return bulkhead.snapshot().inUse();
        }
    }
}
