package dev.seawall.idempotency.http;

import dev.seawall.CallInterruptedException;
import dev.seawall.Pipeline;
import dev.seawall.idempotency.AnswerLostException;
import dev.seawall.idempotency.ClaimLostException;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.http.KeyHeader.MalformedKeyException;
import dev.seawall.payload.PayloadException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that may have a key.
 *
 * <p>What the handler throws is kept aside while the engine ends the attempt, so that it is never taken for something that the engine
 * says.
 */
final class KeyedRequest<X extends Exception> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpIdempotency.class);
    private static final String LATER = "Send it again, with the same key.";

    /** Frees the key. */
    private static final class NotStored extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotStored() {
            super(null, null, false, false);
        }
    }

    private final HttpIdempotency http;
    private final HttpIdempotency.Builder settings;
    private final ServerExchange<X> exchange;
    private @Nullable Throwable failure; // of the handler

    KeyedRequest(HttpIdempotency http, ServerExchange<X> exchange) {
        this.http = http;
        this.settings = http.settings;
        this.exchange = exchange;
    }

    void serve() throws X, IOException {
        List<String> lines = exchange.headers(settings.header);
        if (lines.isEmpty()) {
            refuse(Problem.KEY_MISSING, "Send a new one in the header field " + settings.header + ".");
            return;
        }
        String text;
        try {
            text = KeyHeader.parse(lines);
        } catch (MalformedKeyException malformed) {
            refuse(Problem.KEY_INVALID, malformed.getMessage() + ".");
            return;
        }
        byte[] body = exchange.body(settings.mostBodyBytes);
        if (body.length > settings.mostBodyBytes) {
            refuse(Problem.BODY_TOO_LARGE, "At most " + settings.mostBodyBytes + " bytes are allowed.");
            return;
        }
        serve(settings.key(exchange, text), fingerprint(body), body);
    }

    private Fingerprint fingerprint(byte[] body) {
        byte[] canonical;
        try {
            canonical = settings.canonicalBody.apply(body);
        } catch (RuntimeException noneOfThose) {
            canonical = body; // the handler will say what is wrong with it
        }
        return Fingerprint.of(exchange.method(), exchange.target(), canonical);
    }

    private void serve(Key key, Fingerprint fingerprint, byte[] body) throws X, IOException {
        Outcome<Object> outcome;
        try {
            outcome = execute(key, fingerprint, body);
        } catch (NotStored freed) {
            finish();
            return;
        } catch (ClaimLostException lost) {
            outcomeUnknown();
            return;
        } catch (IdempotencyStoreException down) {
            if (down.workDone()) {
                outcomeUnknown();
            } else {
                refuseForNow(Problem.NOT_STARTED, "Nothing was done. " + LATER);
            }
            return;
        } catch (AnswerLostException | PayloadException unreadable) {
            notKept();
            return;
        } catch (CallInterruptedException interrupted) {
            inProgress();
            return;
        }
        answer(outcome);
    }

    private Outcome<Object> execute(Key key, Fingerprint fingerprint, byte[] body) {
        Pipeline wait = http.wait;
        return wait == null
                ? settings.idempotency.execute(key, fingerprint, execution -> work(body))
                : wait.call(() -> settings.idempotency.execute(key, fingerprint, execution -> work(body)));
    }

    private Object work(byte[] body) {
        try {
            exchange.proceed(body, settings.mostAnswerBytes);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        HttpAnswer answer = exchange.answered();
        if (failure != null && answer.isKept()) {
            if (settings.storesFailures) {
                return Problem.FAILED
                        .answer("To try once more, take another key.")
                        .toBytes();
            }
            throw new NotStored();
        }
        if (!isStored(answer.status())) {
            throw new NotStored();
        }
        return answer.withHeaders(settings.replayedHeaders::contains).toBytes();
    }

    private boolean isStored(int status) {
        try {
            return settings.storeIf.test(status);
        } catch (RuntimeException broken) {
            LOG.warn("the predicate of answers to store threw; the answer is stored", broken);
            return true;
        }
    }

    private void answer(Outcome<Object> outcome) throws X, IOException {
        if (outcome instanceof Outcome.Executed) {
            finish();
        } else if (outcome instanceof Outcome.Replayed<Object> replayed) {
            replay(replayed.value());
        } else if (outcome instanceof Outcome.InProgress) {
            inProgress();
        } else {
            refuse(Problem.KEY_REUSED, "Method, path, query or body are others than before. Take a new key.");
        }
    }

    private void replay(@Nullable Object stored) throws IOException {
        HttpAnswer answer;
        try {
            answer = stored instanceof byte[] bytes ? HttpAnswer.ofBytes(bytes) : HttpAnswer.notKept(0);
        } catch (IllegalArgumentException unreadable) {
            answer = HttpAnswer.notKept(0);
        }
        if (answer.isKept()) {
            exchange.send(answer.withHeader("Idempotent-Replayed", "true"));
        } else {
            notKept();
        }
    }

    /** The handler has run, and its answer stands. */
    private void finish() throws X, IOException {
        if (failure != null) {
            throw thrown(failure);
        }
        exchange.sendAnswered();
    }

    /** The handler threw it, so it is an X, or none that must be declared. */
    @SuppressWarnings("unchecked")
    private X thrown(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        return (X) thrown;
    }

    /** The handler has run, but what it answered is not stored: only what has gone through already can stand. */
    private void outcomeUnknown() throws X, IOException {
        if (failure != null || !exchange.answered().isKept()) {
            finish();
        } else {
            refuseForNow(Problem.OUTCOME_UNKNOWN, LATER);
        }
    }

    private void notKept() throws IOException {
        refuse(
                Problem.ANSWER_NOT_KEPT,
                "It was too long, or can no longer be read. Look for what the request has done.");
    }

    private void inProgress() throws IOException {
        refuseForNow(Problem.IN_PROGRESS, LATER);
    }

    private void refuse(Problem problem, String detail) throws IOException {
        exchange.send(problem.answer(detail));
    }

    private void refuseForNow(Problem problem, String detail) throws IOException {
        long seconds = (settings.retryAfter.toMillis() + 999) / 1_000;
        exchange.send(problem.answer(detail).withHeader("Retry-After", Long.toString(Math.max(1, seconds))));
    }
}
