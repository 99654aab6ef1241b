package dev.seawall.idempotency.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.retry.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of the page about idempotency over HTTP, as they stand there. */
final class DocumentedExamplesTest {

    private final IdempotencyStore store = IdempotencyStore.inMemory(100);
    private final HttpClient httpClient = HttpClient.newHttpClient();

    private void pay(HttpExchange exchange) throws IOException {
        TestServer.answer(exchange, 201, "paid");
    }

    @Test
    void httpPage_serverAndClient_answerOnce() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // spotless:off
        HttpIdempotency idempotency = HttpIdempotency.builder(Idempotency.builder(store).build())
                .requireKey()
                .tenant(request -> request.principal() == null ? null : request.principal().getName())
                .build();

        server.createContext("/payments", IdempotentHandler.of(idempotency, this::pay));
        // spotless:on
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/payments");

        // spotless:off
        IdempotentClient client = IdempotentClient.of(httpClient);

        HttpRequest payment = HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString("{\"amount\":100}"))
                .timeout(Duration.ofSeconds(5))
                .build();
        IdempotentResponse<String> answer = client.send(payment, BodyHandlers.ofString());
        boolean known = answer.replayed();              // the server had done it before
        // spotless:on

        assertThat(answer.response().body()).isEqualTo("paid");
        assertThat(known).isFalse();
        server.stop(0);
    }

    @Test
    void httpPage_pipelineOfTheUsers_isMadeFromTheDefault() {
        // spotless:off
        Pipeline pipeline = Pipeline.named("payments")
                .with(Timeout.of("total", Duration.ofSeconds(30)))
                .with(Retry.of("payments", IdempotentClient.retries().toBuilder()
                        .maxAttempts(10)
                        .backoff(Backoff.exponential(Duration.ofMillis(50)))
                        .build()))
                .build();
        IdempotentClient client = IdempotentClient.of(httpClient, pipeline);
        // spotless:on

        assertThat(client).isNotNull();
        assertThat(pipeline.findings()).isEmpty();
    }
}
