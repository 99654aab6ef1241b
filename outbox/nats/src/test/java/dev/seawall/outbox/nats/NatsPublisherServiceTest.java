package dev.seawall.outbox.nats;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.suite.Broker;
import dev.seawall.outbox.suite.PublisherSuite;
import dev.seawall.outbox.suite.Services;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StreamConfiguration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("services")
final class NatsPublisherServiceTest extends PublisherSuite {

    private static NatsServer nats;

    @BeforeAll
    static void connect() {
        nats = NatsServer.at(Services.port("NATS", 4222));
    }

    @AfterAll
    static void leave() {
        if (nats != null) {
            nats.close();
        }
    }

    @Override
    protected Broker broker() {
        return nats;
    }

    @Test
    void publish_twiceWithinTheWindow_isStoredOnce() {
        var topic = nats.newTopic();
        var message = message(topic, "key", "hello");

        publish(message);
        publish(message);
        publish(message(topic, "key", "last"));

        assertThat(nats.stored(topic, 2)).hasSize(2);
    }

    @Test
    void publish_streamThatIsFullAndRefuses_failsThatMessage() {
        var topic = nats.newStream(StreamConfiguration.builder().maxMessages(1).discardPolicy(DiscardPolicy.New));
        publish(message(topic, "key", "fits"));

        assertThatThrownBy(() -> publish(message(topic, "key", "does not")))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("refused by the stream");
    }

    @Test
    void publish_noStream_saysWhatToDo() {
        assertThatThrownBy(() -> publish(message(nats.missingTopic(), "key", "hello")))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining("add it to one");
    }

    @Test
    void publish_headerThatCommandsTheServer_isPoison() {
        var plain = message(nats.newTopic(), "key", "hello");
        var command = new Envelope(
                plain.id(),
                plain.topic(),
                plain.key(),
                plain.payload(),
                Map.of("Nats-Rollup", "all"),
                plain.position(),
                plain.createdAt());

        assertThatThrownBy(() -> publish(command))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessageContaining("Nats-");
    }

    @Test
    void publish_mappedSubject_goesThere() {
        var topic = nats.newTopic();
        var config = NatsPublisherConfig.builder()
                .subject(message -> message.topic().replaceFirst("^prod-", ""))
                .build();

        try (var mapped = NatsPublisher.of(nats.options(), config)) {
            publish(mapped, message("prod-" + topic, "key", "hello"));
        }

        assertThat(nats.stored(topic, 1)).hasSize(1);
    }
}
