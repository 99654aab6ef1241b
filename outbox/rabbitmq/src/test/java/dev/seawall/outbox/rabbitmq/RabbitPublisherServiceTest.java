package dev.seawall.outbox.rabbitmq;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.rabbitmq.RabbitPublisherConfig.Unroutable;
import dev.seawall.outbox.suite.Stored;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against RabbitMQ itself. */
@Tag("services")
final class RabbitPublisherServiceTest extends RabbitPublisherSuite {

    private static AmqpBroker broker;

    @BeforeAll
    static void connect() {
        broker = AmqpBroker.rabbit();
    }

    @AfterAll
    static void leave() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    protected AmqpBroker broker() {
        return broker;
    }

    @Test
    void publish_fullQueueThatRefuses_failsThatMessage() {
        var topic = broker().newTopic(Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        publish(message(topic, "key", "fits"));

        assertThatThrownBy(() -> {
                    publish(message(topic, "key", "1"));
                    publish(message(topic, "key", "2"));
                })
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("full");
    }

    @Test
    void publish_quorumQueue_isStored() {
        var topic = broker().newTopic(Map.of("x-queue-type", "quorum"));

        publish(message(topic, "key", "hello"));

        assertThat(broker().stored(topic, 1)).hasSize(1);
    }

    @Test
    void publish_noQueueBound_failsAndSaysSo() throws IOException {
        var message = message(broker().newExchange(), "key", "hello");

        assertThatThrownBy(() -> publish(message))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("bind one")
                .hasMessageContaining(message.id());
    }

    @Test
    void publish_noQueueBoundAndSetToPoison_isPoison() throws IOException {
        var message = message(broker().newExchange(), "key", "hello");

        try (var other = RabbitPublisher.of(broker().factory(), with(Unroutable.POISON))) {
            assertThatThrownBy(() -> publish(other, message)).isInstanceOf(PoisonMessageException.class);
        }
    }

    @Test
    void publish_noQueueBoundAndSetToDrop_isConfirmed() throws IOException {
        var message = message(broker().newExchange(), "key", "hello");

        try (var other = RabbitPublisher.of(broker().factory(), with(Unroutable.DROP))) {
            publish(other, message);
        }
    }

    @Test
    void publish_exchangeDeletedMeanwhile_isBlamedOnItAlone() throws IOException {
        var topic = broker().newTopic();
        var gone = broker().newTopic();
        publish(message(gone, "key", "before"));
        broker().channel().exchangeDelete(gone);

        // which of the two ways it learns depends on the broker's answer, and no attempt may succeed
        for (int i = 0; i < 3; i++) {
            var again = message(gone, "key", "lost");
            assertThatThrownBy(() -> publish(again)).isNotNull();
        }
        var kept = message(topic, "key", "kept");
        publish(kept);

        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(kept.id());
    }

    private static RabbitPublisherConfig with(Unroutable unroutable) {
        return RabbitPublisherConfig.builder()
                .unroutable(unroutable)
                .patience(Duration.ofSeconds(1))
                .build();
    }
}
