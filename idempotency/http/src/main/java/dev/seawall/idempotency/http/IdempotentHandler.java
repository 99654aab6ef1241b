package dev.seawall.idempotency.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Objects;

/**
 * A handler of the JDK's HTTP server whose requests have their effect once. Put it inside filters that authenticate.
 *
 * <p>The handler inside must have answered when it returns: work that goes on elsewhere is refused with an
 * {@link IllegalStateException}, which frees the key. It gets a plain {@link HttpExchange}, also over HTTPS.
 *
 * <p><b>Threads:</b> as safe as the handler inside.
 */
public final class IdempotentHandler implements HttpHandler {

    private final HttpIdempotency idempotency;
    private final HttpHandler handler;

    private IdempotentHandler(HttpIdempotency idempotency, HttpHandler handler) {
        this.idempotency = Objects.requireNonNull(idempotency, "idempotency");
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    /**
     * Guards a handler.
     *
     * @param idempotency decides
     * @param handler does the work
     * @return a handler in its place
     */
    public static IdempotentHandler of(HttpIdempotency idempotency, HttpHandler handler) {
        return new IdempotentHandler(idempotency, handler);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        idempotency.handle(new JdkExchange(exchange, handler));
    }
}
