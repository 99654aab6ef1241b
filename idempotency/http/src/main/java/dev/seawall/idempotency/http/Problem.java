package dev.seawall.idempotency.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a request is answered with that does not reach the handler, or whose answer cannot be given: RFC 9457. */
enum Problem {
    KEY_MISSING(400, "key-missing", "An idempotency key is required"),
    KEY_INVALID(400, "key-invalid", "The idempotency key is not valid"),
    BODY_TOO_LARGE(413, "body-too-large", "The body is too large for a request with an idempotency key"),
    IN_PROGRESS(409, "in-progress", "The same request is being worked on"),
    KEY_REUSED(422, "key-reused", "The idempotency key belongs to another request"),
    ANSWER_NOT_KEPT(409, "answer-not-kept", "The request was done before, and its answer was not kept"),
    NOT_STARTED(503, "not-started", "The request cannot be taken now"),
    OUTCOME_UNKNOWN(503, "outcome-unknown", "The request was worked on, and its outcome is not known yet"),
    FAILED(500, "failed", "The request failed");

    private static final String TYPES = "tag:seawall.dev,2026:idempotency/";

    private final int status;
    private final String type;
    private final String title;

    Problem(int status, String type, String title) {
        this.status = status;
        this.type = type;
        this.title = title;
    }

    /** The detail must be text of this library: visible ASCII, and nothing of what the client sent. */
    HttpAnswer answer(String detail) {
        String body = "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                .formatted(TYPES + type, title, status, detail);
        return HttpAnswer.of(
                status,
                Map.of("Content-Type", List.of("application/problem+json"), "Cache-Control", List.of("no-store")),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
