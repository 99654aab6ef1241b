package dev.seawall.idempotency.http;

import java.net.http.HttpResponse;

/**
 * What an {@link IdempotentClient} got.
 *
 * @param response the last one
 * @param replayed whether the server says that it had done the request before, and gives its answer again
 * @param attempts how often the request was sent
 * @param <T> type of the body
 */
public record IdempotentResponse<T>(HttpResponse<T> response, boolean replayed, int attempts) {

    /** Shows no body: it may be a secret. */
    @Override
    public String toString() {
        return response.statusCode() + (replayed ? ", replayed" : "") + " after " + attempts + " attempts";
    }
}
