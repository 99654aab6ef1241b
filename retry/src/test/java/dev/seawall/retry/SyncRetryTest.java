package dev.seawall.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.seawall.Backoff;
import dev.seawall.Call;
import dev.seawall.CallInterruptedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.RetryEvent.GaveUp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What only synchronous calls have: a thread that waits. And what has nothing to do with how a call is made. */
final class SyncRetryTest {

    private static final RetryConfig EVERY_100_MS =
            RetryConfig.builder().backoff(Backoff.fixed(ofMillis(100))).build();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final AtomicInteger attempts = new AtomicInteger();
    private final List<RetryEvent> events = new ArrayList<>();

    private Pipeline pipeline(RetryConfig config) {
        Retry retry = Retry.of("users", config);
        retry.on(RetryEvent.class, events::add);
        return Pipeline.named("users").runtime(runtime).with(retry).build();
    }

    @Test
    void wait_interrupted_throwsAndKeepsTheFlag() {
        Pipeline pipeline = pipeline(EVERY_100_MS);
        Thread caller = Thread.currentThread();
        runtime.schedule(ofMillis(150).toNanos(), caller::interrupt);
        IOException first = new IOException();
        IOException second = new IOException();

        assertThatExceptionOfType(CallInterruptedException.class)
                .isThrownBy(() -> pipeline.call(() -> {
                    throw attempts.incrementAndGet() == 1 ? first : second;
                }))
                .withMessage("'users' was interrupted while waiting for the next attempt")
                .withCause(second)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(first));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).hasValue(2);
        assertThat(runtime.now() - 1).isEqualTo(ofMillis(150).toNanos());
        assertThat(events)
                .last()
                .isInstanceOfSatisfying(
                        GaveUp.class, gaveUp -> assertThat(gaveUp.reason()).isEqualTo(RetryEvent.Reason.CANCELLED));
    }

    @Test
    void wait_interruptedAfterABadResult_hasNoCause() {
        Pipeline pipeline = pipeline(EVERY_100_MS.toBuilder()
                .classifier(Classifier.builder().onNull(Outcome.FAILURE).build())
                .build());
        runtime.schedule(1, Thread.currentThread()::interrupt);

        assertThatExceptionOfType(CallInterruptedException.class)
                .isThrownBy(() -> pipeline.call(() -> null))
                .withNoCause();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void wait_ofNoLength_isInterruptedAsWell() {
        Pipeline pipeline = pipeline(RetryConfig.builder()
                .unlimitedAttempts()
                .backoff(Backoff.none())
                .build());

        assertThatExceptionOfType(CallInterruptedException.class)
                .isThrownBy(() -> pipeline.call(() -> {
                    if (attempts.incrementAndGet() == 3) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException();
                }));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).hasValue(3);
    }

    @Test
    void wait_onTheRealClock_isNotShorterThanTheDelay() throws IOException {
        Pipeline pipeline = Pipeline.of(Retry.of(
                "users",
                RetryConfig.builder().backoff(Backoff.fixed(ofMillis(20))).build()));
        long start = System.nanoTime();

        String result = pipeline.call(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException();
            }
            return "ok";
        });

        assertThat(result).isEqualTo("ok");
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(ofMillis(40).toNanos());
    }

    @Test
    void call_throwsAMillionTimes_doesNotRecurse() {
        RetryConfig config = RetryConfig.builder()
                .maxAttempts(1_000_000)
                .backoff(Backoff.none())
                .build();
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Retry.of("users", config))
                .build();
        IllegalStateException failure = new IllegalStateException();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pipeline.run(() -> {
                    attempts.incrementAndGet();
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(attempts).hasValue(1_000_000);
    }

    @Test
    void call_succeedsAtOnce_allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Pipeline pipeline = pipeline(RetryConfig.builder()
                .budget(RetryBudget.of(0.1, 1, 1, runtime))
                .maxDuration(ofSeconds(1))
                .build());
        Call<String, RuntimeException> call = () -> "ok";
        pipeline.call(call);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 10_000; i++) {
            pipeline.call(call);
        }

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(10_000); // less than a byte each: what the measurement itself costs
    }

    @Test
    void timeout_inside_eachAttemptIsLimitedAndTriedAgain() throws InterruptedException {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Retry.of("users", EVERY_100_MS))
                .with(Timeout.of(ofSeconds(1)))
                .build();

        String result = pipeline.call(() -> {
            if (attempts.incrementAndGet() < 3) {
                runtime.sleep(ofSeconds(5).toNanos());
            }
            return "ok";
        });

        assertThat(result).isEqualTo("ok");
        assertThat(attempts).hasValue(3);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void timeout_outside_endsAttemptsAndWaits() {
        Pipeline pipeline = Pipeline.named("users")
                .runtime(runtime)
                .with(Timeout.of(ofSeconds(1)))
                .with(Retry.of(
                        "users", EVERY_100_MS.toBuilder().unlimitedAttempts().build()))
                .build();

        assertThatExceptionOfType(CallTimedOutException.class)
                .isThrownBy(() -> pipeline.call(() -> {
                    attempts.incrementAndGet();
                    runtime.sleep(ofMillis(700).toNanos());
                    throw new IOException();
                }));

        assertThat(attempts).hasValue(2);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void currentAttempt_ofANestedCallThroughTheSameRetry_isTheOuterOneUntilItsOwnSecond() throws IOException {
        Retry retry = Retry.of("users", EVERY_100_MS);
        Pipeline pipeline = Pipeline.named("users").runtime(runtime).with(retry).build();
        List<Integer> outer = new ArrayList<>();
        List<Integer> inner = new ArrayList<>();

        pipeline.call(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException();
            }
            outer.add(retry.currentAttempt().number());
            pipeline.call(() -> {
                inner.add(retry.currentAttempt().number());
                if (inner.size() == 1) {
                    throw new IOException();
                }
                return "inner";
            });
            outer.add(retry.currentAttempt().number());
            return "outer";
        });

        assertThat(outer).containsExactly(3, 3);
        assertThat(inner).containsExactly(3, 2);
        assertThat(retry.currentAttempt().number()).isEqualTo(1);
    }

    @Test
    void currentAttempt_ofAnotherRetryAround_isKeptApart() throws IOException {
        Retry outer = Retry.of("outer", EVERY_100_MS);
        Retry inner = Retry.of("inner", EVERY_100_MS.toBuilder().maxAttempts(2).build());
        Pipeline pipeline =
                Pipeline.named("users").runtime(runtime).with(outer).with(inner).build();
        List<String> seen = new ArrayList<>();

        pipeline.call(() -> {
            seen.add(outer.currentAttempt().number() + "."
                    + inner.currentAttempt().number());
            if (seen.size() < 4) {
                throw new IOException();
            }
            return "ok";
        });

        assertThat(seen).containsExactly("1.1", "1.2", "2.1", "2.2");
    }

    @Test
    void link_budgetOnAnotherClock_isRefused() {
        RetryBudget elsewhere = RetryBudget.of(0.1, 1, 10, ResilienceRuntime.shared());
        Retry retry = Retry.of("users", RetryConfig.builder().budget(elsewhere).build());

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Pipeline.named("users").runtime(runtime).with(retry).build())
                .withMessage("'users' keeps its time on the shared runtime, but pipeline 'users' on the virtual runtime"
                        + " at 0 s; give both the same runtime");
    }

    @Test
    void traits_reissues() {
        assertThat(Retry.of("users").traits()).containsExactly(Policy.Trait.REISSUES);
    }

    @Test
    void toString_namesTheSettingsThatMatter() {
        assertThat(Retry.of("users"))
                .hasToString("retry 'users' (4 attempts, exponential 100 ms × 2.0, at most 30 s, FULL jitter)");
        assertThat(Retry.of(
                        "users", EVERY_100_MS.toBuilder().unlimitedAttempts().build()))
                .hasToString("retry 'users' (unlimited attempts, fixed 100 ms, at most 100 ms)");
        assertThat(Retry.of("users", EVERY_100_MS.toBuilder().maxAttempts(1).build()))
                .hasToString("retry 'users' (1 attempt, fixed 100 ms, at most 100 ms)");
    }
}
