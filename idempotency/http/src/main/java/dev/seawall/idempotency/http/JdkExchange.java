package dev.seawall.idempotency.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange of the JDK's HTTP server. */
final class JdkExchange implements ServerExchange<IOException> {

    private final HttpExchange exchange;
    private final HttpHandler handler;
    private final Map<String, List<String>> headersBefore = new HashMap<>(); // by filters further outside
    private @Nullable HeldExchange held;

    JdkExchange(HttpExchange exchange, HttpHandler handler) {
        this.exchange = exchange;
        this.handler = handler;
        exchange.getResponseHeaders().forEach((name, values) -> headersBefore.put(name, new ArrayList<>(values)));
    }

    @Override
    public String method() {
        return exchange.getRequestMethod();
    }

    @Override
    public String target() {
        URI uri = exchange.getRequestURI();
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = exchange.getRequestHeaders().get(name);
        return values == null ? List.of() : List.copyOf(values);
    }

    @Override
    public @Nullable Principal principal() {
        return exchange.getPrincipal();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public byte[] body(int most) throws IOException {
        return exchange.getRequestBody().readNBytes(most + 1);
    }

    @Override
    public void proceed(byte[] body, int mostBytes) throws IOException {
        HeldExchange made = new HeldExchange(exchange, body, mostBytes);
        held = made;
        handler.handle(made);
        if (!made.isAnswered()) {
            throw new IllegalStateException("the handler has returned without an answer, which cannot be replayed: "
                    + "answer on the server's thread");
        }
    }

    @Override
    public void pass() throws IOException {
        handler.handle(exchange);
    }

    @Override
    public HttpAnswer answered() {
        HeldExchange made = held;
        if (made == null) {
            return HttpAnswer.notKept(0);
        }
        return made.body().isPassing()
                ? HttpAnswer.notKept(made.getResponseCode())
                : HttpAnswer.of(
                        made.getResponseCode(),
                        exchange.getResponseHeaders(),
                        made.body().bytes());
    }

    @Override
    public void sendAnswered() throws IOException {
        HttpAnswer answer = answered();
        if (answer.isKept()) {
            write(answer);
        } else {
            exchange.close();
        }
    }

    @Override
    public void send(HttpAnswer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.clear();
        headers.putAll(headersBefore);
        answer.headers().forEach(headers::put);
        write(answer);
    }

    private void write(HttpAnswer answer) throws IOException {
        try (exchange) {
            int length = answer.body().length;
            exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
            if (length > 0) {
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(answer.body());
                }
            }
        }
    }
}
