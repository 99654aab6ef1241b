package dev.seawall.benchmarks;

import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.ExecutorBulkhead;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryConfig;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends 100,000 virtual threads through one pipeline at once. On a single carrier thread, a policy that kept its carrier while
 * it waited would stop all others; {@code bin/virtual-threads} sets that up. Each call waits, each fourth fails at first and
 * waits again before its retry. A bulkhead lets a fifth of them in at once, and another one runs half of those on virtual threads
 * of its own.
 *
 * <p>Compiled for a Java version without virtual threads, hence the reflection.
 */
public final class VirtualThreads {

    private static final int THREADS = 100_000;
    private static final int FAILING_SHARE = 4;
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final int LIMIT_SECONDS = 120;
    private static final int AT_ONCE = 20_000;

    private static final BulkheadConfig ROOM = BulkheadConfig.builder()
            .limit(AT_ONCE)
            .queue(THREADS)
            .maxWait(Duration.ofSeconds(LIMIT_SECONDS))
            .build();

    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final CircuitBreaker breaker = CircuitBreaker.of("calls");
    private final Bulkhead bulkhead = Bulkhead.of("calls", ROOM);
    private final ExecutorBulkhead elsewhere;
    private final Pipeline pipeline;
    private final CountDownLatch begin = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(THREADS);
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    private VirtualThreads() throws Throwable {
        Executor threads = (Executor) MethodHandles.publicLookup()
                .findStatic(
                        Executors.class,
                        "newVirtualThreadPerTaskExecutor",
                        MethodType.methodType(ExecutorService.class))
                .invoke();
        this.elsewhere = ExecutorBulkhead.of(
                "elsewhere", ROOM.toBuilder().limit(AT_ONCE / 2).build(), threads);
        this.pipeline = Pipeline.named("calls")
                .with(Timeout.of(Duration.ofSeconds(LIMIT_SECONDS)))
                .with(Retry.of(
                        "calls",
                        RetryConfig.builder().backoff(Backoff.fixed(DELAY)).build()))
                .with(breaker)
                .with(bulkhead)
                .with(elsewhere)
                .build();
    }

    /**
     * Exits with 0 if all calls were answered in time, 1 if not, 3 if this Java has no virtual threads.
     *
     * @param args none
     */
    public static void main(String[] args) throws Throwable {
        if (Runtime.version().feature() < 21) {
            System.err.println("virtual threads need Java 21 or later, this is " + Runtime.version());
            System.exit(3);
        }
        System.exit(new VirtualThreads().run() ? 0 : 1);
    }

    private boolean run() throws Throwable {
        MethodHandle start = MethodHandles.publicLookup()
                .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            start.invoke((Runnable) () -> one(number));
        }
        long from = System.nanoTime();
        begin.countDown();
        boolean inTime = ended.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        System.out.printf(
                "%,d of %,d calls answered after %,d attempts in %,d ms; at most %,d were under way at once%n",
                answers.get(), THREADS, attempts.get(), millis, mostAtOnce.get());
        System.out.println(breaker.snapshot());
        System.out.println(bulkhead.snapshot());
        System.out.println(elsewhere.snapshot());
        return inTime
                && answers.get() == THREADS
                && attempts.get() == THREADS + THREADS / FAILING_SHARE
                && mostAtOnce.get() <= AT_ONCE / 2
                && bulkhead.isIdle()
                && elsewhere.isIdle();
    }

    private void one(int number) {
        try {
            begin.await();
            boolean[] failed = new boolean[1];
            String answer = pipeline.call(() -> attempt(number, failed));
            if (answer.equals("answer " + number)) {
                answers.incrementAndGet();
            }
        } catch (Exception failure) {
            failure.printStackTrace();
        } finally {
            ended.countDown();
        }
    }

    private String attempt(int number, boolean[] failed) throws InterruptedException {
        attempts.incrementAndGet();
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            runtime.sleep(WORK_NANOS);
        } finally {
            atOnce.decrementAndGet();
        }
        if (number % FAILING_SHARE == 0 && !failed[0]) {
            failed[0] = true;
            throw new IllegalStateException("first attempt");
        }
        return "answer " + number;
    }
}
