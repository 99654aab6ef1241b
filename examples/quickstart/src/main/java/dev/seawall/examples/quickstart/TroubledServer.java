package dev.seawall.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A user service on this machine that gets into trouble by script. It counts requests instead of throwing dice. */
final class TroubledServer implements AutoCloseable {

    private static final int SLOW_MILLIS = 2_000;
    private static final int CROWDED_MILLIS = 200;
    private static final int CROWD = 8;
    private static final int QUOTA_AT_ONCE = 30;
    private static final int QUOTA_PER_SECOND = 110;

    static {
        // The JDK's server sends head and body apart; without this, each answer waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Queue<HttpExchange> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final HttpServer server;
    private volatile long startOfAct;
    private volatile Act act = Act.WELL;

    TroubledServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/users/", this::handle);
        server.start();
    }

    URI uri() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    void play(Act next) {
        act = next;
        startOfAct = System.nanoTime();
        requests.set(0);
        if (next != Act.DEAD) {
            dropUnanswered();
        }
    }

    /** Whoever still waits for the dead service learns that it went away. */
    private void dropUnanswered() {
        for (HttpExchange exchange = unanswered.poll(); exchange != null; exchange = unanswered.poll()) {
            cutOff(exchange);
        }
    }

    /** Runs on one of few threads, so it answers later instead of waiting. */
    private void handle(HttpExchange exchange) {
        int number = requests.getAndIncrement();
        int usualMillis = 5 + number % 15;
        switch (act) {
            case WELL, WELL_AGAIN -> later(usualMillis, exchange, TroubledServer::answer);
            case RUSH ->
                later(usualMillis, exchange, number < quota() ? TroubledServer::answer : TroubledServer::turnAway);
            case CROWDED -> later(crowdedMillis(), exchange, this::answerInCrowd);
            case SLOW -> later(number % 4 == 3 ? SLOW_MILLIS : usualMillis, exchange, TroubledServer::answer);
            case OVERLOADED ->
                later(usualMillis, exchange, number % 3 == 2 ? TroubledServer::refuse : TroubledServer::answer);
            case CUT -> later(usualMillis, exchange, number % 5 >= 3 ? TroubledServer::cutOff : TroubledServer::answer);
            case DEAD -> {
                unanswered.add(exchange);
                if (act != Act.DEAD) { // the next act began meanwhile, and may not have seen it
                    dropUnanswered();
                }
            }
        }
    }

    /** How many requests it has taken since the act began, at most. */
    private double quota() {
        return QUOTA_AT_ONCE + QUOTA_PER_SECOND * (System.nanoTime() - startOfAct) / 1e9;
    }

    /** The more it does at once, the longer all takes. */
    private int crowdedMillis() {
        int crowd = Math.max(CROWD, underWay.incrementAndGet());
        return Math.min(SLOW_MILLIS, CROWDED_MILLIS * crowd / CROWD);
    }

    private interface Reply {
        void to(HttpExchange exchange);
    }

    private void later(int millis, HttpExchange exchange, Reply reply) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads)
                .execute(() -> reply.to(exchange));
    }

    private static void answer(HttpExchange exchange) {
        reply(exchange, 200, 1);
    }

    private void answerInCrowd(HttpExchange exchange) {
        underWay.decrementAndGet();
        answer(exchange);
    }

    private static void turnAway(HttpExchange exchange) {
        reply(exchange, 429, 1);
    }

    private static void refuse(HttpExchange exchange) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        reply(exchange, 503, 1);
    }

    private static void cutOff(HttpExchange exchange) {
        reply(exchange, 200, 2);
    }

    /** Promises a body {@code factor} times as long as the one it sends; closing breaks a promise not kept. */
    private static void reply(HttpExchange exchange, int status, int factor) {
        byte[] body = ("{\"path\": \"" + exchange.getRequestURI() + "\"}").getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, (long) factor * body.length);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush(); // a connection closed without a byte would make the client ask again
        } catch (IOException clientGone) {
            // it had a timeout, or the play is over
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
