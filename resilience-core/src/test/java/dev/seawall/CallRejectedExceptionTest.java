package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.TestPolicies.Rejection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rejections are cheap and say what to do. */
final class CallRejectedExceptionTest {

    @Test
    void message_withHint_saysWhenToComeBack() {
        assertThat(new Rejection("gate", null, 250_000_000L)).hasMessage("'gate' is full; try again in 250 ms");
    }

    @Test
    void message_withoutHint_isTheReason() {
        Rejection rejection = new Rejection("gate", null);

        assertThat(rejection).hasMessage("'gate' is full");
        assertThat(rejection.retryAfter()).isEmpty();
        assertThat(rejection.policy()).isEqualTo("gate");
    }

    @Test
    void retryAfter_zero_isAHintToComeBackAtOnce() {
        assertThat(new Rejection("gate", null, 0).retryAfter()).contains(Duration.ZERO);
    }

    @Test
    void rejection_hasNoStackTraceAndTakesNoSuppressed() {
        Rejection rejection = new Rejection("gate", null);

        rejection.addSuppressed(new IllegalStateException());

        assertThat(rejection.getStackTrace()).isEmpty();
        assertThat(rejection).hasNoSuppressedExceptions();
    }
}
