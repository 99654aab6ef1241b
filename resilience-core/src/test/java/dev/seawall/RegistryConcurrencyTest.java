package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** A registry used by several threads at once. */
final class RegistryConcurrencyTest {

    @Test
    void everyInterleaving_withRoomForAll_isLinearizable() {
        new ModelCheckingOptions()
                .iterations(3)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(3)
                .check(Operations.class);
    }

    @Test
    void realThreads_withoutRoom_stayBoundedAndKeepLiveNames() throws Exception {
        int capacity = 50;
        int live = 20;
        Registry<Policy> registry = Registry.of(capacity, name -> new Numbered(name, 0, !name.startsWith("live")));
        List<Policy> keepers = new ArrayList<>();
        for (int i = 0; i < live; i++) {
            keepers.add(registry.get("live" + i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);

        List<Future<?>> workers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(t);
            workers.add(pool.submit(() -> {
                for (int i = 0; i < 20_000; i++) {
                    String name = "name" + random.nextInt(200);
                    assertThat(registry.get(name).name()).isIn(name, "overflow");
                    if (random.nextInt(10) == 0) {
                        registry.remove("name" + random.nextInt(200));
                    }
                }
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(registry.names()).hasSizeLessThanOrEqualTo(capacity);
        for (Policy keeper : keepers) {
            assertThat(registry.find(keeper.name())).containsSame(keeper);
        }
    }

    /** What the threads do, and the number of the policy they saw: the first made for a name is 1. */
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    public static final class Operations {

        private final Map<String, Integer> made = new HashMap<>(); // guarded by the registry's lock, as the factory is
        private final Registry<Numbered> registry =
                Registry.of(10, name -> new Numbered(name, made.merge(name, 1, Integer::sum), true));

        @Operation
        public int get(@Param(name = "key") int key) {
            return registry.get("name" + key).number();
        }

        @Operation
        public int find(@Param(name = "key") int key) {
            return number(registry.find("name" + key));
        }

        @Operation
        public int remove(@Param(name = "key") int key) {
            return number(registry.remove("name" + key));
        }

        private static int number(Optional<Numbered> policy) {
            return policy.map(Numbered::number).orElse(0);
        }
    }

    private record Numbered(String name, int number, boolean isIdle) implements Policy {

        @Override
        public Layer link(Layer next, Scope scope) {
            return next;
        }
    }
}
