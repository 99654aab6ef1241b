package dev.seawall.idempotency.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys, bodies, tenants and credentials appear nowhere but where they belong. */
@Timeout(60)
final class SecretsTest {

    private static final String CANARY = "c4n4ry";

    @Test
    void everyAnswerAndEvent_showsNoSecret() throws Exception {
        FlakyStore store = new FlakyStore();
        Idempotency idempotency = Idempotency.builder(store).build();
        Queue<String> told = new ConcurrentLinkedQueue<>();
        idempotency.on(IdempotencyEvent.class, event -> told.add(event.toString()));
        HttpIdempotency http = HttpIdempotency.builder(idempotency)
                .tenant(request -> CANARY + "-tenant")
                .build();
        told.add(http.toString());
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (TestServer server =
                new TestServer(IdempotentHandler.of(http, exchange -> TestServer.answer(exchange, 200, "public")))) {
            told.add(send(server, CANARY, "{}"));
            told.add(send(server, CANARY, "{}"));
            told.add(send(server, CANARY, CANARY + "-other"));
            told.add(send(server, CANARY + " " + CANARY, "{}"));
            store.down = true;
            told.add(send(server, CANARY, "{}"));
        } finally {
            System.setErr(before);
        }

        assertThat(told).hasSizeGreaterThan(8);
        assertThat(String.join("\n", told) + logged.toString(StandardCharsets.UTF_8))
                .doesNotContain(CANARY);
    }

    private static String send(TestServer server, String key, String body) throws IOException, InterruptedException {
        HttpRequest request = server.post("/p", body)
                .header("Idempotency-Key", key)
                .header("Authorization", "Bearer " + CANARY)
                .build();
        var response = server.send(request);
        return response.statusCode() + " " + response.headers().map() + " " + response.body();
    }
}
