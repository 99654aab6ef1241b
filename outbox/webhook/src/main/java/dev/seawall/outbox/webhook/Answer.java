package dev.seawall.outbox.webhook;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer that an endpoint stays by: it has taken the message, or never will.
 *
 * @param status 2xx, or 4xx but for those that may pass
 */
record Answer(int status) {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final Set<Integer> PASSING = Set.of(408, 425, TOO_MANY_REQUESTS);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,7}");

    /** Throws what may pass. A redirection may pass too: somebody has to correct the address, not the message. */
    static Answer of(HttpResponse<?> response, WebhookEndpoint endpoint) {
        int status = response.statusCode();
        Answer answer = new Answer(status);
        if (answer.isTaken() || (status >= 400 && status < 500 && !PASSING.contains(status))) {
            return answer;
        }
        throw new WebhookFailedException(endpoint, status, retryAfter(response));
    }

    boolean isTaken() {
        return status >= 200 && status < 300;
    }

    private static @Nullable Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("retry-after")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    static boolean isOverload(WebhookFailedException failure) {
        return failure.status() == TOO_MANY_REQUESTS || failure.status() == UNAVAILABLE;
    }
}
