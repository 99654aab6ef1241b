package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arming, firing and disarming at the same time: no interrupt comes early, none is lost, none leaks out. */
final class AlarmStressTest {

    private static final int THREADS = 4;
    private static final int LONG = 60;
    private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(20);

    private final SystemRuntime runtime =
            (SystemRuntime) ResilienceRuntime.builder().name("stress").build();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void pipeline_manyShortCallsAroundTheirLimit_onlyLateOnesAreInterrupted() throws Exception {
        Pipeline pipeline = Pipeline.named("stress")
                .runtime(runtime)
                .with(Timeout.of("outer", Duration.ofSeconds(LONG)).withLimit(Work.class, Work::limit))
                .build();

        onThreads(random -> {
            for (int i = 0; i < 60_000; i++) {
                Work work = new Work(random);
                try {
                    pipeline.callWith(work, Work::run);
                } catch (CallTimedOutException late) {
                    assertThat(System.nanoTime() - work.start).isGreaterThanOrEqualTo(work.limit);
                }
                failIf(Thread.interrupted(), "the interrupt leaked out of call " + i);
            }
        });
    }

    @Test
    void pipeline_nestedLimitsAroundEachOther_noInterruptLeaksOut() throws Exception {
        Pipeline pipeline = Pipeline.named("stress")
                .runtime(runtime)
                .with(Timeout.of("outer", Duration.ofSeconds(LONG)).withLimit(Work.class, Work::limit))
                .with(Timeout.of("inner", Duration.ofNanos(10_000)))
                .build();

        onThreads(random -> {
            for (int i = 0; i < 15_000; i++) {
                try {
                    pipeline.callWith(new Work(random), Work::spin);
                } catch (CallTimedOutException | DeadlineExpiredException late) {
                    // whichever it was
                }
                failIf(Thread.interrupted(), "the interrupt leaked out of call " + i);
            }
        });
    }

    @Test
    void pipeline_callsThatWaitForTheInterrupt_allGetIt() throws Exception {
        Pipeline pipeline = Pipeline.named("stress")
                .runtime(runtime)
                .with(Timeout.of("outer", Duration.ofSeconds(LONG)).withLimit(Work.class, Work::limit))
                .build();

        onThreads(random -> {
            for (int i = 0; i < 1_000; i++) {
                Work work = new Work(random);
                pipeline.run(() -> {}); // its wake-up, a minute away, must not be taken for this call's
                boolean timedOut = false;
                try {
                    pipeline.callWith(work, ignored -> never.await(GIVE_UP, TimeUnit.NANOSECONDS));
                } catch (CallTimedOutException expected) {
                    timedOut = true;
                }
                failIf(!timedOut, "the interrupt of call " + i + " was lost");
            }
        });
    }

    @Test
    void alarm_sharedByThreads_interruptsOnlyItsOwnerAndNeverEarly() throws Exception {
        Alarm alarm = new Alarm(runtime, false);

        onThreads(random -> {
            int armed = 0;
            while (armed < 10_000) {
                long deadline = runtime.now() + random.nextInt(1, 60_000);
                if (!alarm.tryArm(deadline, Thread.currentThread())) {
                    failIf(Thread.interrupted(), "interrupted without an alarm");
                    Thread.onSpinWait();
                    continue;
                }
                armed++;
                if (random.nextInt(64) == 0) {
                    waitForTheInterrupt();
                } else {
                    spinUntil(runtime.now() + random.nextInt(40_000));
                }
                boolean flag = Thread.currentThread().isInterrupted();
                failIf(flag && runtime.now() < deadline, "interrupted early");
                boolean fired = alarm.disarm(deadline);
                failIf(flag && !fired, "interrupted by nobody");
                failIf(Thread.interrupted(), "the interrupt leaked out");
            }
        });
    }

    @Test
    void alarm_disarmedInTime_lapsesWithoutInterrupt() {
        Alarm alarm = new Alarm(runtime, false);
        long deadline = runtime.now() + TimeUnit.HOURS.toNanos(1);

        assertThat(alarm.tryArm(deadline, Thread.currentThread())).isTrue();
        assertThat(alarm.tryArm(deadline, Thread.currentThread())).isFalse();
        assertThat(alarm.disarm(deadline)).isFalse();

        assertThat(alarm.tryArm(deadline + 1, Thread.currentThread())).isTrue();
        assertThat(alarm.disarm(deadline + 1)).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    private static void waitForTheInterrupt() {
        long giveUp = System.nanoTime() + GIVE_UP;
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(100_000);
            failIf(System.nanoTime() > giveUp, "the interrupt was lost");
        }
    }

    private void spinUntil(long end) {
        while (runtime.now() < end) {
            Thread.onSpinWait();
        }
    }

    private static void failIf(boolean broken, String message) {
        if (broken) {
            throw new AssertionError(message);
        }
    }

    private interface Body {
        void run(SplittableRandom random) throws Exception;
    }

    private static void onThreads(Body body) throws Exception {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = new SplittableRandom(t);
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            new Thread(() -> {
                        try {
                            body.run(random);
                            end.complete(null);
                        } catch (Throwable failure) {
                            end.completeExceptionally(failure);
                        }
                    })
                    .start();
        }
        for (CompletableFuture<Void> end : ends) {
            end.get(LONG, TimeUnit.SECONDS);
        }
    }

    /** One call: how long it may take and how long it spins. */
    private static final class Work {

        private final long limit;
        private final long length;
        private final long start;

        Work(SplittableRandom random) {
            boolean roomy = random.nextInt(8) > 0;
            this.limit = 1_000 + random.nextInt(roomy ? 2_000_000 : 20_000);
            this.length = random.nextInt(12_000);
            this.start = System.nanoTime();
        }

        Duration limit() {
            return Duration.ofNanos(limit);
        }

        Void run() {
            spin();
            boolean flag = Thread.currentThread().isInterrupted();
            failIf(flag && System.nanoTime() - start < limit, "interrupted before the limit");
            return null;
        }

        Void spin() {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < length) {
                Thread.onSpinWait();
            }
            return null;
        }
    }
}
