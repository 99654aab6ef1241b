package dev.seawall.saga;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a saga goes through on one engine. */
final class SagaEngineTest extends InVirtualTime {

    private SagaAction<String, String> fails(String name) {
        return (state, context) -> {
            calls.add(name + context.attempt());
            throw new SagaStepFailedException("no");
        };
    }

    @Test
    void start_allStepsSucceed_completesWithOneWriteMoreThanSteps() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .step("b")
                .run(does("b"))
                .step("c")
                .run(does("c"))
                .step("d")
                .run(does("d"))
                .build();
        SagaEngine engine = engine(saga);

        SagaResult<String> result = engine.start(saga, SagaId.of("1"), "").await();

        assertThat(result).isEqualTo(new SagaResult.Completed<>("abcd"));
        assertThat(calls).containsExactly("a", "b", "c", "d");
        assertThat(engine.snapshot().writes()).isEqualTo(5);
    }

    @Test
    void start_stepFailsForGood_compensatesInReverseOrder() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .step("b")
                .run(does("b"))
                .compensate(undoes("b"))
                .step("c")
                .run(fails("c"))
                .compensate(undoes("c"))
                .build();

        SagaResult<String> result = engine(saga).start(saga, SagaId.of("1"), "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "b", "c1", "-b", "-a");
    }

    @Test
    void start_stepGivenUpWithoutCertainty_isCompensatedToo() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .step("b")
                .run((state, context) -> {
                    calls.add("b" + context.attempt() + context.isInDoubt());
                    throw new IllegalStateException("who knows");
                })
                .compensate(undoes("b"))
                .retry(Backoff.fixed(ofSeconds(1)), 2)
                .build();

        SagaResult<String> result = engine(saga).start(saga, SagaId.of("1"), "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "b1false", "b2true", "-b", "-a");
    }

    @Test
    void start_stepTimesOut_isRetriedUnderItsKey() {
        List<String> keys = new ArrayList<>();
        Saga<String> saga = define().step("a")
                .run((state, context) -> {
                    keys.add(context.idempotencyKey());
                    if (context.attempt() == 1) {
                        runtime.sleep(ofMinutes(1).toNanos());
                    }
                    return state + "a";
                })
                .timeout(ofSeconds(5))
                .retry(Backoff.fixed(ofMillis(100)), 2)
                .build();

        SagaResult<String> result =
                engine(saga).start(saga, SagaId.of("1/x"), "").await();

        assertThat(result).isEqualTo(new SagaResult.Completed<>("a"));
        assertThat(keys).containsExactly("order/1%2fx/a/action", "order/1%2fx/a/action");
    }

    @Test
    void parallel_allSucceed_resultsAreFoldedInTheirOrder() {
        Saga<String> saga = define().parallel(
                        "both",
                        g -> g.branch("x")
                                .run((state, context) -> 1)
                                .fold((state, n) -> state + n)
                                .branch("y")
                                .run((state, context) -> 2)
                                .fold((state, n) -> state + n))
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {

            SagaResult<String> result = engine.start(saga, SagaId.of("1"), "").await();

            assertThat(result).isEqualTo(new SagaResult.Completed<>("12"));
        }
    }

    @Test
    void parallel_oneFails_othersAreCompensatedWithTheirResults() {
        Saga<String> saga = define().parallel(
                        "both",
                        g -> g.branch("x")
                                .run((state, context) -> "rx")
                                .compensate((state, r, context) -> calls.add("-x" + r))
                                .branch("y")
                                .run((state, context) -> {
                                    throw new SagaStepFailedException("no");
                                }))
                .build();

        SagaResult<String> result = engine(saga).start(saga, SagaId.of("1"), "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("-xrx");
    }

    @Test
    void await_signalComes_isFolded() {
        Saga<String> saga = define().await("paid", String.class, ofMinutes(5))
                .fold((state, p) -> state + p)
                .step("a")
                .run(does("a"))
                .build();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, SagaId.of("1"), "");
        runtime.advance(ofMinutes(1));

        SignalResult accepted = engine.signal(handle.key(), "paid", "yes");

        assertThat(accepted).isEqualTo(SignalResult.ACCEPTED);
        assertThat(handle.await()).isEqualTo(new SagaResult.Completed<>("yesa"));
    }

    @Test
    void await_noSignal_compensates() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .await("paid", String.class, ofMinutes(5))
                .fold((state, p) -> state + p)
                .build();
        SagaEngine engine = engine(saga);

        SagaResult<String> result = engine.start(saga, SagaId.of("1"), "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "-a");
    }

    @Test
    void sleep_isWaitedFor() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .sleep("rest", ofMinutes(3))
                .step("b")
                .run(does("b"))
                .build();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, SagaId.of("1"), "");
        runtime.advance(ofMinutes(3).minusMillis(1));
        assertThat(calls).containsExactly("a");
        assertThat(engine.snapshot().active()).isZero();

        runtime.advance(ofMillis(1));

        assertThat(calls).containsExactly("a", "b");
        assertThat(handle.await()).isEqualTo(new SagaResult.Completed<>("ab"));
    }

    @Test
    void pivot_laterStepFails_isRetriedForEver() {
        AtomicInteger failures = new AtomicInteger(30);
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .pivot("p")
                .run(does("p"))
                .step("b")
                .run((state, context) -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return state + "b";
                })
                .deadline(ofSeconds(10))
                .build();

        SagaResult<String> result = engine(saga).start(saga, SagaId.of("1"), "").await();

        assertThat(result).isEqualTo(new SagaResult.Completed<>("apb"));
    }

    @Test
    void cancel_whileItWaits_compensates() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .sleep("rest", ofMinutes(3))
                .build();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, SagaId.of("1"), "");
        runtime.advance(ofSeconds(1));

        CancelResult first = engine.cancel(handle.key(), "customer left");
        CancelResult second = engine.cancel(handle.key(), "customer left");

        assertThat(first).isEqualTo(CancelResult.ACCEPTED);
        assertThat(second).isEqualTo(CancelResult.ALREADY);
        assertThat(handle.await()).isEqualTo(new SagaResult.Compensated<>("a", "cancelled"));
        assertThat(calls).containsExactly("a", "-a");
    }

    @Test
    void deadline_whileStepRuns_compensatesAfterwards() {
        Saga<String> saga = define().step("a")
                .run((state, context) -> {
                    runtime.sleep(ofSeconds(20).toNanos());
                    return state + "a";
                })
                .compensate(undoes("a"))
                .step("b")
                .run(does("b"))
                .deadline(ofSeconds(10))
                .build();

        SagaResult<String> result = engine(saga).start(saga, SagaId.of("1"), "").await();

        assertThat(result).isEqualTo(new SagaResult.Compensated<>("a", "deadline of 10 s has passed"));
        assertThat(calls).containsExactly("-a");
    }

    @Test
    void deadline_passedAndCompensationFails_waitsForEachAttempt() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate((state, context) -> {
                    calls.add("-a" + context.attempt());
                    if (context.attempt() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                })
                .retryCompensation(Backoff.fixed(ofSeconds(30)), 3)
                .sleep("rest", ofMinutes(3))
                .deadline(ofSeconds(10))
                .build();
        SagaEngine engine = engine(saga);

        SagaResult<String> result = engine.start(saga, SagaId.of("1"), "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "-a1", "-a2", "-a3");
        assertThat(engine.snapshot().writes()).isEqualTo(6); // start, sleep, undoing, two waits, end
    }

    @Test
    void start_sameIdAgain_doesNothing() {
        Saga<String> saga = define().step("a").run(does("a")).build();
        SagaEngine engine = engine(saga);
        engine.start(saga, SagaId.of("1"), "").await();

        SagaResult<String> again = engine.start(saga, SagaId.of("1"), "").await();

        assertThat(again).isEqualTo(new SagaResult.Completed<>("a"));
        assertThat(calls).containsExactly("a");
        assertThatThrownBy(() -> engine.start(saga, SagaId.of("1"), "other"))
                .isInstanceOf(SagaExistsException.class)
                .hasMessage("saga order/1 exists and was started with another input: use another id");
    }

    @Test
    void inMemory_manyAtOnce_allComplete() {
        Saga<Integer> saga = Saga.define("count", 1, Integer.class)
                .step("a")
                .run((n, c) -> n + 1)
                .step("b")
                .run((n, c) -> n * 2)
                .build();
        try (SagaEngine engine = SagaEngine.inMemory(saga)) {
            List<SagaHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                handles.add(engine.start(saga, SagaId.of("s" + i), i));
            }
            for (int i = 0; i < 2_000; i++) {
                assertThat(handles.get(i).await()).isEqualTo(new SagaResult.Completed<>((i + 1) * 2));
            }
        }
    }
}
