package dev.seawall.example;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallRejectedException;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A policy written outside the library keeps the same promises as those inside. */
final class WritingAPolicyTest {

    private final LimitInFlight limit = new LimitInFlight("users", 1);
    private final Pipeline users = Pipeline.of(limit);

    @Test
    void call_withinTheLimit_runs() {
        String answer = users.call(() -> "answer, in flight: " + limit.inFlight());

        assertThat(answer).isEqualTo("answer, in flight: 1");
        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void call_overTheLimit_isRejectedAndNotRun() {
        Result<String> inner = users.call(() -> users.tryCall(() -> "never"));

        assertThat(inner)
                .isInstanceOfSatisfying(
                        Result.Rejected.class,
                        rejected -> assertThat(rejected.reason())
                                .isEqualTo("'users' did not start the call: 1 of 1 are in flight"));
        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void call_thatThrows_givesItsPlaceBack() {
        assertThatThrownBy(() -> users.call(() -> {
                    throw new IOException("gone");
                }))
                .isExactlyInstanceOf(IOException.class);
        assertThatThrownBy(() -> users.call(() -> {
                    throw new LinkageError();
                }))
                .isInstanceOf(LinkageError.class);

        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void callAsync_running_keepsItsPlaceUntilTheStageEnds() {
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = users.callAsync(() -> stage);
        CompletableFuture<String> second = users.callAsync(() -> completedFuture("never"));
        assertThat(limit.inFlight()).isEqualTo(1);
        assertThat(second).isCompletedExceptionally();
        stage.complete("answer");

        assertThat(future).isCompletedWithValue("answer");
        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void callAsync_thatThrowsWhileStarting_givesItsPlaceBack() {
        users.callAsync(() -> {
            throw new IOException("gone");
        });

        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void callAsync_cancelled_givesItsPlaceBackOnce() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = users.callAsync(() -> stage);

        future.cancel(true);
        future.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void callAsync_timedOutButStillRunning_keepsItsPlace() {
        VirtualRuntime runtime = VirtualRuntime.create();
        Pipeline limited = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(Duration.ofSeconds(1)))
                .with(limit)
                .build();
        CompletableFuture<String> stubborn = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };

        CompletableFuture<String> future = limited.callAsync(() -> stubborn);
        runtime.advance(Duration.ofSeconds(1));
        assertThat(future).isCompletedExceptionally();
        assertThat(limit.inFlight()).isEqualTo(1);
        stubborn.complete("late");

        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void pipeline_withTheNewPolicy_printsAndJudgesItLikeAnyOther() {
        Pipeline pipeline = Pipeline.named("users")
                .with(limit)
                .with(Timeout.of(Duration.ofSeconds(3)))
                .build();

        assertThat(pipeline).hasToString("users: limit 'users' (1 in flight) > timeout 'timeout' (3 s)");
        assertThat(pipeline.findings()).isEmpty();
        assertThat(limit.traits()).containsExactly(Policy.Trait.LIMITS_CONCURRENCY);
        assertThat(limit.isIdle()).isTrue();
    }

    @Test
    void rejection_isARejectionOfThisPipelineForOthersAround() {
        Pipeline outer = Pipeline.named("outer").build();

        Result<String> end = users.call(() -> outer.tryCall(() -> users.call(() -> "never")));

        assertThat(end).isInstanceOf(Result.Failure.class);
        assertThat(end.exception()).containsInstanceOf(CallRejectedException.class);
    }
}
