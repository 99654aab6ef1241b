package dev.seawall.outbox.kafka;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.PublisherUnavailableException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a failure of Kafka's producer means to a relay: is it the message, or everything? */
final class Failures {

    private Failures() {}

    static RuntimeException of(Exception failure, Envelope message) {
        if (isMissingTopic(failure)) {
            return new PublishFailedException(
                    message + " was not published: its Kafka topic does not exist; create it, or allow the broker to",
                    failure);
        }
        if (failure instanceof RecordTooLargeException
                || failure instanceof InvalidTopicException
                || failure instanceof InvalidRecordException
                || failure instanceof SerializationException) {
            return new PoisonMessageException(message + " is refused by Kafka: " + name(failure), failure);
        }
        if (failure instanceof TopicAuthorizationException) {
            return new PublishFailedException(
                    message + " was not published: no right to write to its Kafka topic", failure);
        }
        if (isNobodysFault(failure)) {
            return new PublisherUnavailableException("Kafka takes nothing for now: " + name(failure), failure);
        }
        return new PublishFailedException(message + " was not published: " + name(failure), failure);
    }

    /** After which a producer is of no more use. */
    static boolean isFatal(Exception failure) {
        return !(failure instanceof TimeoutException
                || failure instanceof InterruptException
                || failure instanceof RecordTooLargeException
                || failure instanceof InvalidTopicException
                || failure instanceof SerializationException
                || failure instanceof TopicAuthorizationException);
    }

    /** The client reports it as a time-out while waiting for the topic to appear. */
    private static boolean isMissingTopic(Exception failure) {
        return failure instanceof UnknownTopicOrPartitionException
                || (failure instanceof TimeoutException
                        && failure.getCause() instanceof UnknownTopicOrPartitionException);
    }

    private static boolean isNobodysFault(Exception failure) {
        return failure instanceof RetriableException // its retries are used up
                || failure instanceof AuthorizationException
                || failure instanceof AuthenticationException
                || failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException
                || failure instanceof OutOfOrderSequenceException
                || !(failure instanceof ApiException); // closed, given up, interrupted
    }

    /** Kafka's texts may hold keys. */
    private static String name(Exception failure) {
        return failure.getClass().getSimpleName();
    }
}
