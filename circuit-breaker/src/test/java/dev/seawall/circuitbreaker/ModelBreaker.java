package dev.seawall.circuitbreaker;

import dev.seawall.Outcome;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A breaker as its documentation tells it: one thing after another, nothing clever. */
final class ModelBreaker {

    /** A call that was admitted, and where. */
    record Call(int stay, @Nullable Long start, long leaseEnd, boolean watched) {}

    private final VirtualRuntime runtime;
    private CircuitBreakerConfig config;
    private State state = State.CLOSED;
    private int stay; // counts the stays in states
    private NaiveWindow window; // closed, shadow, recovering
    private List<Call> watched = new ArrayList<>(); // closed, shadow, recovering: calls under way
    private long nextLook;
    private int overdue; // of them at the last look
    private long since; // calls started before are not looked at
    private long until; // open, recovering
    private long ramp; // recovering
    private long shares; // recovering: those of all calls, in billionths
    private long shareTaken; // recovering: calls admitted
    private boolean timed; // open, recovering
    private int openings; // open, half-open, recovering
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
        if (state == State.RECOVERING && now >= until) {
            recovered();
        }
        Call call = admit(now);
        if (state == State.OPEN) {
            retryAfterNanos = until - now; // it may have opened just now
        }
        return call;
    }

    private @Nullable Call admit(long now) {
        retryAfterNanos = -1;
        return switch (state) {
            case CLOSED, SHADOW -> admitCounted(now);
            case RECOVERING -> isNextOfTheShare(now) ? admitCounted(now) : null;
            case DISABLED -> new Call(stay, null, 0, false);
            case OPEN, FORCED_OPEN -> null;
            case HALF_OPEN -> admitTrial(now);
        };
    }

    private boolean isNextOfTheShare(long now) {
        shares += Math.round((1 - 0.9 * (until - now) / ramp) * 1_000_000_000);
        if (shares / 1_000_000_000 == shareTaken) {
            return false;
        }
        shareTaken++;
        return true;
    }

    private @Nullable Call admitCounted(long now) {
        Call call = new Call(stay, startUnder(config), 0, watches());
        if (!watches()) {
            return call;
        }
        if (now >= nextLook) {
            nextLook = now + slowNanos() / 8;
            overdue = overdueAt(now);
            if (isOverdue(now)) {
                tooMany();
            }
        }
        if (state == State.OPEN) {
            return null;
        }
        watched.add(call);
        return call;
    }

    private boolean watches() {
        return config.slowCallsInFlight() && config.slowCallDuration() != null;
    }

    private long slowNanos() {
        return config.slowCallDuration().toNanos();
    }

    private int overdueAt(long now) {
        int found = 0;
        for (Call call : watched) {
            found += call.start() >= since && now - call.start() >= slowNanos() ? 1 : 0;
        }
        return found;
    }

    /** Judges by the last look, and if that says so once more by what is so now. */
    private boolean isOverdue(long now) {
        if (overdue == 0 || !window.isTooMany(overdue, now)) {
            return false;
        }
        int before = overdue;
        overdue = overdueAt(now);
        return overdue >= before || (overdue > 0 && window.isTooMany(overdue, now));
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
                Call trial = new Call(stay, startUnder(trialRules), leaseEnd, false);
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
            return;
        }
        if (call.watched()) {
            watched.remove(call);
        }
        if (counts() && outcome != Outcome.NEUTRAL) {
            long now = runtime.now();
            boolean tooMany = window.record(outcome == Outcome.FAILURE, isSlow(call, config), now);
            if (tooMany || (watches() && isOverdue(now))) {
                tooMany();
            }
        }
    }

    private boolean counts() {
        return state == State.CLOSED || state == State.SHADOW || state == State.RECOVERING;
    }

    private void tooMany() {
        if (state != State.SHADOW) {
            open();
            return;
        }
        wouldHaveOpened++;
        window = new NaiveWindow(config);
        since = runtime.now();
        overdue = 0;
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
            long whole = config.recoveryRamp().toNanos();
            recovering(whole, whole);
        } else if (ended(Outcome.FAILURE) > places.length - trialRules.trialSuccesses()) {
            open();
        }
    }

    private int ended(Outcome outcome) {
        return Collections.frequency(Arrays.asList(places), outcome);
    }

    // ---- states

    private void enter(State to) {
        if (to != State.OPEN && to != State.HALF_OPEN && to != State.RECOVERING) {
            openings = 0;
        }
        state = to;
        stay++;
        window = new NaiveWindow(config);
        watched = new ArrayList<>();
        nextLook = 0;
        overdue = 0;
        since = 0;
    }

    private void recovering(long whole, long left) {
        enter(State.RECOVERING);
        ramp = whole;
        until = runtime.now() + left;
        timed = config.timedTransition();
        shares = 900_000_000;
        shareTaken = 0;
        if (left == 0) {
            recovered();
        }
    }

    /** Goes on counting where it is. */
    private void recovered() {
        state = State.CLOSED;
        openings = 0;
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
        if (state == State.RECOVERING && timed && runtime.now() >= until) {
            recovered();
        }
    }

    synchronized void configure(CircuitBreakerConfig changed) {
        window = window.configured(changed, runtime.now());
        config = changed;
    }

    synchronized void restore(CircuitBreakerSnapshot snapshot) {
        enter(snapshot.state());
        openings = snapshot.openings();
        if (state == State.RECOVERING) {
            long whole = config.recoveryRamp().toNanos();
            recovering(whole, Math.min(whole, snapshot.timeToFullLoad().toNanos()));
        }
        window.restore(snapshot.window(), snapshot.results(), runtime.now());
        if (state == State.OPEN) {
            until = runtime.now() + snapshot.timeToNextTrial().toNanos();
        }
        timed = config.timedTransition();
        if (state == State.HALF_OPEN) {
            halfOpen(snapshot.trialSuccesses(), snapshot.trialFailures());
            decide();
        }
    }

    synchronized CircuitBreakerSnapshot snapshot() {
        boolean trying = state == State.HALF_OPEN;
        long now = runtime.now();
        return new CircuitBreakerSnapshot(
                "model",
                state,
                config.window(),
                counts() ? window.buckets(now) : List.of(),
                Duration.ofNanos(state == State.OPEN ? Math.max(0, until - now) : 0),
                Duration.ofNanos(state == State.RECOVERING ? Math.max(0, until - now) : 0),
                openings,
                trying ? ended(Outcome.SUCCESS) : 0,
                trying ? ended(Outcome.FAILURE) : 0);
    }
}
