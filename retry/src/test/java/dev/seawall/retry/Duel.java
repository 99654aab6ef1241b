package dev.seawall.retry;

import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call through a hedge whose attempts end when the test says so. Real threads and no sleeps: a further attempt that is due
 * waits to be {@linkplain #launch() launched}, and an attempt waits for its {@link Attempt#answer}.
 */
final class Duel implements AutoCloseable {

    /** The ways to make a call. */
    enum Style {
        SYNC,
        ASYNC
    }

    /** How a call ended. */
    record End(@Nullable Object result, @Nullable Throwable failure) {}

    /** An attempt under way. */
    static final class Attempt {

        final CompletableFuture<Object> answer = new CompletableFuture<>();
        final Thread thread = Thread.currentThread();
        final int current;
        final CountDownLatch cancelled = new CountDownLatch(1);

        Attempt(int current) {
            this.current = current;
        }

        void succeed(Object result) {
            answer.complete(result);
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    static final long GIVE_UP_SECONDS = 20;

    final Hedge hedge;
    final List<HedgeEvent> events = new CopyOnWriteArrayList<>();
    final ResilienceRuntime runtime;
    final CompletableFuture<Boolean> flagAfterwards = new CompletableFuture<>();

    private final Style style;
    private final Pipeline pipeline;
    private final BlockingQueue<Runnable> due = new LinkedBlockingQueue<>();
    private final BlockingQueue<Attempt> started = new LinkedBlockingQueue<>();
    private final CompletableFuture<Object> end = new CompletableFuture<>();

    @Nullable
    volatile Thread caller;

    @Nullable
    CompletableFuture<Object> future;

    Duel(Style style, HedgeConfig config, Policy... inside) {
        this(style, config, builder -> {}, inside);
    }

    Duel(Style style, HedgeConfig config, Consumer<Pipeline.Builder> settings, Policy... inside) {
        this.style = style;
        this.runtime =
                ResilienceRuntime.builder().name("duel").executor(due::add).build();
        this.hedge = Hedge.of("duel", config.toBuilder().executor(due::add).build());
        hedge.on(HedgeEvent.class, events::add);
        Pipeline.Builder builder = Pipeline.named("duel").runtime(runtime);
        settings.accept(builder);
        builder.with(hedge);
        for (Policy policy : inside) {
            builder.with(policy);
        }
        this.pipeline = builder.build();
    }

    static HedgeConfig config(int maxAttempts) {
        return HedgeConfig.builder()
                .delay(HedgeDelay.fixed(Duration.ZERO))
                .maxAttempts(maxAttempts)
                .build();
    }

    /** Makes the call; returns its first attempt. */
    Attempt call() throws Exception {
        begin();
        return started();
    }

    void begin() {
        if (style == Style.ASYNC) {
            CompletableFuture<Object> answer = pipeline.callAsync(this::startAttempt);
            future = answer;
            answer.whenComplete((result, failure) -> {
                if (failure == null) {
                    end.complete(result);
                } else {
                    end.completeExceptionally(failure);
                }
            });
            return;
        }
        Duel.run(this::callHere);
    }

    /** Makes a synchronous call on the calling thread. */
    void callHere() {
        caller = Thread.currentThread();
        try {
            Object result = pipeline.call(this::runAttempt);
            flagAfterwards.complete(Thread.interrupted());
            end.complete(result);
        } catch (Throwable failure) {
            flagAfterwards.complete(Thread.interrupted());
            end.completeExceptionally(failure);
        }
    }

    private Object runAttempt() throws Exception {
        Attempt attempt = new Attempt(hedge.currentAttempt());
        started.add(attempt);
        try {
            return attempt.answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) failed.getCause();
        } catch (InterruptedException interrupted) {
            attempt.cancelled.countDown();
            throw interrupted;
        }
    }

    private CompletionStage<Object> startAttempt() {
        Attempt attempt = new Attempt(hedge.currentAttempt());
        attempt.answer.whenComplete((result, failure) -> {
            if (attempt.answer.isCancelled()) {
                attempt.cancelled.countDown();
            }
        });
        started.add(attempt);
        return attempt.answer;
    }

    /** Waits for the next attempt to start. */
    Attempt started() throws InterruptedException {
        return next(started, "no attempt started");
    }

    /** Waits until the next further attempt is due. */
    Runnable due() throws InterruptedException {
        return next(due, "no attempt was due");
    }

    /** Makes the next further attempt, as soon as it is due. */
    Attempt launch() throws InterruptedException {
        run(due());
        return started();
    }

    /** Runs a task on a thread of its own. */
    static Thread run(Runnable task) {
        Thread thread = new Thread(task, "duel");
        thread.start();
        return thread;
    }

    private static <E> E next(BlockingQueue<E> queue, String otherwise) throws InterruptedException {
        E next = queue.poll(GIVE_UP_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError(otherwise);
        }
        return next;
    }

    /** Waits for the end of the call. */
    End end() throws InterruptedException {
        try {
            return new End(end.get(GIVE_UP_SECONDS, TimeUnit.SECONDS), null);
        } catch (ExecutionException failed) {
            return new End(null, failed.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("the call did not end", late);
        } catch (CancellationException cancelled) {
            return new End(null, cancelled);
        }
    }

    boolean isOver() {
        return end.isDone();
    }

    boolean nothingIsDue() {
        return due.isEmpty();
    }

    boolean nothingStarted() {
        return started.isEmpty();
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(GIVE_UP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not happen");
        }
    }

    /** Waits until the calling thread of a synchronous call waits outside its attempt. */
    void awaitCallerParkedInWait() throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_SECONDS);
        Thread thread = Objects.requireNonNull(caller);
        while (!isIn(thread, "await")) {
            if (System.nanoTime() > giveUp) {
                throw new AssertionError("the caller does not wait");
            }
            Thread.onSpinWait();
        }
    }

    private static boolean isIn(Thread thread, String method) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().endsWith(".SyncHedge")
                    && frame.getMethodName().equals(method)) {
                return thread.getState() == Thread.State.TIMED_WAITING;
            }
        }
        return false;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
