package dev.seawall.outbox.kafka;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.suite.Broker;
import dev.seawall.outbox.suite.Messages;
import dev.seawall.outbox.suite.PublisherSuite;
import dev.seawall.outbox.suite.Relay;
import dev.seawall.outbox.suite.Stored;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KafkaPublisherTest extends PublisherSuite {

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Override
    protected Broker broker() {
        return kafka;
    }

    @Test
    void publish_brokerRefusesOneInTheMiddle_nothingOfItsKeyOvertakesIt() {
        var topic = kafka.newTopic(1, Map.of("max.message.bytes", "20000"));
        var fine = IntStream.range(0, 3)
                .mapToObj(i -> message(topic, "key", "before " + i))
                .toList();
        var refused = message(topic, "key", new byte[50_000], Messages.unique());
        var later = IntStream.range(0, 300)
                .mapToObj(i -> message(topic, "key", "after " + i))
                .toList();

        fine.forEach(this::publish);
        var poison = Relay.hand(publisher, refused);
        var stages =
                later.stream().map(message -> Relay.hand(publisher, message)).toList();

        assertThat(poison).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(PoisonMessageException.class);
        assertThat(stages)
                .allSatisfy(stage -> assertThat(stage)
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(PublisherUnavailableException.class));
        assertThat(kafka.stored(topic, 3)).hasSize(3);
    }

    @Test
    void publish_afterARefusal_goesOnWithTheSameKey() {
        var topic = kafka.newTopic(1, Map.of("max.message.bytes", "20000"));
        var refused = Relay.hand(publisher, message(topic, "key", new byte[50_000], Messages.unique()));
        assertThat(refused).failsWithin(BOUND);
        var next = message(topic, "key", "next");

        new Relay(publisher).publishAll(List.of(next));

        assertThat(kafka.stored(topic, 1)).extracting(Stored::id).containsExactly(next.id());
    }

    @Test
    void publish_newMessageOfAKeyThatFailed_failsUntilItsCallerMustKnow() {
        var topic = kafka.newTopic(1, Map.of("max.message.bytes", "20000"));
        var refused = message(topic, "key", new byte[50_000], Messages.unique());
        var other = message(topic, "other", "other");
        var next = message(topic, "key", "next");
        assertThatThrownBy(() -> publish(refused)).isInstanceOf(PoisonMessageException.class);
        new Relay(publisher).publishAll(List.of(other)); // by a new producer

        assertThatThrownBy(() -> publish(next))
                .isInstanceOf(PublisherUnavailableException.class)
                .hasMessageContaining("same key");
        publish(next);

        assertThat(kafka.stored(topic, 2)).extracting(Stored::id).containsExactly(other.id(), next.id());
    }

    @Test
    void publish_sameKey_samePartition() {
        var topic = kafka.newTopic(8, Map.of());

        Stream.of("a", "b", "a", "ø", "a", "ø").forEach(key -> publish(message(topic, key, "m")));

        assertThat(kafka.records(topic, 6).stream()
                        .filter(r -> r.key().length == 2)
                        .map(ConsumerRecord::partition))
                .hasSize(2)
                .containsOnly(BuiltInPartitioner.partitionForKey("ø".getBytes(StandardCharsets.UTF_8), 8));
    }

    @Test
    void publish_impossibleTopic_isPoison() {
        assertThatThrownBy(() -> publish(message("orders/new", "key", "hello")))
                .isInstanceOf(PoisonMessageException.class);
    }

    @Test
    void publish_compactedTopicWithoutKey_isPoison() {
        var topic = kafka.newTopic(1, Map.of("cleanup.policy", "compact"));

        assertThatThrownBy(() -> publish(message(topic, null, "hello"))).isInstanceOf(PoisonMessageException.class);
    }

    @Test
    void publish_mappedTopic_goesThere() {
        var topic = kafka.newTopic();
        var config = KafkaPublisherConfig.builder(kafka.producer())
                .topics(name -> name.replaceFirst("^prod\\.", ""))
                .build();

        try (var mapped = KafkaPublisher.of(config)) {
            publish(mapped, message("prod." + topic, "key", "hello"));
        }

        assertThat(kafka.stored(topic, 1)).hasSize(1);
    }
}
