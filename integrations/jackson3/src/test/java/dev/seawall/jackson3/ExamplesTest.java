package dev.seawall.jackson3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import org.junit.jupiter.api.Test;

/** What the documentation shows. */
final class ExamplesTest {

    private record OrderCreated(String id, String currency) {}

    @Test
    void types_withAnUpcaster_readBothVersions() {
        // spotless:off
        PayloadTypes types = PayloadTypes.builder()
                .type("order-created", 2, OrderCreated.class, JacksonCodec.of(OrderCreated.class))
                .upcaster("order-created", 1, JacksonCodec.upcaster(old -> old.put("currency", "EUR")))
                .build();
        // spotless:on
        OrderCreated order = new OrderCreated("o-1", "EUR");
        byte[] old = "{\"id\":\"o-1\"}".getBytes(UTF_8);

        assertThat(types.decode(types.encode(order))).isEqualTo(order);
        assertThat(types.decode(EncodedPayload.of("order-created", 1, "application/json", old)))
                .isEqualTo(order);
    }
}
