package dev.seawall.outbox.nats;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.PublisherUnavailableException;
import io.nats.client.JetStreamApiException;
import java.util.concurrent.CompletionException;

/** What a failure of the client means to a relay: is it the message, or everything? */
final class Failures {

    private static final String NO_RESPONDERS = "503";

    private Failures() {}

    static RuntimeException of(Throwable thrown, Envelope message, String subject) {
        Throwable failure = cause(thrown);
        if (failure instanceof JetStreamApiException refusal) {
            return new PublishFailedException(
                    message + " was refused by the stream of subject '" + subject + "': error "
                            + refusal.getApiErrorCode() + ", " + refusal.getErrorDescription(),
                    refusal);
        }
        if (String.valueOf(failure.getMessage()).contains(NO_RESPONDERS)) {
            return new PublishFailedException(
                    message + " was not published: no stream takes subject '" + subject + "'; add it to one", failure);
        }
        return new PublisherUnavailableException("NATS did not acknowledge in time", failure);
    }

    /** The client wraps what it throws in an asynchronous step, and that once more in a runtime exception. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while (failure.getCause() != null
                && (failure instanceof CompletionException || failure.getClass() == RuntimeException.class)) {
            failure = failure.getCause();
        }
        return failure;
    }
}
