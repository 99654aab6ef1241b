package dev.seawall.retry;

import static dev.seawall.retry.Step.fails;
import static dev.seawall.retry.Step.returns;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Subscription;
import dev.seawall.VirtualRuntime;
import dev.seawall.retry.Bench.End;
import dev.seawall.retry.RetryEvent.AttemptFailed;
import dev.seawall.retry.RetryEvent.GaveUp;
import dev.seawall.retry.RetryEvent.Reason;
import dev.seawall.retry.RetryEvent.Recovered;
import dev.seawall.retry.RetryEvent.RetryScheduled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners are told and counters show, in every {@link Style}. */
final class RetryEventTest {

    private static final RetryConfig TWICE = RetryConfig.builder()
            .maxAttempts(2)
            .backoff(Backoff.fixed(ofMillis(100)))
            .classifier(Classifier.builder()
                    .onResult(String.class, "bad"::equals, Outcome.FAILURE)
                    .onResult(String.class, "unclear"::equals, Outcome.NEUTRAL)
                    .build())
            .build();

    private static final IOException FIRST = new IOException();

    @ParameterizedTest
    @EnumSource
    void events_callSucceedsAtOnce_none(Style style) {
        Bench bench = new Bench(style, TWICE);

        bench.call(returns("ok"));

        assertThat(bench.events).isEmpty();
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void events_callRecovers_failedScheduledRecovered(Style style) {
        Bench bench = new Bench(style, TWICE);

        bench.call(fails(FIRST), returns("ok"));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, null, FIRST),
                        new RetryScheduled("users", 2, ofMillis(100), null, FIRST),
                        new Recovered("users", 2));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(1, 0, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void events_callUsesUpItsAttempts_oneGaveUp(Style style) {
        Bench bench = new Bench(style, TWICE);
        IOException last = new IOException();

        bench.call(fails(FIRST), fails(last));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, null, FIRST),
                        new RetryScheduled("users", 2, ofMillis(100), null, FIRST),
                        new AttemptFailed("users", 2, null, last),
                        new GaveUp("users", 2, Reason.ATTEMPTS, null, last));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void events_resultStaysBad_oneGaveUpWithWhatTheCallerGets(Style style) {
        Bench bench = new Bench(style, TWICE);

        End end = bench.call(returns("bad"));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, "bad", null),
                        new RetryScheduled("users", 2, ofMillis(100), "bad", null),
                        new AttemptFailed("users", 2, "bad", null),
                        new GaveUp("users", 2, Reason.ATTEMPTS, null, end.failure()));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void events_badResultIsReturned_gaveUpAllTheSame(Style style) {
        Bench bench = new Bench(
                style,
                TWICE.toBuilder()
                        .onExhaustedResult(RetryConfig.ExhaustedResult.RETURN)
                        .build());

        bench.call(returns("bad"));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 2, Reason.ATTEMPTS, "bad", null));
    }

    @ParameterizedTest
    @EnumSource
    void events_onlyAttemptFails_oneGaveUp(Style style) {
        Bench bench = new Bench(style, TWICE.toBuilder().maxAttempts(1).build());

        bench.call(fails(FIRST));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, null, FIRST),
                        new GaveUp("users", 1, Reason.ATTEMPTS, null, FIRST));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_errorAfterAFailure_notRetryable(Style style) {
        Bench bench = new Bench(style, TWICE);
        AssertionError error = new AssertionError();

        bench.call(fails(new IOException()), fails(error));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 2, Reason.NOT_RETRYABLE, null, error));
        assertThat(bench.events).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_neutralResultAfterAFailure_notRetryable(Style style) {
        Bench bench = new Bench(style, TWICE);

        bench.call(fails(new IOException()), returns("unclear"));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 2, Reason.NOT_RETRYABLE, "unclear", null));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_waitTooLongForTheDeadline_deadline(Style style) {
        Bench bench = new Bench(style, TWICE).deadline(ofMillis(100));

        bench.call(fails(FIRST));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, null, FIRST),
                        new GaveUp("users", 1, Reason.DEADLINE, null, FIRST));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_waitTooLongForTheDuration_maxDuration(Style style) {
        Bench bench =
                new Bench(style, TWICE.toBuilder().maxDuration(ofMillis(99)).build());

        bench.call(fails(FIRST));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 1, Reason.MAX_DURATION, null, FIRST));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_nothingLeftInTheBudget_budget(Style style) {
        VirtualRuntime runtime = VirtualRuntime.create();
        RetryBudget empty = RetryBudget.of(0, 0, 0, runtime);
        Bench bench = new Bench(style, runtime, TWICE.toBuilder().budget(empty).build(), builder -> {});

        bench.call(fails(FIRST));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 1, Reason.BUDGET, null, FIRST));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_laterAttemptRejected_rejected(Style style) {
        Bench bench = new Bench(style, TWICE, new Gate().reject(2, null));
        IOException first = new IOException();

        bench.call(fails(first));

        assertThat(bench.events)
                .containsExactly(
                        new AttemptFailed("users", 1, null, first),
                        new RetryScheduled("users", 2, ofMillis(100), null, first),
                        new GaveUp("users", 2, Reason.REJECTED, null, first));
    }

    @ParameterizedTest
    @EnumSource
    void gaveUp_runtimeClosed_closed(Style style) {
        Bench bench = new Bench(style, TWICE);
        bench.runtime.schedule(1, bench.runtime::close);

        bench.call(fails(FIRST));

        assertThat(lastOf(bench)).isEqualTo(new GaveUp("users", 1, Reason.CLOSED, null, FIRST));
        assertThat(bench.retry.snapshot()).isEqualTo(new RetrySnapshot(0, 1, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void listener_throws_changesNothing(Style style) {
        Bench bench = new Bench(style, TWICE);
        bench.retry.on(RetryEvent.class, event -> {
            throw new AssertionError("broken listener");
        });

        End end = bench.call(fails(new IOException()), returns("ok"));

        assertThat(end).isEqualTo(new End("ok", null));
    }

    @ParameterizedTest
    @EnumSource
    void listener_ofOneType_isToldOnlyThatUntilItIsClosed(Style style) {
        Bench bench = new Bench(style, TWICE);
        List<RetryEvent> told = new ArrayList<>();
        Subscription subscription = bench.retry.on(Recovered.class, told::add);

        bench.call(fails(new IOException()), returns("ok"));
        subscription.close();
        bench.call(fails(new IOException()), returns("ok"));

        assertThat(told).containsExactly(new Recovered("users", 2));
    }

    @Test
    void toString_ofEventsAndAttempts_namesTypesButNoContents() {
        IOException failure = new IOException("secret");

        assertThat(new AttemptFailed("users", 1, "secret", null))
                .hasToString("retry 'users': attempt 1 failed with a result of type java.lang.String");
        assertThat(new AttemptFailed("users", 1, null, failure))
                .hasToString("retry 'users': attempt 1 failed with java.io.IOException");
        assertThat(new RetryScheduled("users", 2, ofMillis(1_500), null, failure))
                .hasToString("retry 'users': attempt 2 follows in 1.5 s, after java.io.IOException");
        assertThat(new Recovered("users", 2)).hasToString("retry 'users': succeeded with attempt 2");
        assertThat(new GaveUp("users", 3, Reason.BUDGET, null, null))
                .hasToString("retry 'users': gave up after attempt 3, the retry budget is used up; ends with a null"
                        + " result");
        assertThat(new Attempt(1, null, null)).hasToString("attempt 1");
        assertThat(new Attempt(2, failure, null)).hasToString("attempt 2 after java.io.IOException");
        assertThat(new Attempt(2, null, "secret")).hasToString("attempt 2 after a result of type java.lang.String");
    }

    private static RetryEvent lastOf(Bench bench) {
        return bench.events.get(bench.events.size() - 1);
    }
}
