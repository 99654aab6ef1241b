package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a circuit breaker knows at one moment: to look at, and to carry to another breaker with
 * {@link CircuitBreaker#restore}, such as after a restart. Made of plain values only, so any serializer can write it.
 *
 * @param name the breaker's name
 * @param state its state
 * @param window which results it looks at
 * @param results what the window holds, oldest first; empty unless the breaker counts calls in this state
 * @param timeToNextTrial how long until an open breaker admits a trial call; zero in every other state
 * @param timeToFullLoad how long until a recovering breaker admits all calls; zero in every other state
 * @param openings how often it has opened since it was last closed
 * @param trialSuccesses how many trial calls succeeded since it became half-open
 * @param trialFailures how many trial calls failed since it became half-open
 */
public record CircuitBreakerSnapshot(
        String name,
        CircuitBreaker.State state,
        Window window,
        List<Bucket> results,
        Duration timeToNextTrial,
        Duration timeToFullLoad,
        int openings,
        int trialSuccesses,
        int trialFailures) {

    /** Checks the ranges. */
    public CircuitBreakerSnapshot {
        Require.name(name);
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(window, "window");
        results = List.copyOf(results);
        Require.notNegative("timeToNextTrial", timeToNextTrial);
        Require.notNegative("timeToFullLoad", timeToFullLoad);
        Require.atLeast("openings", openings, 0);
        Require.atLeast("trialSuccesses", trialSuccesses, 0);
        Require.atLeast("trialFailures", trialFailures, 0);
    }

    /**
     * How many calls the window holds.
     *
     * @return the number; of a window of failures only the failures
     */
    public long calls() {
        return results.stream().mapToLong(Bucket::calls).sum();
    }

    /**
     * How many of them failed.
     *
     * @return the number
     */
    public long failures() {
        return results.stream().mapToLong(Bucket::failures).sum();
    }

    /**
     * How many of them were slow.
     *
     * @return the number; 0 if slow-call detection is off
     */
    public long slowCalls() {
        return results.stream().mapToLong(Bucket::slowCalls).sum();
    }

    /**
     * The share of calls that failed.
     *
     * @return percent; 0 if the window is empty
     */
    public double failureRate() {
        return rate(failures());
    }

    /**
     * The share of calls that were slow.
     *
     * @return percent; 0 if the window is empty
     */
    public double slowCallRate() {
        return rate(slowCalls());
    }

    private double rate(long part) {
        long calls = calls();
        return calls == 0 ? 0 : part * 100.0 / calls;
    }

    @Override
    public String toString() {
        String text = String.format(
                Locale.ROOT,
                "%s: %s, %d calls, %d failed (%.1f %%), %d slow (%.1f %%)",
                name,
                state,
                calls(),
                failures(),
                failureRate(),
                slowCalls(),
                slowCallRate());
        if (!timeToFullLoad.isZero()) {
            return text + ", all calls in " + Durations.format(timeToFullLoad);
        }
        return timeToNextTrial.isZero() ? text : text + ", next trial in " + Durations.format(timeToNextTrial);
    }
}
