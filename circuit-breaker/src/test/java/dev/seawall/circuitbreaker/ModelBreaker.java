package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A breaker as its documentation tells it: one thing after another, nothing clever. */
final class ModelBreaker {

    /** A call that was admitted, and where. */
    record Call(int stay, @Nullable Long start, long leaseEnd) {}

    private final VirtualRuntime runtime;
    private CircuitBreakerConfig config;
    private State state = State.CLOSED;
    private int stay; // counts the stays in states
    private NaiveWindow window; // closed, shadow
    private long until; // open
    private boolean timed; // open
    private int openings; // open, half-open
    private CircuitBreakerConfig trialRules; // half-open
    private @Nullable Object[] places = {}; // half-open: null, a call under way, or how it ended

    long retryAfterNanos; // of the last rejection; -1 for none
    int wouldHaveOpened;
    int trialsLost;

    ModelBreaker(CircuitBreakerConfig config, VirtualRuntime runtime) {
        this.runtime = runtime;
        this.config = config;
        this.trialRules = config;
        this.window = new NaiveWindow(config);
    }

    // ---- calls

    /** Lets a call in, or answers null. */
    synchronized @Nullable Call admit() {
        long now = runtime.now();
        if (state == State.OPEN && now >= until) {
            halfOpen(0, 0);
        }
        retryAfterNanos = state == State.OPEN ? until - now : -1;
        return switch (state) {
            case CLOSED, SHADOW -> new Call(stay, startUnder(config), 0);
            case DISABLED -> new Call(stay, null, 0);
            case OPEN, FORCED_OPEN -> null;
            case HALF_OPEN -> admitTrial(now);
        };
    }

    private @Nullable Long startUnder(CircuitBreakerConfig rules) {
        return rules.slowCallDuration() == null ? null : (Long) runtime.now();
    }

    private @Nullable Call admitTrial(long now) {
        long leaseEnd = now + trialRules.trialLease().toNanos();
        long firstLeaseEnd = Long.MAX_VALUE;
        for (int i = 0; i < places.length; i++) {
            boolean lost = places[i] instanceof Call other && other.leaseEnd() <= now;
            if (places[i] == null || lost) {
                trialsLost += lost ? 1 : 0;
                Call trial = new Call(stay, startUnder(trialRules), leaseEnd);
                places[i] = trial;
                return trial;
            }
            if (places[i] instanceof Call other) {
                firstLeaseEnd = Math.min(firstLeaseEnd, other.leaseEnd());
            }
        }
        retryAfterNanos = firstLeaseEnd == Long.MAX_VALUE ? -1 : firstLeaseEnd - now;
        return null;
    }

    /** Takes the end of a call, if the breaker is still where it admitted it. */
    synchronized void settle(Call call, Outcome outcome) {
        if (call.stay() != stay) {
            return;
        }
        if (state == State.HALF_OPEN) {
            settleTrial(call, outcome);
        } else if ((state == State.CLOSED || state == State.SHADOW) && outcome != Outcome.NEUTRAL) {
            boolean tooMany = window.record(outcome == Outcome.FAILURE, isSlow(call, config), runtime.now());
            if (tooMany && state == State.CLOSED) {
                open();
            } else if (tooMany) {
                wouldHaveOpened++;
                window = new NaiveWindow(config);
            }
        }
    }

    private boolean isSlow(Call call, CircuitBreakerConfig rules) {
        Duration slow = rules.slowCallDuration();
        return slow != null && call.start() != null && runtime.now() - call.start() >= slow.toNanos();
    }

    private void settleTrial(Call call, Outcome outcome) {
        for (int i = 0; i < places.length; i++) {
            if (places[i] == call) {
                boolean slow = isSlow(call, trialRules) && outcome == Outcome.SUCCESS;
                places[i] = outcome == Outcome.NEUTRAL ? null : slow ? Outcome.FAILURE : outcome;
            }
        }
        decide();
    }

    private void decide() {
        if (ended(Outcome.SUCCESS) >= trialRules.trialSuccesses()) {
            enter(State.CLOSED);
        } else if (ended(Outcome.FAILURE) > places.length - trialRules.trialSuccesses()) {
            open();
        }
    }

    private int ended(Outcome outcome) {
        return Collections.frequency(Arrays.asList(places), outcome);
    }

    // ---- states

    private void enter(State to) {
        if (to != State.OPEN && to != State.HALF_OPEN) {
            openings = 0;
        }
        state = to;
        stay++;
        window = new NaiveWindow(config);
    }

    private void open() {
        openings++;
        long delay = config.openDelay().delayNanos(openings, 0, runtime.random());
        until = runtime.now() + delay;
        timed = config.timedTransition();
        enter(State.OPEN);
    }

    private void halfOpen(int successes, int failures) {
        enter(State.HALF_OPEN);
        trialRules = config;
        places = new Object[config.trials()];
        for (int i = 0; i < places.length && i < successes + failures; i++) {
            places[i] = i < successes ? Outcome.SUCCESS : Outcome.FAILURE;
        }
    }

    synchronized void order(State to) {
        enter(to);
    }

    /** Time has moved on: the timer may have been due. */
    synchronized void timePassed() {
        if (state == State.OPEN && timed && runtime.now() >= until) {
            halfOpen(0, 0);
        }
    }

    synchronized void configure(CircuitBreakerConfig changed) {
        window = window.configured(changed, runtime.now());
        config = changed;
    }

    synchronized void restore(CircuitBreakerSnapshot snapshot) {
        enter(snapshot.state());
        openings = snapshot.openings();
        window.restore(snapshot.window(), snapshot.results(), runtime.now());
        until = runtime.now() + snapshot.timeToNextTrial().toNanos();
        timed = config.timedTransition();
        if (state == State.HALF_OPEN) {
            halfOpen(snapshot.trialSuccesses(), snapshot.trialFailures());
            decide();
        }
    }

    synchronized CircuitBreakerSnapshot snapshot() {
        boolean counting = state == State.CLOSED || state == State.SHADOW;
        boolean trying = state == State.HALF_OPEN;
        long now = runtime.now();
        return new CircuitBreakerSnapshot(
                "model",
                state,
                config.window(),
                counting ? window.buckets(now) : List.of(),
                Duration.ofNanos(state == State.OPEN ? Math.max(0, until - now) : 0),
                openings,
                trying ? ended(Outcome.SUCCESS) : 0,
                trying ? ended(Outcome.FAILURE) : 0);
    }
}
