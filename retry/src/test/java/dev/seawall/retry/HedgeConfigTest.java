package dev.seawall.retry;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.seawall.Classifier;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.VirtualRuntime;
import org.junit.jupiter.api.Test;

final class HedgeConfigTest {

    @Test
    void defaults_areAsDocumented() {
        HedgeConfig config = HedgeConfig.defaults();

        assertThat(config.delay()).isEqualTo(HedgeDelay.percentile(95, ofMillis(1), ofSeconds(5)));
        assertThat(config.maxAttempts()).isEqualTo(2);
        assertThat(config.budget()).isNull();
        assertThat(config.classifier()).isNull();
        assertThat(config.executor()).isNull();
        assertThat(HedgeConfig.builder().build()).isEqualTo(config);
    }

    @Test
    void toBuilder_ofAConfigurationWithEverything_buildsItsEqual() {
        HedgeConfig config = HedgeConfig.builder()
                .delay(HedgeDelay.fixed(ofMillis(5)))
                .maxAttempts(10)
                .budget(RetryBudget.of(0.1, 1))
                .classifier(Classifier.defaults())
                .executor(Runnable::run)
                .build();

        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    @Test
    void maxAttempts_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeConfig.builder().maxAttempts(1).build())
                .withMessage("maxAttempts (which counts the first attempt) must be from 2 to 10, was 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeConfig.builder().maxAttempts(11).build())
                .withMessage("maxAttempts (which counts the first attempt) must be from 2 to 10, was 11");
    }

    @Test
    @SuppressWarnings("NullAway") // that is what is tested
    void delay_null_isRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> HedgeConfig.builder().delay(null).build())
                .withMessage("delay");
    }

    @Test
    void fixed_zero_isAllowedAndNegativeIsNot() {
        assertThat(HedgeDelay.fixed(ZERO)).hasToString("0 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeDelay.fixed(ofMillis(-1)))
                .withMessage("hedge delay must not be negative, was -1 ms");
    }

    @Test
    void percentile_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeDelay.percentile(0.95, ZERO, ofSeconds(1)))
                .withMessage("hedge delay percentile must be from 1.0 to 99.9, was 0.95");
        assertThatIllegalArgumentException().isThrownBy(() -> HedgeDelay.percentile(100, ZERO, ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeDelay.percentile(95, ofMillis(-1), ofSeconds(1)))
                .withMessage("hedge delay atLeast must not be negative, was -1 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeDelay.percentile(95, ZERO, ZERO))
                .withMessage("hedge delay atMost must be longer than 0 s, was 0 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HedgeDelay.percentile(95, ofSeconds(2), ofSeconds(1)))
                .withMessage("hedge delay atLeast must not be longer than atMost, was 2 s > 1 s");
    }

    @Test
    void of_durationOnly_makesOneHedgeAfterIt() {
        Hedge hedge = Hedge.of("users", ofMillis(50));

        assertThat(hedge.config())
                .isEqualTo(HedgeConfig.builder()
                        .delay(HedgeDelay.fixed(ofMillis(50)))
                        .build());
        assertThat(hedge.name()).isEqualTo("users");
        assertThat(hedge.traits()).containsExactly(Policy.Trait.REISSUES);
        assertThat(hedge.currentAttempt()).isEqualTo(1);
    }

    @Test
    void toString_namesTheSettingsThatMatter() {
        assertThat(Hedge.of("users", ofMillis(50))).hasToString("hedge 'users' (2 attempts, delay 50 ms)");
        assertThat(Hedge.of("users", HedgeConfig.defaults()))
                .hasToString("hedge 'users' (2 attempts, delay percentile 95.0 from 1 ms to 5 s)");
    }

    @Test
    void link_budgetOnAnotherClock_isRefused() {
        RetryBudget elsewhere = RetryBudget.of(0.1, 1, 10, ResilienceRuntime.shared());
        Hedge hedge = Hedge.of("users", HedgeConfig.builder().budget(elsewhere).build());
        Pipeline.Builder builder =
                Pipeline.named("users").runtime(VirtualRuntime.create()).with(hedge);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("'users' keeps its time on the shared runtime");
    }

    @Test
    void findings_ofAHedgeOutsideARetry_sayThatAttemptsMultiply() {
        Pipeline pipeline = Pipeline.named("users")
                .with(Hedge.of("users", ofMillis(50)))
                .with(Retry.of("users"))
                .build();

        assertThat(pipeline.findings()).anyMatch(finding -> finding.contains("attempts multiply"));
    }
}
