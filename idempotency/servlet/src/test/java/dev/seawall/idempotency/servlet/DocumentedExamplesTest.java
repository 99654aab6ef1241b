package dev.seawall.idempotency.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.http.HttpIdempotency;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;

/** The example of the page about idempotency over HTTP, as it stands there. */
final class DocumentedExamplesTest {

    @Test
    void httpPage_filter_isMade() {
        HttpIdempotency idempotency = HttpIdempotency.builder(
                        Idempotency.builder(IdempotencyStore.inMemory(10)).build())
                .build();
        // spotless:off
        Filter filter = IdempotencyFilter.of(idempotency);
        // spotless:on

        assertThat(filter).isNotNull();
    }
}
