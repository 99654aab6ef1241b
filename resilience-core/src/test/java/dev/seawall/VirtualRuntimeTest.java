package dev.seawall;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time that moves only when told. */
final class VirtualRuntimeTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final List<String> ran = new ArrayList<>();

    @AfterEach
    void noInterruptLeaksOutOfATest() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void now_standsStillUntilAdvanced() {
        assertThat(runtime.now()).isEqualTo(1);

        runtime.advance(ofNanos(41));

        assertThat(runtime.now()).isEqualTo(42);
        assertThat(runtime).hasToString("virtual runtime at 41 ns");
    }

    @Test
    void advance_tasks_runInOrderOfTimeEachAtItsOwn() {
        schedule(3, "c");
        schedule(1, "a");
        schedule(2, "b");
        schedule(9, "later");

        runtime.advance(ofSeconds(5));

        assertThat(ran).containsExactly("a at 1", "b at 2", "c at 3");
        assertThat(runtime.pendingTimers()).isEqualTo(1);
        assertThat(runtime.now()).isEqualTo(1 + 5 * SECOND);
    }

    @Test
    void advance_tasksAtTheSameTime_runInTheOrderTheyWereScheduled() {
        for (int i = 0; i < 50; i++) {
            schedule(1, "task" + i);
        }

        runtime.advance(ofSeconds(1));

        assertThat(ran).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(ran.get(i)).isEqualTo("task" + i + " at 1");
        }
    }

    @Test
    void advance_taskThatSchedules_runsTheNewOneToo() {
        runtime.schedule(SECOND, () -> schedule(1, "nested"));

        runtime.advance(ofSeconds(2));

        assertThat(ran).containsExactly("nested at 2");
    }

    @Test
    void advance_zero_runsOnlyWhatIsDue() {
        schedule(0, "due");
        schedule(1, "later");

        runtime.advance(Duration.ZERO);

        assertThat(ran).containsExactly("due at 0");
    }

    @Test
    void advance_negative_isRefused() {
        assertThatThrownBy(() -> runtime.advance(ofSeconds(-1))).hasMessage("duration must not be negative, was -1 s");
    }

    @Test
    void advance_veryFar_doesNotOverflow() {
        runtime.advance(ofSeconds(Long.MAX_VALUE));
        runtime.advance(ofSeconds(Long.MAX_VALUE));
        runtime.advance(ofSeconds(Long.MAX_VALUE));

        assertThat(runtime.now()).isEqualTo(Layer.NO_DEADLINE - 1);
    }

    @Test
    void advance_throwingTask_propagatesAndTheRestCanRun() {
        runtime.schedule(SECOND, () -> {
            throw new IllegalStateException("task");
        });
        schedule(2, "next");

        assertThatThrownBy(() -> runtime.advance(ofSeconds(5))).hasMessage("task");
        assertThat(runtime.now()).isEqualTo(1 + SECOND);
        runtime.advance(ofSeconds(4));

        assertThat(ran).containsExactly("next at 2");
    }

    @Test
    void schedule_cancelled_neverRuns() {
        Cancellation cancellation = runtime.schedule(SECOND, () -> ran.add("never"));

        cancellation.cancel();
        cancellation.cancel();
        runtime.runAll();

        assertThat(ran).isEmpty();
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void schedule_negativeDelay_isDueNow() {
        runtime.schedule(-5, () -> ran.add("due"));

        runtime.advance(Duration.ZERO);

        assertThat(ran).containsExactly("due");
    }

    @Test
    void runAll_goesToEachTaskAndNoFurther() {
        schedule(3, "a");
        runtime.schedule(ofDays(9).toNanos(), () -> schedule(1, "b"));

        runtime.runAll();

        assertThat(ran).containsExactly("a at 3", "b at " + (ofDays(9).toSeconds() + 1));
        assertThat(runtime.now()).isEqualTo(1 + ofDays(9).toNanos() + SECOND);
    }

    @Test
    void sleep_movesTimeAndRunsWhatFallsDue() throws InterruptedException {
        schedule(1, "on the way");
        schedule(3, "later");

        assertThat(runtime.sleep(2 * SECOND)).isTrue();

        assertThat(runtime.now()).isEqualTo(1 + 2 * SECOND);
        assertThat(ran).containsExactly("on the way at 1");
    }

    @Test
    void sleep_zeroOrNegative_doesNotWait() throws InterruptedException {
        assertThat(runtime.sleep(0)).isTrue();
        assertThat(runtime.sleep(-5)).isTrue();

        assertThat(runtime.now()).isEqualTo(1);
    }

    @Test
    void sleep_interruptedBefore_throwsAndClearsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> runtime.sleep(SECOND)).isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(runtime.now()).isEqualTo(1);
    }

    @Test
    void sleep_taskInterrupts_endsAtThatTasksTime() {
        runtime.schedule(SECOND, Thread.currentThread()::interrupt);

        assertThatThrownBy(() -> runtime.sleep(5 * SECOND)).isInstanceOf(InterruptedException.class);

        assertThat(runtime.now()).isEqualTo(1 + SECOND);
    }

    @Test
    void sleep_taskInterruptsAtTheVeryEnd_isNoticed() {
        runtime.schedule(SECOND, Thread.currentThread()::interrupt);

        assertThatThrownBy(() -> runtime.sleep(SECOND)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void sleep_taskCloses_endsEarly() throws InterruptedException {
        runtime.schedule(SECOND, runtime::close);

        assertThat(runtime.sleep(5 * SECOND)).isFalse();

        assertThat(runtime.now()).isEqualTo(1 + SECOND);
        assertThat(runtime.sleep(SECOND)).isFalse();
    }

    @Test
    void executor_taskHandedInByATask_waitsForItsEnd() {
        runtime.executor().execute(() -> {
            runtime.executor().execute(() -> ran.add("second"));
            ran.add("first");
        });

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void executor_longChain_doesNotRecurse() {
        AtomicInteger count = new AtomicInteger();
        Runnable[] link = new Runnable[1];
        link[0] = () -> {
            if (count.incrementAndGet() < 1_000_000) {
                runtime.executor().execute(link[0]);
            }
        };

        runtime.executor().execute(link[0]);

        assertThat(count).hasValue(1_000_000);
    }

    @Test
    void executor_throwingTask_propagatesAndStaysUsable() {
        assertThatThrownBy(() -> runtime.executor().execute(() -> {
                    runtime.executor().execute(() -> ran.add("left over"));
                    throw new IllegalStateException("task");
                }))
                .hasMessage("task");

        runtime.executor().execute(() -> ran.add("next"));

        assertThat(ran).containsExactly("left over", "next");
    }

    @Test
    void executor_manyThreads_runsEachTaskOnceOneAtATime() throws Exception {
        int threads = 4;
        int each = 5_000;
        int[] unguarded = new int[1];
        CyclicBarrier barrier = new CyclicBarrier(threads);
        CountDownLatch done = new CountDownLatch(threads * each);
        ExecutorService pool = Executors.newFixedThreadPool(threads);

        List<Future<?>> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            workers.add(pool.submit(() -> {
                barrier.await(20, TimeUnit.SECONDS);
                for (int i = 0; i < each; i++) {
                    runtime.executor().execute(() -> {
                        unguarded[0]++;
                        done.countDown();
                    });
                }
                return null;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get(20, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(unguarded[0]).isEqualTo(threads * each);
    }

    @Test
    void random_sameSeed_isReproduced() {
        assertThat(numbers(VirtualRuntime.create(5))).isEqualTo(numbers(VirtualRuntime.create(5)));
        assertThat(numbers(VirtualRuntime.create())).isEqualTo(numbers(VirtualRuntime.create()));
        assertThat(numbers(VirtualRuntime.create(5))).isNotEqualTo(numbers(VirtualRuntime.create(6)));
    }

    private static List<Long> numbers(VirtualRuntime runtime) {
        return LongStream.generate(runtime.random()::nextLong).limit(20).boxed().toList();
    }

    @Test
    void close_pendingTasks_runAtOnce() {
        schedule(5, "pending");

        runtime.close();

        assertThat(ran).containsExactly("pending at 0");
        assertThat(runtime.isClosed()).isTrue();
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void close_tasksScheduledAfterwards_runAtOnce() {
        runtime.close();

        schedule(5, "late");

        assertThat(ran).containsExactly("late at 0");
    }

    @Test
    void close_whileOthersSchedule_losesNoTask() throws Exception {
        int rounds = 2_000;
        ExecutorService pool = Executors.newFixedThreadPool(1);
        for (int i = 0; i < rounds; i++) {
            VirtualRuntime closing = VirtualRuntime.create();
            AtomicInteger runs = new AtomicInteger();
            CyclicBarrier barrier = new CyclicBarrier(2);
            Future<?> scheduling = pool.submit(() -> {
                barrier.await(20, TimeUnit.SECONDS);
                closing.schedule(SECOND, runs::incrementAndGet);
                closing.schedule(SECOND, runs::incrementAndGet);
                return null;
            });

            barrier.await(20, TimeUnit.SECONDS);
            closing.close();
            scheduling.get(20, TimeUnit.SECONDS);

            assertThat(runs).as("round %s", i).hasValue(2);
        }
        pool.shutdown();
    }

    @Test
    void sameClock_onlyItself() {
        assertThat(runtime.sameClock(runtime)).isTrue();
        assertThat(runtime.sameClock(VirtualRuntime.create())).isFalse();
        assertThat(runtime.sameClock(ResilienceRuntime.shared())).isFalse();
        assertThat(ResilienceRuntime.shared().sameClock(runtime)).isFalse();
    }

    private void schedule(long seconds, String name) {
        runtime.schedule(seconds * SECOND, () -> ran.add(name + " at " + (runtime.now() - 1) / SECOND));
    }

    @Test
    void wallTime_goesAlongAndCanBeSet_withoutTheMonotonicClock() {
        VirtualRuntime virtual = VirtualRuntime.create();
        virtual.advance(Duration.ofHours(1));
        assertThat(virtual.wallTime()).isEqualTo(Instant.parse("2000-01-01T01:00:00Z"));
        long now = virtual.now();

        virtual.setWallTime(Instant.parse("1999-05-01T00:00:00Z"));

        assertThat(virtual.now()).isEqualTo(now);
        virtual.advance(Duration.ofSeconds(2));
        assertThat(virtual.wallTime()).isEqualTo(Instant.parse("1999-05-01T00:00:02Z"));
    }
}
