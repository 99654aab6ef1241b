package dev.seawall.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KafkaInboxConsumerConfigTest {

    @ParameterizedTest
    @CsvSource({
        "enable.auto.commit, true, enable.auto.commit must be false",
        "group.id,           '',   group.id must be set",
        "max.poll.records,   0,    max.poll.records",
        "key.deserializer,   org.apache.kafka.common.serialization.StringDeserializer, key.deserializer must be",
    })
    void config_contradiction_namesTheSetting(String name, String value, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Map.of(name, value), List.of("t")))
                .withMessageContaining(said);
    }

    @Test
    void config_noTopic_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Map.of(), List.of()))
                .withMessageContaining("topics");
    }

    @Test
    void config_nothingElseSet_beginsWithTheEarliestAndShowsNoSecret() {
        var config = config(Map.of("sasl.jaas.config", "secret"), List.of("t"));

        assertThat(config.consumer()).containsEntry("auto.offset.reset", "earliest");
        assertThat(config).asString().contains("g").doesNotContain("secret");
    }

    private static KafkaInboxConsumerConfig config(Map<String, String> settings, List<String> topics) {
        var all = new HashMap<String, String>(Map.of("bootstrap.servers", "localhost:1", "group.id", "g"));
        all.putAll(settings);
        return KafkaInboxConsumerConfig.builder(all, topics).build();
    }
}
