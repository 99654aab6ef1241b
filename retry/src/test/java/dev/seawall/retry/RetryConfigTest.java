package dev.seawall.retry;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.RetryAfter;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RetryConfigTest {

    @Test
    void defaults_areFourAttemptsWithFullJitter() {
        RetryConfig defaults = RetryConfig.defaults();

        assertThat(defaults.maxAttempts()).isEqualTo(4);
        assertThat(defaults.backoff()).hasToString("exponential 100 ms × 2.0, at most 30 s, FULL jitter");
        assertThat(defaults.onExhaustedResult()).isEqualTo(RetryConfig.ExhaustedResult.THROW);
        assertThat(defaults.retryRejections()).isFalse();
        assertThat(defaults.maxDuration()).isNull();
        assertThat(defaults.budget()).isNull();
        assertThat(defaults.classifier()).isNull();
        assertThat(defaults.beforeRetry()).isNull();
        assertThat(RetryConfig.builder().build()).isEqualTo(defaults);
        assertThat(Retry.of("users").config()).isEqualTo(defaults);
    }

    @Test
    void plain_isWithoutJitter() {
        assertThat(RetryConfig.plain().maxAttempts()).isEqualTo(4);
        assertThat(RetryConfig.plain().backoff()).hasToString("exponential 100 ms × 2.0, at most 30 s");
    }

    @Test
    void toBuilder_keepsEveryValue() {
        Consumer<Attempt> hook = attempt -> {};
        RetryConfig config = new RetryConfig(
                7,
                Backoff.none(),
                RetryAfter.fromRejections(),
                ofMillis(5),
                RetryBudget.of(0.1, 1, 1, VirtualRuntime.create()),
                Classifier.defaults(),
                true,
                RetryConfig.ExhaustedResult.RETURN,
                hook);

        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config.toBuilder().unlimitedAttempts().build().maxAttempts()).isEqualTo(RetryConfig.UNLIMITED);
    }

    @Test
    void build_maxAttemptsBelowOne_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryConfig.builder().maxAttempts(0).build())
                .withMessage("maxAttempts (which counts the first attempt) must be at least 1, was 0");
    }

    @Test
    void build_maxDurationNotPositive_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RetryConfig.builder().maxDuration(Duration.ZERO).build())
                .withMessage("maxDuration must be longer than 0 s, was 0 s");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RetryConfig.builder().maxDuration(ofMillis(-1)).build())
                .withMessage("maxDuration must be longer than 0 s, was -1 ms");
    }

    @Test
    void build_somethingRequiredIsMissing_isRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> RetryConfig.builder().backoff(null).build())
                .withMessage("backoff");
        assertThatNullPointerException()
                .isThrownBy(() -> RetryConfig.builder().retryAfter(null).build())
                .withMessage("retryAfter");
        assertThatNullPointerException()
                .isThrownBy(() -> RetryConfig.builder().onExhaustedResult(null).build())
                .withMessage("onExhaustedResult");
    }

    @Test
    void retryOf_nameOrConfigNotValid_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.of(" "))
                .withMessage("name must not be blank, was ' '");
        assertThatNullPointerException()
                .isThrownBy(() -> Retry.of("users", null))
                .withMessage("config");
        assertThatNullPointerException()
                .isThrownBy(() -> Retry.of("users").configure(null))
                .withMessage("config");
    }

    @Test
    void attempt_numberBelowOne_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Attempt(0, null, null))
                .withMessage("number must be at least 1, was 0");
    }
}
