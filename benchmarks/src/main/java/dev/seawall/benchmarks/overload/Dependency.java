package dev.seawall.benchmarks.overload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The server of the test, in a process of its own: few workers, each busy with one request at a time, a bounded queue before
 * them, and a refusal for whoever does not fit in. A request whose client has gone is worked off like any other. It prints its
 * port, becomes what it reads from its standard input line by line, and ends with it.
 */
public final class Dependency {

    /** How many requests it works on at once. */
    static final int WORKERS = 10;

    /** What it can answer per second while it is well. */
    static final int CAPACITY = WORKERS * 1_000 / Health.WELL.serviceMillis;

    private static final int QUEUE = 100;
    private static final int FLAKY_SHARE = 3;
    private static final String DOORMAN = "doorman";
    private static final long LOOK_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ExecutorService doorman = Executors.newSingleThreadExecutor(task -> new Thread(task, DOORMAN));
    private final ExecutorService workers = new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            (request, full) -> doorman.execute(request));
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Health health = Health.WELL;

    private Dependency() {}

    /**
     * Serves until its standard input ends.
     *
     * @param args none
     */
    public static void main(String[] args) throws IOException {
        // The JDK's server sends head and body apart; without this, each answer waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        new Dependency().serve();
        System.exit(0);
    }

    private void serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), QUEUE);
        server.setExecutor(workers);
        server.createContext("/", this::handle);
        server.start();
        System.out.println(server.getAddress().getPort());
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            health = Health.valueOf(order);
        }
    }

    private void handle(HttpExchange exchange) {
        boolean fits = !Thread.currentThread().getName().equals(DOORMAN);
        Health now = fits ? health : Health.REFUSING;
        work(now);
        boolean refused =
                now == Health.REFUSING || (now == Health.FLAKY && requests.incrementAndGet() % FLAKY_SHARE == 0);
        reply(exchange, refused ? 503 : 200, now == Health.CUTTING ? 2 : 1);
    }

    private void work(Health now) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(now.serviceMillis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        while (now == Health.HANGING && health == Health.HANGING) {
            LockSupport.parkNanos(LOOK_UP_NANOS);
        }
    }

    /** Answers with the path. Promises {@code factor} times as much as it sends; closing breaks a promise not kept. */
    private static void reply(HttpExchange exchange, int status, int factor) {
        byte[] body = exchange.getRequestURI().getPath().getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, (long) factor * body.length);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush(); // a connection closed without a byte would make the client ask again
        } catch (IOException clientGone) {
            // it had a timeout
        }
    }
}
