package dev.seawall.examples.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.http.HttpIdempotency;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Takes payments. The charge and the answer are written in one transaction, so there is no moment in which one is there without the
 * other. One transaction in ten breaks before its commit, as if the server had died.
 */
final class PaymentServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int ONE_BREAKS_IN = 10;

    private final DataSource database;
    private final JdbcIdempotency idempotency = JdbcIdempotency.builder().build();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    PaymentServer(DataSource database) throws IOException {
        this.database = database;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/payments", this::pay);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    int received() {
        return received.get();
    }

    int broken() {
        return broken.get();
    }

    private void pay(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] payment = exchange.getRequestBody().readAllBytes();
            try {
                String key =
                        HttpIdempotency.key(exchange.getRequestHeaders().getOrDefault("Idempotency-Key", List.of()));
                answer(exchange, charge(key, payment));
            } catch (IllegalArgumentException noKey) {
                send(exchange, 400, String.valueOf(noKey.getMessage()));
            } catch (SQLException failed) {
                send(exchange, 503, "try again");
            }
        }
    }

    private Outcome<String> charge(String key, byte[] payment) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Outcome<String> outcome = idempotency.execute(
                    connection,
                    Key.of("pay", key),
                    Fingerprint.of("POST", "/payments", payment),
                    () -> insert(connection, new String(payment, StandardCharsets.UTF_8)));
            sometimesDie();
            connection.commit();
            return outcome;
        }
    }

    /** Closing the connection then rolls back, as the database does when a client is gone. */
    private void sometimesDie() throws SQLException {
        if (received.incrementAndGet() % ONE_BREAKS_IN == 0) {
            broken.incrementAndGet();
            throw new SQLException("the server has died");
        }
    }

    /** No key on the payment: only the idempotency keeps it from being charged twice. */
    private static String insert(Connection connection, String payment) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO charges (payment) VALUES (?) RETURNING number")) {
            statement.setString(1, payment);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return "{\"charge\":" + row.getLong(1) + "}";
            }
        }
    }

    private static void answer(HttpExchange exchange, Outcome<String> outcome) throws IOException {
        if (outcome instanceof Outcome.Executed<String> executed) {
            send(exchange, 201, executed.value());
        } else if (outcome instanceof Outcome.Replayed<String> replayed) {
            exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
            send(exchange, 201, replayed.value());
        } else if (outcome instanceof Outcome.InProgress) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            send(exchange, 409, "the same payment is being made");
        } else {
            send(exchange, 422, "the key belongs to another payment");
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
