package dev.seawall.idempotency.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.retry.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends, and sends again. */
@Timeout(120)
final class IdempotentClientTest {

    private static final int CUT = 0; // no answer at all

    private final Queue<Integer> script = new ArrayDeque<>(); // statuses; the last one stays
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private final TestServer server = new TestServer(this::answer);

    @AfterEach
    void stop() {
        server.close();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        keys.add(String.join("|", exchange.getRequestHeaders().getOrDefault("Idempotency-Key", List.of("none"))));
        int status = script.size() > 1 ? script.remove() : script.element();
        if (status == CUT) {
            exchange.getRequestBody().readAllBytes();
            throw new IOException("cut");
        }
        if (status == 1_409) {
            status = 409;
        } else if (status == 409 || status == 503) {
            exchange.getResponseHeaders().set("Retry-After", "0");
        }
        TestServer.answer(exchange, status, "answered");
    }

    private IdempotentClient client() {
        Retry fast = Retry.of(
                "fast",
                IdempotentClient.retries().toBuilder()
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build());
        return IdempotentClient.of(server.client(), Pipeline.of(fast));
    }

    private IdempotentResponse<String> send(Integer... statuses) throws IOException, InterruptedException {
        script.addAll(List.of(statuses));
        return client().send(server.post("/p", "{}").build(), BodyHandlers.ofString());
    }

    @Test
    void send_failuresThatMayPass_areTriedAgainWithOneKey() throws Exception {
        IdempotentResponse<String> response = send(503, 409, CUT, 201);

        assertThat(response.response().statusCode()).isEqualTo(201);
        assertThat(response.attempts()).isEqualTo(4);
        assertThat(response.replayed()).isFalse();
        assertThat(keys).hasSizeGreaterThanOrEqualTo(4); // the JDK's client may send a request again by itself
        assertThat(keys.stream().distinct()).hasSize(1).allMatch(key -> key.matches("\"[0-9a-f-]{36}\""));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 404, 422, 1_409, 501})
    void send_answersThatStay_areReturnedAtOnce(int status) throws Exception {
        IdempotentResponse<String> response = send(status);

        assertThat(response.response().statusCode()).isEqualTo(status == 1_409 ? 409 : status);
        assertThat(response.attempts()).isEqualTo(1);
    }

    @Test
    void send_triesUsedUp_returnsTheLastAnswer() throws Exception {
        IdempotentResponse<String> response = send(503);

        assertThat(response.response().statusCode()).isEqualTo(503);
        assertThat(response.attempts()).isEqualTo(4);
        assertThat(response).hasToString("503 after 4 attempts");
    }

    @Test
    void send_noAnswerAtAll_throwsTheLastFailure() {
        assertThatThrownBy(() -> send(CUT)).isInstanceOf(IOException.class);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    @Test
    void send_keyOfTheCallers_isKept() throws Exception {
        script.addAll(List.of(503, 200));

        client().send(server.keyed("mine", "{}"), BodyHandlers.ofString());

        assertThat(keys).containsExactly("mine", "mine");
    }

    @Test
    void send_twoRequests_haveTwoKeys() throws Exception {
        send(200);
        send(200);

        assertThat(keys).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void send_refusedAnswerThatIsOpen_isClosed() throws Exception {
        script.addAll(List.of(503, 200));
        Queue<InputStream> bodies = new ConcurrentLinkedQueue<>();

        client().send(
                        server.post("/p", "{}").build(),
                        info -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), body -> {
                            bodies.add(body);
                            return body;
                        }));

        assertThat(bodies).hasSize(2);
        assertThatThrownBy(() -> bodies.element().read()).isInstanceOf(IOException.class);
    }

    @Test
    void sendAsync_failuresThatMayPass_areTriedAgainWithOneKey() throws Exception {
        script.addAll(List.of(503, 409, 200));

        IdempotentResponse<String> response = client().sendAsync(
                        server.post("/p", "{}").build(), BodyHandlers.ofString())
                .get(60, TimeUnit.SECONDS);

        assertThat(response.attempts()).isEqualTo(3);
        assertThat(keys).hasSize(3);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    @Test
    void of_defaults_triesAgain() throws Exception {
        script.addAll(List.of(503, 200));

        IdempotentResponse<String> response = IdempotentClient.of(server.client())
                .send(server.post("/p", "{}").build(), BodyHandlers.ofString());

        assertThat(response.attempts()).isEqualTo(2);
    }

    @Test
    void send_toAnIdempotentServer_tellsReplays() throws Exception {
        HttpIdempotency http = HttpIdempotency.builder(
                        Idempotency.builder(IdempotencyStore.inMemory(100)).build())
                .stripeLike()
                .build();
        try (TestServer idempotent =
                new TestServer(IdempotentHandler.of(http, exchange -> TestServer.answer(exchange, 500, "failed")))) {
            HttpRequest request = idempotent.keyed("k", "{}");

            IdempotentResponse<String> response =
                    IdempotentClient.of(server.client()).send(request, BodyHandlers.ofString());

            assertThat(response.replayed()).isTrue();
            assertThat(response.attempts()).isEqualTo(2); // a replayed failure is not tried again
        }
    }
}
