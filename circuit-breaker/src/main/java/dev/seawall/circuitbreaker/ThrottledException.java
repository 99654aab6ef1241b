package dev.seawall.circuitbreaker;

import dev.seawall.CallRejectedException;
import dev.seawall.Durations;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.Locale;

/** An adaptive throttle did not let the call run, because the dependency behind it accepts too few of them. */
public final class ThrottledException extends CallRejectedException {

    private static final long serialVersionUID = 1L;

    private final long requests;
    private final long accepts;
    private final double probability;
    private final Duration window;

    ThrottledException(String throttle, Scope scope, AdaptiveThrottleConfig config, long requests, long accepts) {
        super(throttle, scope, NO_HINT);
        this.requests = requests;
        this.accepts = accepts;
        this.probability = config.rejectionProbability(requests, accepts);
        this.window = config.window();
    }

    /**
     * How likely a rejection was.
     *
     * @return over 0 to 1
     */
    public double probability() {
        return probability;
    }

    @Override
    public String reason() {
        return String.format(
                Locale.ROOT,
                "adaptive throttle '%s' rejects %.1f %% of the calls: %d of %d were accepted in the last %s",
                policy(),
                probability * 100,
                accepts,
                requests,
                Durations.format(window));
    }
}
