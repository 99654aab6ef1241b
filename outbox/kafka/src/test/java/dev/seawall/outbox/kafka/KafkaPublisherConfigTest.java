package dev.seawall.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KafkaPublisherConfigTest {

    @ParameterizedTest
    @CsvSource({
        "enable.idempotence,                    false,  enable.idempotence must be true",
        "acks,                                  1,      acks must be all",
        "acks,                                  0,      acks must be all",
        "transactional.id,                      tx,     transactional.id must not be set",
        "max.in.flight.requests.per.connection, 6,      max.in.flight.requests.per.connection",
        "max.in.flight.requests.per.connection, 0,      max.in.flight.requests.per.connection",
        "max.block.ms,                          60000,  'max.block.ms must be at most 10000, was 60000'",
        "retries,                               0,      retries",
        "delivery.timeout.ms,                   10,     delivery.timeout.ms",
        "key.serializer,  org.apache.kafka.common.serialization.StringSerializer, key.serializer must be",
        "value.serializer, org.apache.kafka.common.serialization.StringSerializer, value.serializer must be",
        "linger.ms,                             soon,   linger.ms",
    })
    void config_contradiction_namesTheSetting(String name, String value, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Map.of(name, value)))
                .withMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "acks,                                  all,    true",
        "acks,                                  -1,     true",
        "max.in.flight.requests.per.connection, 1,      true",
        "max.in.flight.requests.per.connection, 2,      false",
        "partitioner.ignore.keys,               true,   false",
        "partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner, false",
    })
    void keepsOrder_onlyOneWayAndOneRequestAtATime(String name, String value, boolean keeps) {
        try (var publisher = KafkaPublisher.of(config(Map.of(name, value)))) {
            assertThat(publisher.keepsOrder()).isEqualTo(keeps);
        }
    }

    @Test
    void builder_properties_areTakenAsTheyAre() {
        var properties = new Properties();
        properties.setProperty("bootstrap.servers", "localhost:1");
        properties.setProperty("compression.type", "gzip");

        assertThat(KafkaPublisherConfig.builder(properties).build().producer())
                .containsEntry("compression.type", "gzip")
                .containsEntry("acks", "all")
                .containsEntry("max.in.flight.requests.per.connection", 1);
    }

    @Test
    void toString_passwords_areNotShown() {
        var config = config(Map.of("sasl.jaas.config", "secret"));

        assertThat(config).asString().contains("localhost:1").doesNotContain("secret");
        assertThat(KafkaPublisher.of(config)).asString().contains("localhost:1").doesNotContain("secret");
    }

    private static KafkaPublisherConfig config(Map<String, String> settings) {
        var all = new HashMap<String, String>(settings);
        all.put("bootstrap.servers", "localhost:1");
        return KafkaPublisherConfig.builder(all).build();
    }
}
