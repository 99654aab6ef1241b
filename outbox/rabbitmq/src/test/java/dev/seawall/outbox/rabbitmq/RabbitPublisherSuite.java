package dev.seawall.outbox.rabbitmq;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.suite.PublisherSuite;
import dev.seawall.outbox.suite.Relay;
import dev.seawall.outbox.suite.Stored;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What every publisher must do, and what is the protocol's own. */
abstract class RabbitPublisherSuite extends PublisherSuite {

    @Override
    protected abstract AmqpBroker broker();

    @Test
    void publish_unboundAmongOthers_failsAlone() throws IOException {
        var topic = broker().newTopic();
        var nowhere = Relay.hand(publisher, message(broker().newExchange(), "key", "lost"));
        var kept = message(topic, "key", "kept");

        publish(kept);

        assertThat(nowhere).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(PublishFailedException.class);
        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(kept.id());
    }

    @Test
    void publish_toQueues_needsNoExchange() {
        var topic = broker().newTopic();
        var message = message(topic, "key", "hello");

        try (var other = RabbitPublisher.of(
                broker().factory(), RabbitPublisherConfig.builder().toQueues().build())) {
            publish(other, message);
        }

        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(message.id());
    }

    @Test
    void publish_stored_isPersistentWithItsIdAndRoutingKey() throws IOException {
        var topic = broker().newTopic();
        var message = message(topic, "order-1", "hello");

        publish(message);

        var got = broker().channel().basicGet(topic, true);
        assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
        assertThat(got.getProps().getMessageId()).isEqualTo(message.id());
        assertThat(got.getEnvelope().getRoutingKey()).isEqualTo("order-1");
    }

    @Test
    void publish_routingKeyOver255Bytes_isPoison() {
        assertThatThrownBy(() -> publish(message("any", "å".repeat(128), "hello")))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessageContaining("255 bytes")
                .hasMessageNotContaining("å");
    }
}
