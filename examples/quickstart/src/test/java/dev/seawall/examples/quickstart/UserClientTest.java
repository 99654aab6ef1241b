package dev.seawall.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.seawall.CallObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserClientTest {

    @Test
    void pipeline_findings_areNone() {
        UserClient client = new UserClient(URI.create("http://localhost"), new CallObserver() {});

        assertThat(client.pipeline().findings()).isEmpty();
    }

    @Test
    void retryAfter_seconds_areRead() throws Exception {
        assertThat(UserClient.RETRY_AFTER.hint(answerWith("120"), null)).isEqualTo(Duration.ofSeconds(120));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1.5", "soon", "99999999999999999999"})
    void retryAfter_anythingElse_isNoHint(String value) throws Exception {
        assertThat(UserClient.RETRY_AFTER.hint(answerWith(value), null)).isNull();
    }

    @Test
    void retryAfter_noHeader_isNoHint() throws Exception {
        assertThat(UserClient.RETRY_AFTER.hint(answerWith(null), null)).isNull();
    }

    private static HttpResponse<String> answerWith(String retryAfter) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        } finally {
            server.stop(0);
        }
    }
}
