package dev.seawall;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How deadlines are seen, nested and inherited. */
final class DeadlineTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();

    @AfterEach
    void noDeadlineLeaksOutOfATest() {
        assertThat(Deadline.current()).isEmpty();
    }

    @Test
    void after_duration_runsOut() {
        Deadline deadline = Deadline.after(ofSeconds(3), runtime);
        assertThat(deadline.remaining()).isEqualTo(ofSeconds(3));
        assertThat(deadline).hasToString("deadline in 3 s");

        runtime.advance(ofSeconds(2));
        assertThat(deadline.remaining()).isEqualTo(ofSeconds(1));
        assertThat(deadline.isExpired()).isFalse();

        runtime.advance(ofSeconds(1));
        assertThat(deadline.isExpired()).isTrue();

        runtime.advance(ofSeconds(1));
        assertThat(deadline.remaining()).isEqualTo(Duration.ZERO);
    }

    @Test
    void after_zeroOrNegative_hasPassed() {
        assertThat(Deadline.after(Duration.ZERO, runtime).isExpired()).isTrue();
        assertThat(Deadline.after(ofSeconds(-1), runtime).isExpired()).isTrue();
    }

    @Test
    void after_hugeDuration_doesNotOverflow() {
        assertThat(Deadline.after(ofSeconds(Long.MAX_VALUE), runtime).isExpired())
                .isFalse();
        assertThat(Deadline.after(ofSeconds(Long.MAX_VALUE)).isExpired()).isFalse();
    }

    @Test
    void current_insideACallWithATimeout_isItsDeadline() {
        Duration left = withTimeout(ofSeconds(3)).call(DeadlineTest::left);

        assertThat(left).isEqualTo(ofSeconds(3));
    }

    @Test
    void current_insideAnAsyncCallWithATimeout_isItsDeadline() {
        CompletableFuture<Duration> future = withTimeout(ofSeconds(3)).callAsync(() -> completedFuture(left()));

        assertThat(future).isCompletedWithValue(ofSeconds(3));
    }

    @Test
    void current_insideACallWithoutTimeout_isEmpty() {
        assertThat(Pipeline.named("users").build().call(Deadline::current)).isEmpty();
    }

    @Test
    void current_afterACallThatThrew_isEmptyAgain() {
        assertThatThrownBy(() -> withTimeout(ofSeconds(3)).call(() -> {
                    throw new IOException();
                }))
                .isInstanceOf(IOException.class);

        assertThat(Deadline.current()).isEmpty();
    }

    @Test
    void current_nestedTimeouts_isTheEarlier() {
        Pipeline longOutside = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofSeconds(9)))
                .with(Timeout.of(ofSeconds(2)))
                .build();
        Pipeline shortOutside = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofSeconds(2)))
                .with(Timeout.of(ofSeconds(9)))
                .build();

        assertThat(longOutside.call(DeadlineTest::left)).isEqualTo(ofSeconds(2));
        assertThat(shortOutside.call(DeadlineTest::left)).isEqualTo(ofSeconds(2));
    }

    @Test
    void current_nestedPipelineWithoutTimeout_isStillTheOuterOne() {
        Pipeline inner = Pipeline.named("inner").runtime(runtime).build();

        Duration left = withTimeout(ofSeconds(3)).call(() -> inner.call(DeadlineTest::left));

        assertThat(left).isEqualTo(ofSeconds(3));
    }

    @Test
    void current_nestedPipelineThatInheritsNothing_isItsOwn() {
        Pipeline inner = withTimeout(ofSeconds(9));

        withTimeout(ofSeconds(3)).run(() -> {
            assertThat(inner.call(DeadlineTest::left)).isEqualTo(ofSeconds(9));
            assertThat(left()).isEqualTo(ofSeconds(3));
        });
    }

    @Test
    void inheritDeadline_nestedPipeline_keepsWithinTheOuterOne() {
        Pipeline inner = inheriting(ofSeconds(9));

        Duration left = withTimeout(ofSeconds(3)).call(() -> {
            runtime.advance(ofSeconds(1));
            return inner.call(DeadlineTest::left);
        });

        assertThat(left).isEqualTo(ofSeconds(2));
    }

    @Test
    void inheritDeadline_asyncCall_keepsWithinTheOuterOne() {
        Pipeline inner = inheriting(ofSeconds(9));

        Deadline.after(ofSeconds(3), runtime)
                .call(() -> assertThat(inner.callAsync(() -> completedFuture(left())))
                        .isCompletedWithValue(ofSeconds(3)));
    }

    @Test
    void inheritDeadline_noCurrentDeadline_isFree() {
        Pipeline free =
                Pipeline.named("free").runtime(runtime).inheritDeadline().build();

        assertThat(free.call(Deadline::current)).isEmpty();
    }

    @Test
    void inheritDeadline_expired_rejectsTheCall() {
        List<String> runs = new ArrayList<>();
        Pipeline inner = inheriting(ofSeconds(9));

        Deadline.after(Duration.ZERO, runtime).call(action(() -> {
            assertThatThrownBy(() -> inner.call(() -> runs.add("ran")))
                    .isInstanceOf(DeadlineExpiredException.class)
                    .hasMessage("'inner' did not start the call: its deadline had already passed");
            assertThat(inner.tryCall(() -> runs.add("ran"))).isInstanceOf(Result.Rejected.class);
            assertThat(inner.<Boolean>callOr(() -> runs.add("ran"), failure -> false))
                    .isFalse();
        }));

        assertThat(runs).isEmpty();
    }

    @Test
    void inheritDeadline_expiredAsync_failsTheFuture() {
        Pipeline inner = inheriting(ofSeconds(9));

        Deadline.after(Duration.ZERO, runtime).call(action(() -> {
            CompletableFuture<String> future = inner.callAsync(() -> completedFuture("never"));

            assertThat(PipelineAsyncTest.failureOf(future)).isInstanceOf(DeadlineExpiredException.class);
        }));
    }

    @Test
    void inheritDeadline_otherClock_isTranslated() {
        VirtualRuntime other = VirtualRuntime.create();
        other.advance(Duration.ofDays(3));
        Pipeline inner =
                Pipeline.named("inner").runtime(other).inheritDeadline().build();

        Duration left = Deadline.after(ofSeconds(3), runtime).call(() -> {
            runtime.advance(ofSeconds(1));
            return inner.call(DeadlineTest::left);
        });

        assertThat(left).isEqualTo(ofSeconds(2));
    }

    @Test
    void inheritDeadline_expiredOnAnotherClock_rejectsTheCall() {
        Pipeline inner = Pipeline.named("inner")
                .runtime(VirtualRuntime.create())
                .inheritDeadline()
                .build();

        Deadline.after(ofSeconds(3), runtime).call(action(() -> {
            runtime.advance(ofSeconds(4));
            assertThatThrownBy(() -> inner.call(() -> "never")).isInstanceOf(DeadlineExpiredException.class);
        }));
    }

    @Test
    void call_deadline_isCurrentOnlyInside() throws IOException {
        Deadline deadline = Deadline.after(ofSeconds(3), runtime);

        assertThat(deadline.<Duration, IOException>call(DeadlineTest::left)).isEqualTo(ofSeconds(3));
    }

    @Test
    void call_insideAnEarlierDeadline_keepsTheEarlier() {
        Deadline early = Deadline.after(ofSeconds(1), runtime);
        Deadline late = Deadline.after(ofSeconds(9), runtime);

        assertThat(early.call(() -> late.call(DeadlineTest::left))).isEqualTo(ofSeconds(1));
        assertThat(late.call(() -> early.call(DeadlineTest::left))).isEqualTo(ofSeconds(1));
    }

    @Test
    void call_deadlinesOnTwoClocks_comparesWhatIsLeft() {
        VirtualRuntime other = VirtualRuntime.create();
        other.advance(Duration.ofDays(3));
        Deadline late = Deadline.after(ofSeconds(9), runtime);
        Deadline early = Deadline.after(ofSeconds(1), other);

        assertThat(late.call(() -> early.call(DeadlineTest::left))).isEqualTo(ofSeconds(1));
        assertThat(early.call(() -> late.call(DeadlineTest::left))).isEqualTo(ofSeconds(1));
    }

    @Test
    void call_afterTheCall_restoresTheOuterDeadline() {
        Deadline outer = Deadline.after(ofSeconds(9), runtime);

        outer.call(action(() -> {
            Deadline.after(ofMillis(5), runtime).call(DeadlineTest::left);
            assertThat(left()).isEqualTo(ofSeconds(9));
        }));
    }

    @Test
    void call_throwing_throwsTheSame() {
        IOException failure = new IOException("gone");

        assertThatThrownBy(() -> Deadline.after(ofSeconds(1), runtime).call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    private static Action<RuntimeException> action(Action<RuntimeException> action) {
        return action; // names the lambda's type
    }

    private static Duration left() {
        return Deadline.current().orElseThrow().remaining();
    }

    private Pipeline withTimeout(Duration limit) {
        return Pipeline.named("outer").runtime(runtime).with(Timeout.of(limit)).build();
    }

    private Pipeline inheriting(Duration limit) {
        return Pipeline.named("inner")
                .runtime(runtime)
                .with(Timeout.of(limit))
                .inheritDeadline()
                .build();
    }
}
