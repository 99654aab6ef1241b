package dev.seawall.benchmarks.overload;

import java.net.http.HttpResponse;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes calls when they are due, whether or not those before them have ended: half of them on threads of their own, half
 * asynchronously. In each equal part of a second there is one, at a random moment.
 */
final class Load implements AutoCloseable {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int REFUSED = 503;
    private static final long LOOK_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Client client;
    private final Calls calls;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Random random = new Random(1);
    private final long startOfRun;
    private long dueFrom;
    private int next;

    Load(Client client, Calls calls) {
        this.client = client;
        this.calls = calls;
        this.startOfRun = System.nanoTime();
    }

    /** Nanoseconds since the start. */
    long now() {
        return System.nanoTime() - startOfRun;
    }

    /** Makes the calls of one second, which follows the one before. */
    void second(int callsInIt) {
        for (int i = 0; i < callsInIt; i++) {
            long due = dueFrom + (long) ((i + random.nextDouble()) * SECOND / callsInIt);
            parkUntil(due);
            call(next++, due);
        }
        dueFrom += SECOND;
        parkUntil(dueFrom);
    }

    private void parkUntil(long moment) {
        for (long left = moment - now(); left > 0; left = moment - now()) {
            LockSupport.parkNanos(left);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the end is recorded, whatever it is
    private void call(int call, long due) {
        if (call % 2 == 0) {
            long started = now();
            client.askAsync(call).whenComplete((response, failure) -> ended(call, due, started, response, failure));
        } else {
            threads.execute(() -> callHere(call, due));
        }
    }

    private void callHere(int call, long due) {
        long started = now();
        try {
            HttpResponse<String> response = client.ask(call);
            ended(call, due, started, response, null);
        } catch (Throwable failure) {
            ended(call, due, started, null, failure);
        }
    }

    private void ended(int call, long due, long started, HttpResponse<String> response, Throwable failure) {
        long ended = now();
        End end = response == null ? End.of(failure) : endOf(call, response);
        if (end == End.UNEXPECTED) {
            System.err.println("call " + call + " ended unexpectedly: " + (response == null ? failure : response));
        }
        calls.ended(call, due, started, ended, end);
    }

    private static End endOf(int call, HttpResponse<String> response) {
        if (response.statusCode() == REFUSED) {
            return End.FAILED;
        }
        boolean right = response.statusCode() == 200 && response.body().equals(Client.path(call));
        return right ? End.ANSWERED : End.UNEXPECTED;
    }

    /** Waits until all calls have ended, or should have. */
    void awaitEnds() {
        long latest = now() + 2 * Client.WHOLE_CALL.toNanos();
        while (calls.withoutEnd() > 0 && now() < latest) {
            LockSupport.parkNanos(LOOK_UP_NANOS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
