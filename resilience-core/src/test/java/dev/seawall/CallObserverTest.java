package dev.seawall;

import static dev.seawall.TestPolicies.rejecting;
import static dev.seawall.TestPolicies.repeating;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an observer sees, and that it cannot change anything. */
final class CallObserverTest {

    private final List<String> seen = new ArrayList<>();
    private final CallObserver recorder = new CallObserver() {
        @Override
        public Observation callStarted(String pipeline, @Nullable Object subject) {
            return watch("call", pipeline, subject);
        }

        @Override
        public Observation attemptStarted(String pipeline, @Nullable Object subject) {
            return watch("attempt", pipeline, subject);
        }

        private Observation watch(String what, String pipeline, @Nullable Object subject) {
            seen.add(what + " in " + pipeline + " about " + subject);
            return (result, failure) -> seen.add(what + " ended: " + result + ", " + failure);
        }
    };

    @Test
    void call_twoAttempts_oneCallTwoAttempts() {
        observed(repeating("twice", 2)).callWith("me", String::length);

        assertThat(seen)
                .containsExactly(
                        "call in users about me",
                        "attempt in users about me",
                        "attempt ended: 2, null",
                        "attempt in users about me",
                        "attempt ended: 2, null",
                        "call ended: 2, null");
    }

    @Test
    void call_failing_bothSeeTheFailure() {
        IOException failure = new IOException("gone");

        assertThatThrownBy(() -> observed(Policy.none()).call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(seen)
                .containsExactly(
                        "call in users about null",
                        "attempt in users about null",
                        "attempt ended: null, " + failure,
                        "call ended: null, " + failure);
    }

    @Test
    void call_rejected_noAttemptIsSeen() {
        observed(rejecting("gate")).tryCall(() -> "never");

        assertThat(seen).hasSize(2).allMatch(line -> line.startsWith("call"));
    }

    @Test
    void callAsync_twoAttempts_endWithTheirStages() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();

        observed(repeating("twice", 2)).callAsyncWith("me", subject -> stage);
        assertThat(seen)
                .containsExactly("call in users about me", "attempt in users about me", "attempt in users about me");
        stage.complete(2);

        assertThat(seen).hasSize(6).filteredOn("attempt ended: 2, null"::equals).hasSize(2);
        assertThat(seen).filteredOn("call ended: 2, null"::equals).hasSize(1);
    }

    @Test
    void callAsync_failing_bothSeeTheFailureAsThrown() {
        IOException failure = new IOException("gone");

        observed(Policy.none()).callAsync(() -> failedFuture(failure));

        assertThat(seen).contains("attempt ended: null, " + failure, "call ended: null, " + failure);
    }

    @Test
    void throwingObserver_call_isUnchanged() {
        Pipeline pipeline = observedBy(new ThrowingObserver());

        assertThat(pipeline.<String, RuntimeException>call(() -> "answer")).isEqualTo("answer");
        assertThatThrownBy(() -> pipeline.call(() -> {
                    throw new IOException("gone");
                }))
                .isExactlyInstanceOf(IOException.class);
        assertThat(pipeline.callAsync(() -> completedFuture("answer"))).isCompletedWithValue("answer");
    }

    @Test
    void throwingObservation_call_isUnchanged() {
        Pipeline pipeline = observedBy(new ThrowingObservations());

        assertThat(pipeline.<String, RuntimeException>call(() -> "answer")).isEqualTo("answer");
        assertThatThrownBy(() -> pipeline.call(() -> {
                    throw new IOException("gone");
                }))
                .isExactlyInstanceOf(IOException.class)
                .hasNoSuppressedExceptions();
        assertThat(pipeline.callAsync(() -> completedFuture("answer"))).isCompletedWithValue("answer");
    }

    @Test
    void observerWithoutObservations_call_isUnchanged() {
        Pipeline pipeline = observedBy(new CallObserver() {
            @Override
            public Observation callStarted(String name, @Nullable Object subject) {
                return null;
            }
        });

        assertThat(pipeline.<String, RuntimeException>call(() -> "answer")).isEqualTo("answer");
    }

    @Test
    void observerThatOverridesNothing_call_isUnchanged() {
        assertThat(observedBy(new CallObserver() {}).<String, RuntimeException>call(() -> "answer"))
                .isEqualTo("answer");
    }

    private Pipeline observed(Policy policy) {
        return Pipeline.named("users").observer(recorder).with(policy).build();
    }

    private static Pipeline observedBy(CallObserver observer) {
        return Pipeline.named("users").observer(observer).build();
    }

    private static final class ThrowingObserver implements CallObserver {

        @Override
        public Observation callStarted(String pipeline, @Nullable Object subject) {
            throw new AssertionError("broken");
        }

        @Override
        public Observation attemptStarted(String pipeline, @Nullable Object subject) {
            throw new IllegalStateException("broken");
        }
    }

    private static final class ThrowingObservations implements CallObserver {

        @Override
        public Observation callStarted(String pipeline, @Nullable Object subject) {
            return (result, failure) -> {
                throw new AssertionError("broken");
            };
        }

        @Override
        public Observation attemptStarted(String pipeline, @Nullable Object subject) {
            return (result, failure) -> {
                throw new IllegalStateException("broken");
            };
        }
    }
}
