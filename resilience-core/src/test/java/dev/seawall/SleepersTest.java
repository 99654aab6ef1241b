package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Waits of real threads: until their time is over, something has happened, or all of them are woken. */
final class SleepersTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long LONG = 30;

    private final Sleepers sleepers = new Sleepers();

    @Test
    void sleep_alreadyTrue_returnsAtOnce() throws InterruptedException {
        assertThat(sleepers.sleep(HOUR, () -> true)).isTrue();
    }

    @Test
    void sleep_becomesTrue_returnsAfterTheUnpark() throws Exception {
        AtomicBoolean happened = new AtomicBoolean();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread sleeper = start(() -> end.complete(sleepers.sleep(HOUR, happened::get)));

        happened.set(true);
        LockSupport.unpark(sleeper);

        assertThat(end.get(LONG, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sleep_unparkedForNothing_goesOn() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread sleeper = start(() -> end.complete(sleepers.sleep(HOUR, () -> looks.incrementAndGet() > 3)));

        while (!end.isDone()) {
            LockSupport.unpark(sleeper);
            Thread.onSpinWait();
        }

        assertThat(end.get(LONG, TimeUnit.SECONDS)).isTrue();
        assertThat(looks).hasValueGreaterThan(3);
    }

    @Test
    void sleep_interruptedThoughTrue_throwsAndClearsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> sleepers.sleep(HOUR, () -> true)).isInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void wakeAll_manySleepers_allWakeAndSayThatItWasEarly() throws Exception {
        int threads = 50;
        CountDownLatch asleep = new CountDownLatch(threads);
        List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            ends.add(end);
            start(() -> end.complete(sleepers.sleep(HOUR, () -> {
                asleep.countDown();
                return false;
            })));
        }
        assertThat(asleep.await(LONG, TimeUnit.SECONDS)).isTrue();

        sleepers.wakeAll();

        for (CompletableFuture<Boolean> end : ends) {
            assertThat(end.get(LONG, TimeUnit.SECONDS)).isFalse();
        }
        assertThat(sleepers.areAwake()).isTrue();
        assertThat(sleepers.sleep(HOUR, () -> false)).isFalse();
    }

    @Test
    void sleep_besideManyOthers_wakesNobodyElse() throws Exception {
        int threads = 200;
        CountDownLatch asleep = new CountDownLatch(threads);
        AtomicInteger looks = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
            start(() -> sleepers.sleep(HOUR, () -> {
                looks.incrementAndGet();
                asleep.countDown();
                return false;
            }));
        }
        assertThat(asleep.await(LONG, TimeUnit.SECONDS)).isTrue();
        int before = looks.get();

        for (int i = 0; i < 100; i++) {
            sleepers.sleep(1_000, () -> false);
        }

        assertThat(looks.get() - before).isLessThan(threads);
        sleepers.wakeAll();
    }

    @Test
    void virtualSleep_taskMakesItTrue_endsAtThatTasksTime() throws InterruptedException {
        VirtualRuntime runtime = VirtualRuntime.create();
        AtomicBoolean happened = new AtomicBoolean();
        runtime.schedule(Duration.ofSeconds(2).toNanos(), () -> happened.set(true));
        runtime.schedule(Duration.ofSeconds(3).toNanos(), () -> happened.set(false));
        long before = runtime.now();

        assertThat(runtime.sleep(HOUR, happened::get)).isTrue();

        assertThat(runtime.now() - before).isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    @Test
    void virtualSleep_alreadyTrue_doesNotMoveTime() throws InterruptedException {
        VirtualRuntime runtime = VirtualRuntime.create();
        runtime.schedule(0, () -> {
            throw new AssertionError("nothing may run");
        });
        long before = runtime.now();

        assertThat(runtime.sleep(HOUR, () -> true)).isTrue();

        assertThat(runtime.now()).isEqualTo(before);
    }

    @Test
    void virtualSleep_interruptedThoughTrue_throws() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> VirtualRuntime.create().sleep(HOUR, () -> true))
                .isInstanceOf(InterruptedException.class);
    }

    /** What a sleeping thread does. */
    @FunctionalInterface
    private interface Sleep {
        void run() throws InterruptedException;
    }

    private static Thread start(Sleep sleep) {
        Thread thread = new Thread(() -> {
            try {
                sleep.run();
            } catch (InterruptedException ended) {
                // nobody asks
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
