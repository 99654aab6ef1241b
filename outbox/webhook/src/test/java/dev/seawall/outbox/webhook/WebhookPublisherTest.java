package dev.seawall.outbox.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.seawall.CallTimedOutException;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.CircuitOpenException;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.WireMessage;
import dev.seawall.payload.EncodedPayload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookPublisherTest {

    private static final WebhookSecret SECRET =
            WebhookSecret.of(Base64.getEncoder().encodeToString(new byte[32]));
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final String ID = "0195f3a2-0000-7000-8000-000000000001";

    private record Received(String path, Headers headers, byte[] body) {

        @Nullable
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    @FunctionalInterface
    private interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Reply reply = status(204);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
            reply.to(exchange);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static Reply status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    private WebhookEndpoint endpoint(String path) {
        return WebhookEndpoint.unencrypted(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), SECRET);
    }

    private WebhookPublisher.Builder single() {
        return WebhookPublisher.to(endpoint("/hook?token=canary")).clock(InstantSource.fixed(NOW));
    }

    private static Envelope message(String topic, String id, Map<String, String> headers) {
        return new Envelope(
                id,
                topic,
                "key-ü",
                EncodedPayload.of("order-created", 2, "application/json", "{\"a\":1}".getBytes(UTF_8)),
                headers,
                new Envelope.Position(1, 2, 3),
                NOW);
    }

    private static Envelope message() {
        return message("orders", ID, Map.of("tenant", "blue"));
    }

    private static @Nullable Throwable failure(CompletionStage<?> stage) throws Exception {
        try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    private @Nullable Throwable publish(WebhookPublisher.Builder builder) throws Exception {
        try (WebhookPublisher publisher = builder.build()) {
            return failure(publisher.publish(message()));
        }
    }

    // ---- what is sent

    @Test
    void publish_takenMessage_wasSignedAndCanBeReadBack() throws Exception {
        assertThat(publish(single())).isNull();

        Received request = received.get(0);
        var check = WebhookSignature.of(List.of(SECRET), Duration.ofMinutes(5), InstantSource.fixed(NOW));
        assertThatCode(() -> check.verify(request::header, request.body())).doesNotThrowAnyException();
        assertThat(request.path()).isEqualTo("/hook?token=canary");
        assertThat(request.header("webhook-id")).isEqualTo(ID);
        assertThat(request.header("webhook-timestamp")).isEqualTo(Long.toString(NOW.getEpochSecond()));
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, values) -> headers.put(name, values.get(0)));
        Envelope read = EnvelopeFormat.plain()
                .read(WireMessage.of(request.header("content-type"), headers, request.body()), "orders", null, NOW);
        assertThat(read.id()).isEqualTo(ID);
        assertThat(read.key()).isEqualTo("key-ü");
        assertThat(read.payload()).isEqualTo(message().payload());
        assertThat(read.position()).isEqualTo(message().position());
        assertThat(read.headers()).containsEntry("Tenant", "blue");
    }

    @Test
    void publish_headerBeyondAscii_isPercentEncoded() throws Exception {
        try (WebhookPublisher publisher = single().build()) {
            assertThat(failure(publisher.publish(message("orders", ID, Map.of("city", "Köln 50%")))))
                    .isNull();
        }

        assertThat(received.get(0).header("city")).isEqualTo("K%C3%B6ln 50%");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "transfer-encoding",
                "Connection",
                "Content-Type",
                "webhook-signature",
                "Webhook-Id",
                "bad header",
                "bad\nheader"
            })
    void publish_headerThatBelongsToTheProtocol_isPoison(String header) {
        try (WebhookPublisher publisher = single().build()) {
            assertThatThrownBy(() -> publisher.publish(message("orders", ID, Map.of(header, "x"))))
                    .isInstanceOf(PoisonMessageException.class)
                    .hasMessageContaining("cannot be that of a webhook")
                    .hasMessageNotContaining("\n");
        }
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a b", "a\r\nb", "ü"})
    void publish_idThatCannotBeSigned_isPoison(String id) {
        try (WebhookPublisher publisher = single().build()) {
            assertThatThrownBy(() -> publisher.publish(message("orders", id, Map.of())))
                    .isInstanceOf(PoisonMessageException.class);
        }
    }

    @Test
    void publish_byTopic_goesToTheEndpointOfTheTopicOrIsPoison() throws Exception {
        try (WebhookPublisher publisher = WebhookPublisher.byTopic(
                        topic -> topic.equals("strange") ? null : endpoint("/" + topic))
                .build()) {
            assertThat(failure(publisher.publish(message("orders", ID, Map.of()))))
                    .isNull();
            assertThat(failure(publisher.publish(message("bills", ID, Map.of()))))
                    .isNull();
            assertThatThrownBy(() -> publisher.publish(message("strange", ID, Map.of())))
                    .isInstanceOf(PoisonMessageException.class)
                    .hasMessageContaining("topic strange has no endpoint");
        }

        assertThat(received).extracting(Received::path).containsExactly("/orders", "/bills");
    }

    // ---- what is answered

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 413, 422})
    void publish_refusedForGood_isPoisonAndShowsNoSecret(int status) throws Exception {
        reply = status(status);

        assertThat(publish(single()))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessageContaining("refused it with " + status)
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 408, 425, 500, 501})
    void publish_failureThatMayPass_isTheMessagesOwn(int status) throws Exception {
        reply = status(status, "Location", "/elsewhere");

        assertThat(publish(single()))
                .isInstanceOfSatisfying(
                        WebhookFailedException.class,
                        failed -> assertThat(failed.status()).isEqualTo(status));
        assertThat(received).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void publish_overloadOfTheSingleEndpoint_stopsTheRelay(int status) throws Exception {
        reply = status(status, "Retry-After", "7");

        assertThat(publish(single()))
                .isInstanceOf(PublisherUnavailableException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebhookFailedException.class,
                        failed -> assertThat(failed.retryAfter()).contains(Duration.ofSeconds(7)));
    }

    @Test
    void publish_overloadOfOneOfSeveralEndpoints_failsThatMessageOnly() throws Exception {
        reply = status(503, "Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT");

        assertThat(publish(WebhookPublisher.byTopic(topic -> endpoint("/"))))
                .isInstanceOfSatisfying(
                        WebhookFailedException.class,
                        failed -> assertThat(failed.retryAfter()).isEmpty());
    }

    @Test
    void publish_noConnection_stopsTheRelayOnlyIfThereIsNoOtherEndpoint() throws Exception {
        try (Socket taken = new Socket()) { // a port that is bound, and where nobody listens
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var nobody =
                    WebhookEndpoint.unencrypted(URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/"), SECRET);

            assertThat(publish(WebhookPublisher.to(nobody))).isInstanceOf(PublisherUnavailableException.class);
            assertThat(publish(WebhookPublisher.byTopic(topic -> nobody)))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(PublisherUnavailableException.class);
        }
    }

    @Test
    void publish_toAnEndpointThatKeepsFailing_costsAttemptsUntilTheBreakerOpensAndNoneAfterwards() throws Exception {
        reply = status(500);
        Pipeline pipeline = Pipeline.named("hook")
                .with(CircuitBreaker.of("hook", CircuitBreakerConfig.consecutiveFailures()))
                .with(Timeout.of(Duration.ofSeconds(30)))
                .build();
        List<@Nullable Throwable> failures = new ArrayList<>();
        try (WebhookPublisher publisher = single().pipeline(pipeline).build()) {
            for (int i = 0; i < 20; i++) {
                failures.add(failure(publisher.publish(message())));
            }
        }

        assertThat(received).hasSize(5);
        assertThat(failures.subList(0, 5)).hasOnlyElementsOfType(WebhookFailedException.class);
        assertThat(failures.subList(5, 20))
                .hasOnlyElementsOfType(PublisherUnavailableException.class)
                .allMatch(failure -> failure.getCause() instanceof CircuitOpenException);
    }

    @Test
    void publish_endpointThatDoesNotAnswer_isEndedByThePipeline() throws Exception {
        reply = exchange -> awaitEnd();
        Pipeline pipeline = Pipeline.of(Timeout.of(Duration.ofMillis(200)));

        assertThat(publish(single().pipeline(pipeline))).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void publish_endlessAnswer_isNotRead() throws Exception {
        CompletableFuture<IOException> hungUp = new CompletableFuture<>();
        reply = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] noise = new byte[8_192];
            try {
                while (end.getCount() > 0) {
                    exchange.getResponseBody().write(noise);
                }
            } catch (IOException broken) {
                hungUp.complete(broken);
            }
        };

        assertThat(publish(single())).isNull();
        assertThat(hungUp.get(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void close_messageUnderWay_isGivenUp() throws Exception {
        reply = exchange -> awaitEnd();
        WebhookPublisher publisher = single().build();
        CompletionStage<?> stage = publisher.publish(message());
        await().atMost(Duration.ofMinutes(1)).until(() -> received.size() == 1);

        publisher.close();

        assertThatThrownBy(() -> failure(stage)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> publisher.publish(message())).isInstanceOf(PublisherUnavailableException.class);
    }

    private void awaitEnd() {
        try {
            end.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- settings

    @Test
    void endpoint_withoutTls_isRefusedUnlessAllowed() {
        assertThatThrownBy(() -> WebhookEndpoint.of(URI.create("http://user:canary@example.com/?canary"), SECRET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must begin with https and name a host, was http://example.com/")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> WebhookEndpoint.unencrypted(URI.create("file:///etc/passwd"), SECRET))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebhookEndpoint.of(URI.create("https://example.com/")))
                .hasMessageContaining("number of secrets must be from 1 to 5, was 0");
    }

    @Test
    void client_thatFollowsRedirections_isRefused() {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        assertThatThrownBy(() -> single().client(client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not follow redirections");
    }

    @Test
    void toString_ofEverything_showsNoSecret() {
        try (WebhookPublisher publisher = single().build()) {
            assertThat(publisher + " " + endpoint("/hook?token=canary"))
                    .contains("/hook")
                    .doesNotContain("canary")
                    .doesNotContain("AAAA");
        }
    }
}
