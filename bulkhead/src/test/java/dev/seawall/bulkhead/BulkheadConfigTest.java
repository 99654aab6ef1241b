package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BulkheadConfigTest {

    private final BulkheadConfig.Builder builder = BulkheadConfig.builder();

    @Test
    void defaults_values_arePreset() {
        assertThat(BulkheadConfig.defaults())
                .isEqualTo(new BulkheadConfig(
                        10, 20, Duration.ofSeconds(5), QueueOrder.FIFO, null, null, null, null, null));
    }

    @Test
    void build_valuesOutOfRange_sayWhatIsAllowed() {
        assertMessage(BulkheadConfig.builder().limit(0), "limit must be from 1 to 1000000, was 0");
        assertMessage(BulkheadConfig.builder().limit(1_000_001), "limit must be from 1 to 1000000, was 1000001");
        assertMessage(BulkheadConfig.builder().queue(-1), "queue must be from 0 to 1000000, was -1");
        assertMessage(BulkheadConfig.builder().queue(1_000_001), "queue must be from 0 to 1000000, was 1000001");
        assertMessage(
                BulkheadConfig.builder().maxWait(Duration.ofMillis(-1)), "maxWait must not be negative, was -1 ms");
        assertMessage(
                builder.priority(String.class, String::length).order(QueueOrder.LIFO),
                "priority needs order PRIORITY, was LIFO; it would be without effect");
    }

    private static void assertMessage(BulkheadConfig.Builder builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void build_edges_areAllowed() {
        BulkheadConfig config = builder.limit(BulkheadConfig.LARGEST)
                .queue(BulkheadConfig.LARGEST)
                .maxWait(Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(config.limit()).isEqualTo(1_000_000);
    }

    @Test
    void priority_set_changesTheOrder() {
        assertThat(builder.priority(String.class, String::length).build().order())
                .isEqualTo(QueueOrder.PRIORITY);
    }

    @Test
    void toBuilder_everyValue_isKept() {
        BulkheadConfig config = builder.limit(3)
                .queue(4)
                .maxWait(Duration.ofMillis(7))
                .weight(String.class, String::length)
                .priority(String.class, String::length)
                .build();

        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    @Test
    void missingArguments_anyOfThem_areRefused() {
        assertThatThrownBy(() -> builder.weight(null, text -> 1)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.priority(String.class, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> BulkheadConfig.builder().order(null).build()).hasMessage("order");
        assertThatThrownBy(() -> BulkheadConfig.builder().maxWait(null).build()).hasMessage("maxWait");
    }
}
