package dev.seawall.idempotency.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Idempotency.WhenDown;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers, over real connections. */
@Timeout(120)
final class HttpIdempotencyTest {

    private final FlakyStore store = new FlakyStore();
    private final AtomicInteger executions = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private TestServer server;

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
    }

    private void start(HttpHandler handler) {
        start(UnaryOperator.identity(), handler);
    }

    private void start(UnaryOperator<HttpIdempotency.Builder> settings, HttpHandler handler) {
        start(Idempotency.builder(store).build(), settings, handler);
    }

    private void start(Idempotency idempotency, UnaryOperator<HttpIdempotency.Builder> settings, HttpHandler handler) {
        HttpIdempotency http =
                settings.apply(HttpIdempotency.builder(idempotency)).build();
        server = new TestServer(IdempotentHandler.of(http, handler));
    }

    private void count(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=utf-8");
        TestServer.answer(
                exchange,
                201,
                executions.incrementAndGet() + " " + exchange.getRequestURI() + " "
                        + new String(body, StandardCharsets.UTF_8));
    }

    private void countAndWait(HttpExchange exchange) throws IOException {
        entered.countDown();
        awaitUninterruptibly(mayEnd);
        count(exchange);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReplayed(HttpResponse<?> response) {
        return response.headers().firstValue("Idempotent-Replayed").equals(Optional.of("true"));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body())
                .startsWith("{\"type\":\"tag:seawall.dev,2026:idempotency/" + type + "\",\"title\":\"")
                .contains("\"status\":" + status + ",", "\"detail\":\"");
    }

    // ---- one request

    @Test
    void sameKey_comesAgain_isReplayedByteForByte() throws Exception {
        start(exchange -> {
            exchange.getResponseHeaders().put("Content-Type", List.of("application/json"));
            exchange.getResponseHeaders().put("Location", List.of("/payments/7"));
            exchange.getResponseHeaders().put("Link", List.of("</a>; rel=a", "</b>; rel=b"));
            exchange.getResponseHeaders().put("ETag", List.of("\"7\""));
            exchange.getResponseHeaders().put("Set-Cookie", List.of("session=secret"));
            exchange.getResponseHeaders().put("X-Trace", List.of("1"));
            TestServer.answer(exchange, 201, "{\"n\":" + executions.incrementAndGet() + ",\"ü\":\"\\u0000\"}");
        });

        HttpResponse<String> first = server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("\"k\"", "{}"));

        assertThat(first.headers().map())
                .containsKeys("set-cookie", "x-trace")
                .doesNotContainKey("idempotent-replayed");
        assertThat(isReplayed(second)).isTrue();
        assertThat(second.statusCode()).isEqualTo(201).isEqualTo(first.statusCode());
        assertThat(second.body()).isEqualTo(first.body());
        for (String name : List.of("content-type", "location", "link", "etag")) {
            assertThat(second.headers().allValues(name))
                    .isNotEmpty()
                    .isEqualTo(first.headers().allValues(name));
        }
        assertThat(second.headers().map()).doesNotContainKeys("set-cookie", "x-trace");
        assertThat(executions).hasValue(1);
    }

    @Test
    void answer_withoutBody_isReplayed() throws Exception {
        start(exchange -> {
            executions.incrementAndGet();
            TestServer.answer(exchange, 204, "");
        });

        server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(second.statusCode()).isEqualTo(204);
        assertThat(isReplayed(second)).isTrue();
        assertThat(executions).hasValue(1);
    }

    @Test
    void handler_readsTheBody_asItWasSent() throws Exception {
        start(this::count);

        assertThat(server.send(server.keyed("k", "{\"ä\":1}")).body()).isEqualTo("1 /payments {\"ä\":1}");
    }

    @Test
    void otherMethods_andRequestsWithoutKey_pass() throws Exception {
        start(this::count);
        HttpRequest get = HttpRequest.newBuilder(server.uri("/payments"))
                .header("Idempotency-Key", "k")
                .build();
        HttpRequest keyless = server.post("/payments", "{}").build();

        server.send(get);
        server.send(get);
        server.send(keyless);
        server.send(keyless);

        assertThat(executions).hasValue(4);
    }

    @Test
    void keyRequired_missing_isRefused() throws Exception {
        start(HttpIdempotency.Builder::requireKey, this::count);

        assertProblem(server.send(server.post("/payments", "{}").build()), 400, "key-missing");
        assertThat(executions).hasValue(0);
    }

    // ---- the key

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"open",
                "\"a\"b",
                "\"a\\x\"",
                "\"a\\",
                "a\"b",
                "a,b",
                "a b",
                "\"a b\"",
                "kéy",
                "\u0001",
                "a\u007f",
                "\"a\tb\""
            })
    void hostileKey_isRefusedAndNotRepeated(String key) throws Exception {
        start(this::count);

        String answer = server.sendRaw("Idempotency-Key: " + key);

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(executions).hasValue(0);
    }

    @Test
    void longKey_isRefusedAndNotRepeated() throws Exception {
        start(this::count);

        HttpResponse<String> answer = server.send(server.keyed("k".repeat(10_000), "{}"));

        assertProblem(answer, 400, "key-invalid");
        assertThat(answer.body()).contains("1 to 255 characters, had 10000").doesNotContain("kkk");
        assertThat(server.send(server.keyed("k".repeat(255), "{}")).statusCode())
                .isEqualTo(201);
        assertThat(server.send(server.keyed("k".repeat(256), "{}")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void twoKeys_areRefused() throws Exception {
        start(this::count);

        assertThat(server.sendRaw("Idempotency-Key: a", "Idempotency-Key: b")).startsWith("HTTP/1.1 400 ");
        assertThat(executions).hasValue(0);
    }

    @Test
    void key_withQuotesAndBackslashes_isUnquoted() throws Exception {
        assertThat(KeyHeader.parse(List.of(" \"a\\\"b\\\\c,d\" "))).isEqualTo("a\"b\\c,d");
        assertThat(KeyHeader.parse(List.of(KeyHeader.quoted("a\"b\\c")))).isEqualTo("a\"b\\c");
        start(this::count);
    }

    @Test
    void sameKey_ofTwoTenantsAndOperations_isIndependent() throws Exception {
        start(
                settings -> settings.tenant(
                                request -> request.headers("X-Tenant").get(0))
                        .operation(request -> request.target().startsWith("/refunds") ? "refund" : "pay"),
                this::count);

        List<HttpRequest> requests = List.of(
                server.post("/payments", "{}").header("X-Tenant", "Ä & Söhne").build(),
                server.post("/payments", "{}").header("X-Tenant", "b").build(),
                server.post("/refunds", "{}").header("X-Tenant", "b").build());
        List<String> bodies = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (HttpRequest request : requests) {
                bodies.add(server.send(HttpRequest.newBuilder(request, (name, value) -> true)
                                .header("Idempotency-Key", "k")
                                .build())
                        .body());
            }
        }

        assertThat(bodies.subList(0, 3)).doesNotHaveDuplicates().isEqualTo(bodies.subList(3, 6));
        assertThat(executions).hasValue(3);
    }

    // ---- other requests with the key

    @Test
    void sameKey_otherRequest_isRefusedInEveryState() throws Exception {
        start(this::countAndWait);
        HttpRequest first = server.keyed("k", "{}");
        List<HttpRequest> others = List.of(
                server.keyed("k", "{ }"),
                server.post("/payments?x", "{}").header("Idempotency-Key", "k").build(),
                server.post("/payment", "s{}").header("Idempotency-Key", "k").build(),
                server.post("/refunds", "{}").header("Idempotency-Key", "k").build(),
                HttpRequest.newBuilder(first, (name, value) -> true)
                        .method("PATCH", first.bodyPublisher().orElseThrow())
                        .build());

        CompletableFuture<HttpResponse<String>> running = server.sendAsync(first);
        awaitUninterruptibly(entered);
        for (HttpRequest other : others) {
            assertProblem(server.send(other), 422, "key-reused");
        }
        mayEnd.countDown();
        assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        for (HttpRequest other : others) {
            assertProblem(server.send(other), 422, "key-reused");
        }

        assertThat(executions).hasValue(1);
    }

    @Test
    void canonicalBody_sameMeaning_isTheSameRequest() throws Exception {
        start(
                settings -> settings.canonicalBody(body -> {
                    String text = new String(body, StandardCharsets.UTF_8);
                    if (text.startsWith("!")) {
                        throw new IllegalArgumentException("no JSON");
                    }
                    return text.replace(" ", "").getBytes(StandardCharsets.UTF_8);
                }),
                this::count);

        server.send(server.keyed("k", "{ }"));

        assertThat(isReplayed(server.send(server.keyed("k", "{}")))).isTrue();
        assertThat(server.send(server.keyed("broken", "! ")).statusCode()).isEqualTo(201);
        assertProblem(server.send(server.keyed("broken", "!")), 422, "key-reused");
    }

    @Test
    void body_tooLarge_isRefused() throws Exception {
        start(settings -> settings.mostBodyBytes(10), this::count);

        assertThat(server.send(server.keyed("a", "x".repeat(10))).statusCode()).isEqualTo(201);
        assertProblem(server.send(server.keyed("b", "x".repeat(11))), 413, "body-too-large");
        assertThat(executions).hasValue(1);
    }

    // ---- at the same time

    @Test
    void hundredRequests_oneKey_runOnce() throws Exception {
        start(this::countAndWait);

        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(server.sendAsync(server.keyed("k", "{}")));
        }
        awaitUninterruptibly(entered);
        CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS); // a copy
        mayEnd.countDown();

        List<HttpResponse<String>> fresh = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> each : all) {
            HttpResponse<String> response = each.get(60, TimeUnit.SECONDS);
            if (response.statusCode() == 409) {
                assertProblem(response, 409, "in-progress");
                assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            } else {
                assertThat(response.statusCode()).isEqualTo(201);
                assertThat(response.body()).isEqualTo("1 /payments {}");
                if (!isReplayed(response)) {
                    fresh.add(response);
                }
            }
        }
        assertThat(fresh).hasSize(1);
        assertThat(executions).hasValue(1);
        assertThat(isReplayed(server.send(server.keyed("k", "{}")))).isTrue();
    }

    @Test
    void waitForTwin_copies_getTheAnswerWhenItIsThere() throws Exception {
        start(settings -> settings.waitForTwin(Duration.ofMinutes(1)), this::countAndWait);
        CompletableFuture<HttpResponse<String>> first = server.sendAsync(server.keyed("k", "{}"));
        awaitUninterruptibly(entered);

        CompletableFuture<HttpResponse<String>> copy = server.sendAsync(server.keyed("k", "{}"));
        mayEnd.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        assertThat(isReplayed(copy.get(60, TimeUnit.SECONDS))).isTrue();
        assertThat(executions).hasValue(1);
    }

    @Test
    void waitForTwin_noAnswerInTime_is409() throws Exception {
        start(settings -> settings.waitForTwin(Duration.ofMillis(60)), this::countAndWait);
        CompletableFuture<HttpResponse<String>> first = server.sendAsync(server.keyed("k", "{}"));
        awaitUninterruptibly(entered);

        assertProblem(server.send(server.keyed("k", "{}")), 409, "in-progress");
        assertThat(first).isNotDone();
    }

    // ---- what is stored

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 302, 400, 404, 422})
    void status_thatIsStored_isReplayed(int status) throws Exception {
        start(exchange -> TestServer.answer(exchange, status, "run " + executions.incrementAndGet()));

        server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(second.statusCode()).isEqualTo(status);
        assertThat(second.body()).isEqualTo("run 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 408, 409, 425, 429, 500, 503})
    void status_thatIsNotStored_freesTheKey(int status) throws Exception {
        start(exchange -> TestServer.answer(exchange, status, "run " + executions.incrementAndGet()));

        assertThat(server.send(server.keyed("k", "{}")).body()).isEqualTo("run 1");
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(second.statusCode()).isEqualTo(status);
        assertThat(second.body()).isEqualTo("run 2");
        assertThat(isReplayed(second)).isFalse();
    }

    @Test
    void stripeLike_failures_areReplayed() throws Exception {
        start(HttpIdempotency.Builder::stripeLike, exchange -> {
            executions.incrementAndGet();
            if (exchange.getRequestURI().getPath().equals("/throws")) {
                throw new IOException("canary");
            }
            TestServer.answer(exchange, 503, "busy");
        });

        server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.body()).isEqualTo("busy");
        assertThat(isReplayed(second)).isTrue();

        HttpRequest throwing =
                server.post("/throws", "").header("Idempotency-Key", "t").build();
        assertThatThrownBy(() -> server.send(throwing)).isInstanceOf(IOException.class);
        HttpResponse<String> again = server.send(throwing);
        assertProblem(again, 500, "failed");
        assertThat(isReplayed(again)).isTrue();
        assertThat(executions).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "runtime", "error"})
    void handler_throws_freesTheKeyAndThrowsOn(String kind) throws Exception {
        start(exchange -> {
            if (executions.incrementAndGet() == 1) {
                switch (kind) {
                    case "exception" -> throw new IOException("canary");
                    case "runtime" -> throw new IllegalStateException("canary");
                    default -> throw new AssertionError("canary");
                }
            }
            TestServer.answer(exchange, 200, "done");
        });

        assertThatThrownBy(() -> server.send(server.keyed("k", "{}"))).isInstanceOf(IOException.class);

        assertThat(server.send(server.keyed("k", "{}")).body()).isEqualTo("done");
    }

    @Test
    void handler_returnsWithoutAnswer_isRefused() throws Exception {
        start(exchange -> executions.incrementAndGet());

        assertThatThrownBy(() -> server.send(server.keyed("k", "{}"))).isInstanceOf(IOException.class);
        assertThat(executions).hasValueGreaterThanOrEqualTo(1);
    }

    // ---- long answers and streams

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void longAnswer_goesThroughAndCopiesAreToldSo(boolean chunked) throws Exception {
        String longAnswer = "0123456789".repeat(10_000);
        start(settings -> settings.mostAnswerBytes(1_000), exchange -> {
            executions.incrementAndGet();
            try (exchange) {
                exchange.sendResponseHeaders(200, chunked ? 0 : longAnswer.length());
                exchange.getResponseBody().write(longAnswer.getBytes(StandardCharsets.UTF_8));
            }
        });

        HttpResponse<String> first = server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(first.body()).isEqualTo(longAnswer);
        assertProblem(second, 409, "answer-not-kept");
        assertThat(second.headers().firstValue("Retry-After")).isEmpty();
        assertThat(executions).hasValue(1);
    }

    @Test
    void longAnswer_handlerThrowsInTheMiddle_keyStaysTaken() throws Exception {
        start(settings -> settings.mostAnswerBytes(10), exchange -> {
            executions.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[100]);
            throw new IOException("the source broke");
        });

        assertThatThrownBy(() -> server.send(server.keyed("k", "{}"))).isInstanceOf(IOException.class);

        assertProblem(server.send(server.keyed("k", "{}")), 409, "answer-not-kept");
        assertThat(executions).hasValue(1);
    }

    @Test
    void answerLongerThanPayloadTypesAllow_isSentAndNotKept() throws Exception {
        start(
                settings -> settings.mostAnswerBytes(4 << 20),
                exchange -> TestServer.answer(exchange, 200, "x".repeat(2 << 20)));

        assertThat(server.send(server.keyed("k", "{}")).body()).hasSize(2 << 20);
        assertProblem(server.send(server.keyed("k", "{}")), 409, "answer-not-kept");
    }

    @Test
    void eventStream_flushed_arrivesWhileTheHandlerWorks() throws Exception {
        start(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            try (exchange) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                awaitUninterruptibly(mayEnd);
            }
        });

        HttpResponse<InputStream> stream =
                server.client().send(server.keyed("k", "{}"), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.body().readNBytes(9)).asString(StandardCharsets.UTF_8).isEqualTo("data: 1\n\n");
        mayEnd.countDown();

        assertThat(stream.body().readAllBytes()).isEmpty();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertProblem(server.send(server.keyed("k", "{}")), 409, "answer-not-kept"));
    }

    @Test
    void client_goesAway_effectAndAnswerStand() throws Exception {
        start(this::countAndWait);

        server.sendAndLeave("k").close();
        awaitUninterruptibly(entered);
        mayEnd.countDown();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            HttpResponse<String> copy = server.send(server.keyed("k", "{}"));
            assertThat(isReplayed(copy)).isTrue();
            assertThat(copy.body()).isEqualTo("1 /payments {}");
        });
        assertThat(executions).hasValue(1);
    }

    // ---- the store

    @Test
    void storeDown_before_nothingRuns() throws Exception {
        start(this::count);
        store.down = true;

        HttpResponse<String> response = server.send(server.keyed("k", "{}"));

        assertProblem(response, 503, "not-started");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(executions).hasValue(0);
    }

    @Test
    void storeDown_afterTheWork_outcomeIsUnknown() throws Exception {
        start(exchange -> {
            store.down = true;
            exchange.getResponseHeaders().set("X-Secret", "canary");
            count(exchange);
        });

        HttpResponse<String> response = server.send(server.keyed("k", "{}"));

        assertProblem(response, 503, "outcome-unknown");
        assertThat(response.headers().map()).doesNotContainKey("x-secret");
        store.down = false;
        assertProblem(server.send(server.keyed("k", "{}")), 409, "in-progress");
        assertThat(executions).hasValue(1);
    }

    @Test
    void storeDown_failOpen_runsUnguarded() throws Exception {
        start(Idempotency.builder(store).whenDown(WhenDown.FAIL_OPEN).build(), UnaryOperator.identity(), this::count);
        store.down = true;

        assertThat(server.send(server.keyed("k", "{}")).body()).startsWith("1 ");
        assertThat(server.send(server.keyed("k", "{}")).body()).startsWith("2 ");
    }

    @Test
    void storeForgets_duringTheWork_outcomeIsUnknown() throws Exception {
        start(exchange -> {
            store.forgetAll();
            count(exchange);
        });

        assertProblem(server.send(server.keyed("k", "{}")), 503, "outcome-unknown");
    }

    // ---- settings

    @Test
    void settings_outOfRange_areRefusedByName() {
        start(this::count);
        HttpIdempotency.Builder settings =
                HttpIdempotency.builder(Idempotency.builder(store).build());

        assertThatThrownBy(() -> settings.replayedHeaders("ETag", "Set-Cookie")).hasMessageContaining("Set-Cookie");
        assertThatThrownBy(() -> settings.mostBodyBytes(-1)).hasMessageContaining("mostBodyBytes");
        assertThatThrownBy(() -> settings.mostAnswerBytes(65 << 20)).hasMessageContaining("mostAnswerBytes");
        assertThatThrownBy(() -> settings.waitForTwin(Duration.ofMinutes(2))).hasMessageContaining("waitForTwin");
        assertThatThrownBy(() -> settings.retryAfter(Duration.ZERO)).hasMessageContaining("retryAfter");
    }

    @Test
    void replayedHeaders_ofTheUsers_replaceTheList() throws Exception {
        start(settings -> settings.replayedHeaders("x-own"), exchange -> {
            exchange.getResponseHeaders()
                    .putAll(Map.of(
                            "Content-Type", List.of("text/csv"), "X-Own", List.of("1"), "ETag", List.of("\"1\"")));
            TestServer.answer(exchange, 200, "a");
        });

        server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(second.headers().map()).containsKeys("x-own", "content-type").doesNotContainKey("etag");
    }

    @Test
    void storedAnswer_broken_isRefusedNotGuessed() {
        start(this::count);
        byte[] good =
                HttpAnswer.of(200, Map.of("A", List.of("b")), new byte[] {1}).toBytes();

        for (int length = 0; length < good.length - 1; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> HttpAnswer.ofBytes(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(HttpAnswer.ofBytes(good).headers()).isEqualTo(Map.of("A", List.of("b")));
        good[0] = 9;
        assertThatThrownBy(() -> HttpAnswer.ofBytes(good)).isInstanceOf(IllegalArgumentException.class);
    }
}
