package dev.seawall;

import static dev.seawall.Outcome.FAILURE;
import static dev.seawall.Outcome.NEUTRAL;
import static dev.seawall.Outcome.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.TestPolicies.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a pipeline lends its layers, above all its judgement of outcomes. */
final class ScopeTest {

    private static final Classifier ALL_NEUTRAL = new FixedClassifier(NEUTRAL);

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final Scope scope = new Scope("users", runtime, Classifier.defaults());

    @Test
    void outcome_withoutClassifiers_isTheDefault() {
        assertThat(scope.outcome(null, "result")).isEqualTo(SUCCESS);
        assertThat(scope.outcome(null, null)).isEqualTo(SUCCESS);
        assertThat(scope.outcome(null, new IOException(), Layer.NO_DEADLINE)).isEqualTo(FAILURE);
    }

    @Test
    void outcome_pipelinesClassifier_decides() {
        Scope strict = new Scope("users", runtime, ALL_NEUTRAL);

        assertThat(strict.outcome(null, "result")).isEqualTo(NEUTRAL);
        assertThat(strict.outcome(null, new IOException(), Layer.NO_DEADLINE)).isEqualTo(NEUTRAL);
    }

    @Test
    void outcome_policysOwnClassifier_goesBeforeThePipelines() {
        Scope strict = new Scope("users", runtime, ALL_NEUTRAL);

        assertThat(strict.outcome(Classifier.defaults(), "result")).isEqualTo(SUCCESS);
        assertThat(strict.outcome(Classifier.defaults(), new IOException(), Layer.NO_DEADLINE))
                .isEqualTo(FAILURE);
    }

    @Test
    void outcome_ownRejection_isNeutral() {
        assertThat(scope.outcome(null, new Rejection("gate", scope), Layer.NO_DEADLINE))
                .isEqualTo(NEUTRAL);
        assertThat(scope.outcome(new FixedClassifier(FAILURE), new Rejection("gate", scope), Layer.NO_DEADLINE))
                .isEqualTo(NEUTRAL);
    }

    @Test
    void outcome_rejectionOfAnotherPipeline_isAFailure() {
        Scope other = new Scope("users", runtime, Classifier.defaults());

        assertThat(scope.outcome(null, new Rejection("gate", other), Layer.NO_DEADLINE))
                .isEqualTo(FAILURE);
        assertThat(scope.outcome(null, new Rejection("gate", null), Layer.NO_DEADLINE))
                .isEqualTo(FAILURE);
    }

    @Test
    void outcome_interruptionBeforeTheDeadline_isNeutral() {
        long deadline = runtime.now() + 1;

        for (Exception interruption : interruptions()) {
            assertThat(scope.outcome(new FixedClassifier(FAILURE), interruption, Layer.NO_DEADLINE))
                    .isEqualTo(NEUTRAL);
            assertThat(scope.outcome(new FixedClassifier(FAILURE), interruption, deadline))
                    .isEqualTo(NEUTRAL);
        }
    }

    @Test
    void outcome_interruptionAtOrAfterTheDeadline_isAFailure() {
        long deadline = runtime.now() + 1;
        runtime.advance(Duration.ofNanos(1));

        for (Exception interruption : interruptions()) {
            assertThat(scope.outcome(ALL_NEUTRAL, interruption, deadline)).isEqualTo(FAILURE);
        }
    }

    private static Exception[] interruptions() {
        return new Exception[] {
            new InterruptedException(),
            new CancellationException(),
            new CallInterruptedException("retry", "a delay", null)
        };
    }

    @Test
    void outcome_error_isAFailureWhateverAClassifierSays() {
        assertThat(scope.outcome(ALL_NEUTRAL, new StackOverflowError(), Layer.NO_DEADLINE))
                .isEqualTo(FAILURE);
    }

    @Test
    void outcome_throwingClassifier_leavesItToTheDefaults() {
        Classifier broken = Classifier.builder()
                .onResult(
                        Object.class,
                        result -> {
                            throw new AssertionError("broken");
                        },
                        NEUTRAL)
                .onException(
                        Exception.class,
                        failure -> {
                            throw new IllegalStateException("broken");
                        },
                        NEUTRAL)
                .build();

        assertThat(scope.outcome(broken, "result")).isEqualTo(SUCCESS);
        assertThat(scope.outcome(broken, new IOException(), Layer.NO_DEADLINE)).isEqualTo(FAILURE);
    }

    @Test
    void outcome_classifierWithoutOpinion_leavesItToTheDefaults() {
        Classifier undecided = new FixedClassifier(null);

        assertThat(scope.outcome(undecided, "result")).isEqualTo(SUCCESS);
        assertThat(scope.outcome(undecided, new IOException(), Layer.NO_DEADLINE))
                .isEqualTo(FAILURE);
    }

    @Test
    void isOwnRejection_tellsWhoRejected() {
        assertThat(scope.isOwnRejection(new Rejection("gate", scope))).isTrue();
        assertThat(scope.isOwnRejection(new Rejection("gate", null))).isFalse();
        assertThat(scope.isOwnRejection(new IOException())).isFalse();
    }

    @Test
    void now_outerReading_isReused() {
        runtime.advance(Duration.ofNanos(9));

        assertThat(scope.now(5)).isEqualTo(5);
        assertThat(scope.now(Layer.UNREAD)).isEqualTo(10);
        assertThat(scope.now()).isEqualTo(10);
    }

    @Test
    void retryAfterNanos_anyReader_isNeverNegativeAndNeverThrows() {
        assertThat(scope.retryAfterNanos((result, failure) -> Duration.ofNanos(7), null, null))
                .isEqualTo(7);
        assertThat(scope.retryAfterNanos((result, failure) -> null, null, null)).isZero();
        assertThat(scope.retryAfterNanos((result, failure) -> Duration.ofNanos(-7), null, null))
                .isZero();
        assertThat(scope.retryAfterNanos((result, failure) -> Duration.ofSeconds(Long.MAX_VALUE), null, null))
                .isEqualTo(Durations.MAX_NANOS);
        assertThat(scope.retryAfterNanos(
                        (result, failure) -> {
                            throw new AssertionError("broken");
                        },
                        null,
                        null))
                .isZero();
    }

    @Test
    void requireSameClock_otherClock_isRefusedWithBothNames() {
        assertThatThrownBy(() -> scope.requireSameClock("breaker", ResilienceRuntime.shared()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'breaker' keeps its time on the shared runtime, but pipeline 'users' on the virtual runtime"
                                + " at 0 s; give both the same runtime");
    }

    @Test
    void requireSameClock_sameClock_isFine() {
        scope.requireSameClock("breaker", runtime);

        assertThat(scope.runtime().sameClock(runtime)).isTrue();
    }

    private record FixedClassifier(@Nullable Outcome outcome) implements Classifier {

        @Override
        public Outcome result(@Nullable Object result) {
            return outcome;
        }

        @Override
        public Outcome failure(Throwable failure) {
            return outcome;
        }
    }
}
