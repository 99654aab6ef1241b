package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.TestPolicies.Rejection;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Reading when the other side wants to be asked again. */
final class RetryAfterTest {

    private static final Duration HINT = Duration.ofSeconds(2);

    @Test
    void fromRejections_rejectionWithHint_isRead() {
        RetryAfter reader = RetryAfter.fromRejections();

        assertThat(reader.hint(null, new Rejection("gate", null, HINT.toNanos())))
                .isEqualTo(HINT);
        assertThat(reader.hint(null, new Rejection("gate", null))).isNull();
        assertThat(reader.hint(null, new IOException())).isNull();
        assertThat(reader.hint("result", null)).isNull();
    }

    @Test
    void fromResult_otherType_isNotRead() {
        RetryAfter reader = RetryAfter.fromResult(Integer.class, Duration::ofSeconds);

        assertThat(reader.hint(2, null)).isEqualTo(HINT);
        assertThat(reader.hint("2", null)).isNull();
        assertThat(reader.hint(null, null)).isNull();
    }

    @Test
    void fromException_subtypes_areRead() {
        RetryAfter reader = RetryAfter.fromException(IOException.class, failure -> HINT);

        assertThat(reader.hint(null, new FileNotFoundException())).isEqualTo(HINT);
        assertThat(reader.hint(null, new IllegalStateException())).isNull();
    }

    @Test
    void or_firstFindsNothing_asksTheSecond() {
        RetryAfter reader = RetryAfter.fromResult(Integer.class, Duration::ofSeconds)
                .or(RetryAfter.fromException(IOException.class, failure -> Duration.ofSeconds(9)));

        assertThat(reader.hint(2, new IOException())).isEqualTo(HINT);
        assertThat(reader.hint("two", new IOException())).isEqualTo(Duration.ofSeconds(9));
        assertThat(reader.hint("two", null)).isNull();
    }
}
