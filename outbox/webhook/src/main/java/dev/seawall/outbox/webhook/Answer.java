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
    private static final Set<Integer> PASSING = Set.of(408, 425, TOO_MANY_REQUESTS);

    /** Too many requests; and a gateway that cannot reach what is behind it: of the message they say nothing. */
    private static final Set<Integer> NOBODY_THERE = Set.of(TOO_MANY_REQUESTS, 502, 503, 504);

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

    static boolean isOfNobody(WebhookFailedException failure) {
        return NOBODY_THERE.contains(failure.status());
    }
}
