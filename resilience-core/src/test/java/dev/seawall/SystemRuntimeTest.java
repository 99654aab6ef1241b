package dev.seawall;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The machine's clock, timer and threads. */
final class SystemRuntimeTest {

    private static final int LONG = 20;
    private static final long HOUR = ofHours(1).toNanos();

    private final ResilienceRuntime runtime =
            ResilienceRuntime.builder().name("test").build();

    @AfterEach
    void close() {
        runtime.close();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void close_pendingTaskThrows_runsTheOthers() {
        ResilienceRuntime runtime = ResilienceRuntime.builder().build();
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            runtime.schedule(Long.MAX_VALUE / 2, () -> {
                runs.incrementAndGet();
                throw new IllegalStateException("broken");
            });
        }

        runtime.close();

        assertThat(runs).hasValue(10);
    }

    @Test
    void now_isPositiveAndNeverFalls() {
        long before = 0;
        for (int i = 0; i < 100_000; i++) {
            long now = runtime.now();
            assertThat(now > 0 && now >= before).isTrue();
            before = now;
        }
    }

    @Test
    void shared_isAlwaysTheSameAndCannotBeClosed() {
        ResilienceRuntime shared = ResilienceRuntime.shared();

        assertThat(ResilienceRuntime.shared()).isSameAs(shared);
        assertThat(shared).hasToString("shared runtime");
        assertThat(runtime).hasToString("system runtime");
        assertThat(runtime.sameClock(shared)).isTrue();
        assertThatThrownBy(shared::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the shared runtime serves the whole process and cannot be closed; build one with"
                        + " ResilienceRuntime.builder() where a lifetime is needed");
        assertThat(shared.isClosed()).isFalse();
    }

    @Test
    void schedule_task_runsOnTheDaemonTimerThread() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();

        runtime.schedule(0, () -> thread.complete(Thread.currentThread()));

        assertThat(thread.get(LONG, TimeUnit.SECONDS).getName()).isEqualTo("test-timer");
        assertThat(thread.join().isDaemon()).isTrue();
    }

    @Test
    void schedule_notYetDue_doesNotRunEarly() throws Exception {
        long delay = 20_000_000;
        long start = runtime.now();
        CompletableFuture<Long> end = new CompletableFuture<>();

        runtime.schedule(delay, () -> end.complete(runtime.now()));

        assertThat(end.get(LONG, TimeUnit.SECONDS) - start).isGreaterThanOrEqualTo(delay);
    }

    @Test
    void schedule_cancelled_doesNotRunEvenWhenClosed() {
        AtomicInteger runs = new AtomicInteger();

        Cancellation cancellation = runtime.schedule(HOUR, runs::incrementAndGet);
        cancellation.cancel();
        cancellation.cancel();
        runtime.close();

        assertThat(runs).hasValue(0);
    }

    @Test
    void executor_task_runsOnADaemonWorker() throws Exception {
        Thread thread = CompletableFuture.supplyAsync(Thread::currentThread, runtime.executor())
                .get(LONG, TimeUnit.SECONDS);

        assertThat(thread.getName()).startsWith("test-worker-");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void executor_usersOwn_isUsedAndLeftOpen() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        ResilienceRuntime withOwn = ResilienceRuntime.builder().executor(own).build();

        Thread thread = CompletableFuture.supplyAsync(Thread::currentThread, withOwn.executor())
                .get(LONG, TimeUnit.SECONDS);
        withOwn.close();

        assertThat(thread.getName()).isEqualTo("mine");
        assertThat(own.isShutdown()).isFalse();
        own.shutdown();
    }

    @Test
    void executor_refusedTask_runsOnTheCallingThread() {
        ResilienceRuntime refusing = ResilienceRuntime.builder()
                .executor(task -> {
                    throw new RejectedExecutionException("full");
                })
                .build();
        AtomicReference<Thread> thread = new AtomicReference<>();

        refusing.executor().execute(() -> thread.set(Thread.currentThread()));

        assertThat(thread).hasValue(Thread.currentThread());
        refusing.close();
    }

    @Test
    void executor_afterClose_runsOnTheCallingThread() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        runtime.close();

        runtime.executor().execute(() -> thread.set(Thread.currentThread()));

        assertThat(thread).hasValue(Thread.currentThread());
    }

    @Test
    void sleep_zeroOrNegative_doesNotWait() throws InterruptedException {
        assertThat(runtime.sleep(0)).isTrue();
        assertThat(runtime.sleep(-HOUR)).isTrue();
    }

    @Test
    void sleep_short_lastsAtLeastThatLong() throws InterruptedException {
        long start = runtime.now();

        assertThat(runtime.sleep(2_000_000)).isTrue();

        assertThat(runtime.now() - start).isGreaterThanOrEqualTo(2_000_000);
    }

    @Test
    void sleep_interruptedBefore_throwsAndClearsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> runtime.sleep(HOUR)).isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void sleep_interruptedMeanwhile_throws() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread sleeper = new Thread(
                () -> end.complete(org.assertj.core.api.Assertions.catchThrowable(() -> runtime.sleep(HOUR))));
        sleeper.start();

        sleeper.interrupt();

        assertThat(end.get(LONG, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void close_sleepingThread_wakes() throws Exception {
        CompletableFuture<Boolean> slept = CompletableFuture.supplyAsync(() -> {
            try {
                return runtime.sleep(HOUR);
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        });

        runtime.close();

        assertThat(slept.get(LONG, TimeUnit.SECONDS)).isFalse();
        assertThat(runtime.sleep(HOUR)).isFalse();
    }

    @Test
    void close_pendingTasks_runOnceAndSeeItClosed() {
        List<Boolean> closed = new ArrayList<>();
        runtime.schedule(HOUR, () -> closed.add(runtime.isClosed()));

        runtime.close();
        runtime.close();

        assertThat(closed).containsExactly(true);
    }

    @Test
    void close_tasksScheduledAfterwards_runAtOnce() {
        AtomicInteger runs = new AtomicInteger();
        runtime.close();

        runtime.schedule(HOUR, runs::incrementAndGet);

        assertThat(runs).hasValue(1);
    }

    @Test
    void close_whileOthersSchedule_runsEachTaskOnce() throws Exception {
        int rounds = 300;
        ExecutorService pool = Executors.newFixedThreadPool(1);
        for (int i = 0; i < rounds; i++) {
            ResilienceRuntime closing =
                    ResilienceRuntime.builder().executor(Runnable::run).build();
            AtomicInteger runs = new AtomicInteger();
            CyclicBarrier barrier = new CyclicBarrier(2);
            Future<?> scheduling = pool.submit(() -> {
                barrier.await(LONG, TimeUnit.SECONDS);
                for (int task = 0; task < 20; task++) {
                    closing.schedule(HOUR, runs::incrementAndGet);
                }
                return null;
            });

            barrier.await(LONG, TimeUnit.SECONDS);
            closing.close();
            scheduling.get(LONG, TimeUnit.SECONDS);

            assertThat(runs).as("round %s", i).hasValue(20);
        }
        pool.shutdown();
    }

    @Test
    void close_whileTasksFallDue_runsEachTaskOnce() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ResilienceRuntime closing =
                    ResilienceRuntime.builder().executor(Runnable::run).build();
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch allRan = new CountDownLatch(20);
            for (int task = 0; task < 20; task++) {
                closing.schedule(task * 5_000L, () -> {
                    runs.incrementAndGet();
                    allRan.countDown();
                });
            }

            closing.close();

            assertThat(allRan.await(LONG, TimeUnit.SECONDS)).as("round %s", i).isTrue();
            assertThat(runs).as("round %s", i).hasValue(20);
        }
    }

    @Test
    void capture_withoutContext_isTheTaskItself() {
        Runnable task = () -> {};

        assertThat(runtime.capture(task)).isSameAs(task);
        assertThat(VirtualRuntime.create().capture(task)).isSameAs(task);
    }

    @Test
    void capture_withContext_carriesItToAnotherThread() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        ResilienceRuntime carrying = ResilienceRuntime.builder()
                .context(task -> {
                    String captured = user.get();
                    return () -> {
                        user.set(captured);
                        task.run();
                        user.remove();
                    };
                })
                .build();
        CompletableFuture<String> seen = new CompletableFuture<>();

        user.set("ada");
        Runnable task = carrying.capture(() -> seen.complete(user.get()));
        user.remove();
        carrying.executor().execute(task);

        assertThat(seen.get(LONG, TimeUnit.SECONDS)).isEqualTo("ada");
        carrying.close();
    }

    @Test
    void builder_badSettings_areRefused() {
        ResilienceRuntime.Builder builder = ResilienceRuntime.builder();

        assertThatThrownBy(() -> builder.name(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.executor(null)).hasMessage("executor");
        assertThatThrownBy(() -> builder.context(null)).hasMessage("context");
    }

    @Test
    void wallTime_isThatOfTheClockGiven_orOfTheMachine() {
        Instant time = Instant.parse("2026-02-28T23:59:59Z");

        try (ResilienceRuntime given =
                ResilienceRuntime.builder().wallClock(() -> time).build()) {
            assertThat(given.wallTime()).isEqualTo(time);
        }
        Instant before = Instant.now();
        assertThat(ResilienceRuntime.shared().wallTime()).isBetween(before, before.plusSeconds(60));
    }
}
