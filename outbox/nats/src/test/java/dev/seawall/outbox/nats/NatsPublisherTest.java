package dev.seawall.outbox.nats;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.suite.Relay;
import dev.seawall.outbox.suite.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be seen without a server. */
final class NatsPublisherTest {

    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void publish_noServer_isUnavailable() {
        try (var proxy = TcpProxy.to(() -> 1);
                var publisher = NatsPublisher.of(NatsServer.options(proxy.port()), NatsServer.CONFIG)) {
            proxy.down();

            for (int i = 0; i < 3; i++) { // the first attempt, and those that need not try
                assertThat(Relay.hand(publisher, message("t", "k", "hello")))
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withCauseInstanceOf(PublisherUnavailableException.class);
            }
        }
    }

    @Test
    void publish_afterClose_saysSo() {
        var publisher = NatsPublisher.of(NatsServer.options(1));
        publisher.close();

        assertThat(Relay.hand(publisher, message("t", "k", "hello")))
                .failsWithin(BOUND)
                .withThrowableThat()
                .withMessageContaining("closed");
        assertThat(publisher).asString().contains("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders..new", ".orders", "orders.", "orders.*", "orders.>", ""})
    void publish_impossibleSubject_isPoison(String topic) {
        try (var publisher = NatsPublisher.of(NatsServer.options(1))) {
            assertThat(Relay.hand(publisher, message(topic, "k", "hello")))
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .withCauseInstanceOf(PoisonMessageException.class);
        }
    }

    @Test
    void config_outOfRange_isRefused() {
        var builder = NatsPublisherConfig.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxUnconfirmed(0).build())
                .withMessageContaining("maxUnconfirmed");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder.maxUnconfirmed(1).patience(Duration.ZERO).build())
                .withMessageContaining("patience");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "100%", "a+b", "blåbær 🫐", " edges ", "utf-8''sly", "a b"})
    void headerText_encoded_isAsciiAndComesBack(String text) {
        assertThat(HeaderText.encoded(text)).matches("[ -~]*");
        assertThat(HeaderText.decoded(HeaderText.encoded(text))).isEqualTo(text);
    }
}
