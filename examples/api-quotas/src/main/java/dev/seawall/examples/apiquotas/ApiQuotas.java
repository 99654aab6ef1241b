package dev.seawall.examples.apiquotas;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisServer;

/** Two instances of an API, one Redis, and clients of different greed; then a summary of who got how much. */
public final class ApiQuotas {

    private static final Duration LONG = Duration.ofSeconds(8);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ApiQuotas() {}

    /**
     * Ends the process: 0 if every client stayed within its quota, else 1.
     *
     * @param args {@code --fast} for a short run
     */
    public static void main(String[] args) throws Exception {
        System.exit(run(List.of(args).contains("--fast") ? SHORT : LONG, System.out) ? 0 : 1);
    }

    static boolean run(Duration length, PrintStream out) throws IOException, InterruptedException {
        int port = freePort();
        RedisServer redis = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
        RedisURI uri = RedisURI.create("redis://127.0.0.1:" + port);
        try (ApiServer one = new ApiServer(uri);
                ApiServer other = new ApiServer(uri)) {
            return drive(List.of(one.uri(), other.uri()), length, out);
        } finally {
            redis.stop();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean drive(List<URI> instances, Duration length, PrintStream out)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        showHeaders(http, instances.get(0), out);
        List<Client> clients = List.of(
                new Client("modest", 10, false, instances, http),
                new Client("busy", 30, false, instances, http),
                new Client("polite", 60, true, instances, http),
                new Client("greedy", 150, false, instances, http));
        out.printf(
                Locale.ROOT,
                "%nTwo instances, %d s; every client may make %s in all.%n%n",
                length.toSeconds(),
                ApiServer.QUOTA);
        long begin = System.nanoTime();
        ask(clients, length);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return summary(clients, seconds, out);
    }

    private static void ask(List<Client> clients, Duration length) throws InterruptedException {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
        try {
            List<ScheduledFuture<?>> asking = clients.stream()
                    .<ScheduledFuture<?>>map(client -> client.start(timer))
                    .toList();
            new CountDownLatch(1).await(length.toNanos(), TimeUnit.NANOSECONDS);
            asking.forEach(one -> one.cancel(false));
            var answered = new CountDownLatch(1);
            ScheduledFuture<?> looking = timer.scheduleAtFixedRate(
                    () -> {
                        if (clients.stream().noneMatch(Client::isWaiting)) {
                            answered.countDown();
                        }
                    },
                    0,
                    10,
                    TimeUnit.MILLISECONDS);
            answered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            looking.cancel(false);
        } finally {
            timer.shutdownNow();
        }
    }

    private static void showHeaders(HttpClient http, URI instance, PrintStream out)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(instance).header("X-Client", "curious").build();
        for (int status = 0; status != 429; ) {
            HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
            if (status == 0 || response.statusCode() == 429) {
                out.println("HTTP " + response.statusCode());
                response.headers().map().forEach((name, values) -> {
                    if (name.startsWith("ratelimit") || name.equals("retry-after")) {
                        out.println("  " + name + ": " + String.join(", ", values));
                    }
                });
            }
            status = response.statusCode();
        }
    }

    private static boolean summary(List<Client> clients, double seconds, PrintStream out) {
        long most = (long) (ApiServer.QUOTA.permits() * (seconds + 1));
        out.println("client   asked    got  limited   first instance  second instance");
        boolean within = true;
        for (Client client : clients) {
            out.printf(
                    Locale.ROOT,
                    "%-7s %6d %6d   %6d   %5d + %-6d %7d + %-6d%s%n",
                    client.name(),
                    client.got() + client.limited() + client.failed(),
                    client.got(),
                    client.limited(),
                    client.got(0),
                    client.limited(0),
                    client.got(1),
                    client.limited(1),
                    client.failed() == 0 ? "" : "  " + client.failed() + " failed");
            within &= client.got() <= most && client.failed() == 0;
        }
        out.printf(
                Locale.ROOT,
                "%nIn %.1f s a quota allows at most %d: %s.%n",
                seconds,
                most,
                within ? "nobody got more" : "SOMEBODY GOT MORE, OR REQUESTS FAILED");
        return within;
    }
}
