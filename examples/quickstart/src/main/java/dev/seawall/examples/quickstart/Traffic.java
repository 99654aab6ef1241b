package dev.seawall.examples.quickstart;

import dev.seawall.CallRejectedException;
import dev.seawall.ResilienceException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The users of one client: they come at the rate they come at, however long the ones before them have to wait. */
final class Traffic implements AutoCloseable {

    private static final int ASYNC_SHARE = 4; // one call in four
    private static final int LONGEST_WAIT_SECONDS = 8; // after the last call; nothing in the script takes longer

    /** Blocks until there is an answer. */
    @FunctionalInterface
    interface BlockingCall {
        HttpResponse<String> find(int id) throws Exception;
    }

    /** What became of calls: how many of them ended how, and how long their callers waited, in ascending order. */
    record Tally(int answered, int failed, int rejected, int mostWaiting, List<Long> waitedNanos) {

        int calls() {
            return waitedNanos.size();
        }

        /** The longest wait of the given share of callers, from 0 to 1. */
        long waitedNanos(double share) {
            int rank = (int) Math.ceil(share * calls());
            return waitedNanos.get(Math.max(0, rank - 1));
        }
    }

    private final BlockingCall blocking;
    private final IntFunction<CompletableFuture<HttpResponse<String>>> async;
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Queue<CompletableFuture<?>> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Long> waitedNanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger rejected = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger mostWaiting = new AtomicInteger();

    Traffic(BlockingCall blocking, IntFunction<CompletableFuture<HttpResponse<String>>> async) {
        this.blocking = blocking;
        this.async = async;
    }

    /** Starts a call and does not wait for it. */
    void call(int id) {
        long start = System.nanoTime();
        mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
        CompletableFuture<HttpResponse<String>> call = id % ASYNC_SHARE == 0 ? async.apply(id) : inThread(id);
        calls.add(call.handle((response, failure) -> {
            waiting.decrementAndGet();
            waitedNanos.add(System.nanoTime() - start);
            return counterOf(response, failure).incrementAndGet();
        }));
    }

    private CompletableFuture<HttpResponse<String>> inThread(int id) {
        CompletableFuture<HttpResponse<String>> call = new CompletableFuture<>();
        callers.execute(() -> {
            try {
                call.complete(blocking.find(id));
            } catch (Throwable failure) {
                call.completeExceptionally(failure);
            }
        });
        return call;
    }

    private AtomicInteger counterOf(@Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        if (response != null) {
            return response.statusCode() == 200 ? answered : failed;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof CallRejectedException) {
            return rejected;
        }
        if (cause instanceof IOException || cause instanceof ResilienceException) {
            return failed;
        }
        throw new IllegalStateException("a call failed in a way that is not in the script: " + cause, cause);
    }

    /** Waits for the calls under way. */
    Tally end() throws ExecutionException, InterruptedException {
        try {
            CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                    .get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException endless) {
            throw new IllegalStateException(waiting + " calls have not ended in time", endless);
        }
        List<Long> sorted = waitedNanos.stream().sorted().toList();
        return new Tally(answered.get(), failed.get(), rejected.get(), mostWaiting.get(), sorted);
    }

    @Override
    public void close() {
        callers.shutdownNow();
    }
}
