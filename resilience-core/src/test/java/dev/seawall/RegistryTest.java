package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies by name in bounded memory. */
final class RegistryTest {

    private final List<String> made = new ArrayList<>();

    @Test
    void get_unknownName_makesItsPolicyOnce() {
        Registry<Lamp> registry = registry(10);

        Lamp lamp = registry.get("a");

        assertThat(lamp.name()).isEqualTo("a");
        assertThat(registry.get("a")).isSameAs(lamp);
        assertThat(registry.get("b")).isNotSameAs(lamp);
        assertThat(made).containsExactly("overflow", "a", "b");
    }

    @Test
    void find_name_makesNothing() {
        Registry<Lamp> registry = registry(10);
        Lamp lamp = registry.get("a");

        assertThat(registry.find("a")).containsSame(lamp);
        assertThat(registry.find("b")).isEmpty();
        assertThat(made).containsExactly("overflow", "a");
    }

    @Test
    void remove_name_isForgotten() {
        Registry<Lamp> registry = registry(10);
        Lamp lamp = registry.get("a");

        assertThat(registry.remove("a")).containsSame(lamp);
        assertThat(registry.remove("a")).isEmpty();
        assertThat(registry.find("a")).isEmpty();
        assertThat(registry.get("a")).isNotSameAs(lamp);
    }

    @Test
    void remove_liveName_makesRoom() {
        Registry<Lamp> registry = registry(1);
        registry.get("a").live = true;

        registry.remove("a");

        assertThat(registry.get("b")).isNotSameAs(registry.overflow());
    }

    @Test
    void names_areASortedCopy() {
        Registry<Lamp> registry = registry(10);
        registry.get("b");
        registry.get("a");

        Set<String> names = registry.names();
        registry.get("c");

        assertThat(names).containsExactly("a", "b");
        assertThat(registry).hasToString("registry of 3 names, at most 10");
    }

    @Test
    void evictIdle_nameNotAskedForSinceTheLastLook_isForgotten() {
        Registry<Lamp> registry = registry(10);
        registry.get("a");
        registry.get("b");
        registry.get("c").live = true;

        int first = registry.evictIdle(10);
        registry.get("b");
        int second = registry.evictIdle(10);

        assertThat(first).as("all were asked for").isZero();
        assertThat(second).isEqualTo(1);
        assertThat(registry.names()).containsExactly("b", "c");
        assertThat(registry.size()).isEqualTo(2);
    }

    @Test
    void evictIdle_fewLooks_goOnWhereTheLastOnesStopped() {
        Registry<Lamp> registry = registry(10);
        IntStream.range(0, 6).forEach(i -> registry.get("name " + i));

        List<Integer> evicted =
                IntStream.range(0, 6).mapToObj(i -> registry.evictIdle(2)).toList();

        assertThat(evicted).containsExactly(0, 0, 0, 2, 2, 2);
        assertThat(registry.size()).isZero();
        assertThat(registry.evictIdle(2)).isZero();
        assertThatThrownBy(() -> registry.evictIdle(0)).hasMessage("mostLooks must be at least 1, was 0");
    }

    @Test
    void get_full_evictsAnIdleName() {
        Registry<Lamp> registry = registry(3);
        IntStream.range(0, 3).forEach(i -> registry.get("old" + i));

        Lamp lamp = registry.get("new");

        assertThat(lamp).isNotSameAs(registry.overflow());
        assertThat(registry.names()).hasSize(3).contains("new");
    }

    @Test
    void get_full_sparesWhatWasAskedForLately() {
        Registry<Lamp> registry = registry(3);
        IntStream.range(0, 3).forEach(i -> registry.get("old" + i));
        registry.get("new0"); // clears the marks and takes a place

        for (int i = 1; i < 100; i++) {
            registry.get("old1");
            registry.get("new" + i);
        }

        assertThat(made).filteredOn("old1"::equals).hasSizeLessThanOrEqualTo(2);
        assertThat(registry.names()).contains("old1");
    }

    @Test
    void get_fullOfIdleNamesJustAskedFor_stillMakesRoom() {
        int capacity = 1_000;
        Registry<Lamp> registry = registry(capacity);
        IntStream.range(0, capacity).forEach(i -> registry.get("old" + i));
        IntStream.range(0, capacity).forEach(i -> registry.get("old" + i));

        long refused = IntStream.range(0, 5 * capacity)
                .filter(i -> registry.get("new" + i) == registry.overflow())
                .count();

        assertThat(refused).isZero();
        assertThat(registry.names()).hasSize(capacity);
    }

    @Test
    void get_fullOfLiveNames_sharesTheOverflow() {
        Registry<Lamp> registry = registry(100);
        IntStream.range(0, 100).forEach(i -> registry.get("live" + i).live = true);

        assertThat(registry.get("a")).isSameAs(registry.overflow());
        assertThat(registry.get("b")).isSameAs(registry.overflow());
        assertThat(registry.overflow().name()).isEqualTo("overflow");
        assertThat(registry.names()).hasSize(100).noneMatch("a"::equals);
    }

    @Test
    void get_roomAgain_movesFromTheOverflowToAnOwnPolicy() {
        Registry<Lamp> registry = registry(2);
        registry.get("a").live = true;
        Lamp b = registry.get("b");
        b.live = true;
        assertThat(registry.get("c")).isSameAs(registry.overflow());

        b.live = false;

        assertThat(registry.get("c").name()).isEqualTo("c");
        assertThat(registry.names()).containsExactly("a", "c");
    }

    @Test
    void get_manyNewNames_neverEvictsALiveOne() {
        Registry<Lamp> registry = registry(200);
        Set<Lamp> live = new HashSet<>();
        for (int i = 0; i < 150; i++) {
            Lamp lamp = registry.get("live" + i);
            lamp.live = true;
            live.add(lamp);
        }

        for (int i = 0; i < 10_000; i++) {
            registry.get("new" + i);
        }

        for (Lamp lamp : live) {
            assertThat(registry.find(lamp.name())).containsSame(lamp);
        }
        assertThat(registry.names()).hasSize(200);
    }

    @Test
    @Timeout(20)
    void get_aMillionNames_staysBounded() {
        Registry<Lamp> registry = Registry.of(1_000, Lamp::new);

        for (int i = 0; i < 1_000_000; i++) {
            registry.get("name" + i);
        }

        assertThat(registry.names()).hasSize(1_000);
    }

    @Test
    void get_throwingFactory_leavesNothingBehind() {
        List<RuntimeException> failures = new ArrayList<>(List.of(new IllegalStateException("no")));
        Registry<Lamp> registry = Registry.of(10, name -> {
            if (name.equals("a") && !failures.isEmpty()) {
                throw failures.remove(0);
            }
            return new Lamp(name);
        });

        assertThatThrownBy(() -> registry.get("a")).hasMessage("no");

        assertThat(registry.names()).isEmpty();
        assertThat(registry.get("a").name()).isEqualTo("a");
    }

    @Test
    void get_factoryWithoutPolicy_isRefused() {
        Registry<Lamp> registry = Registry.of(10, name -> name.equals("a") ? null : new Lamp(name));

        assertThatThrownBy(() -> registry.get("a"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the factory made no policy for 'a'");
        assertThatThrownBy(() -> Registry.of(10, name -> null)).hasMessage("the factory made no policy for 'overflow'");
        assertThat(registry.names()).isEmpty();
    }

    @Test
    void get_policyThatCannotSayWhetherItIsIdle_countsAsLive() {
        Registry<Lamp> registry = registry(2);
        Lamp broken = registry.get("broken");
        broken.failure = new IllegalStateException("broken");
        registry.get("a");

        IntStream.range(0, 10).forEach(i -> registry.get("new" + i));

        assertThat(registry.find("broken")).containsSame(broken);
        assertThat(registry.names()).containsExactlyInAnyOrder("broken", "new9");
    }

    @Test
    void get_badName_isRefused() {
        assertThatThrownBy(() -> registry(1).get(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_badSettings_areRefused() {
        assertThatThrownBy(() -> registry(0)).hasMessage("capacity must be at least 1, was 0");
        assertThatThrownBy(() -> Registry.of(1, null)).hasMessage("factory");
    }

    @Test
    void get_manyThreadsAtOnce_allGetOneInstance() throws Exception {
        int threads = 8;
        int rounds = 500;
        Registry<Lamp> registry = Registry.of(rounds, Lamp::new);
        Set<Lamp> seen = ConcurrentHashMap.newKeySet();
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);

        List<Future<?>> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            workers.add(pool.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    barrier.await(30, TimeUnit.SECONDS);
                    seen.add(registry.get("name" + i));
                }
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(seen).hasSize(rounds);
    }

    private Registry<Lamp> registry(int capacity) {
        return Registry.of(capacity, name -> {
            made.add(name);
            return new Lamp(name);
        });
    }

    /** A policy whose state can be switched on. */
    private static final class Lamp implements Policy {

        private final String name;
        private volatile boolean live;
        private volatile RuntimeException failure;

        Lamp(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Layer link(Layer next, Scope scope) {
            return next;
        }

        @Override
        public boolean isIdle() {
            if (failure != null) {
                throw failure;
            }
            return !live;
        }
    }
}
