package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.Limit;
import java.math.BigInteger;
import java.util.List;

/**
 * A token bucket or a pace, as the point in time at which it would be full again: the generic cell rate algorithm. The first word
 * is that time, the second the fraction of a microsecond that it is later, in parts of which there are as many as permits in a
 * period.
 */
final class BucketFormula extends Formula {

    private final boolean paced;
    private final long burst;
    private final long most;
    private final long horizon;
    private final long capacity; // the time a full bucket takes to come in
    private final long capacityParts;
    private final long single; // the time of a permit
    private final long singleParts;

    BucketFormula(Limit.TokenBucket limit, long horizon) {
        this(limit, false, limit.burst(), limit.burst(), horizon);
    }

    /** A pace lends as much as can be paid back until the horizon, and one permit in any case. */
    BucketFormula(Limit.Pacing limit, long horizon) {
        this(limit, true, 1, 0, horizon);
    }

    private BucketFormula(Limit limit, boolean paced, long burst, long most, long horizon) {
        super(limit);
        this.paced = paced;
        this.burst = burst;
        this.horizon = horizon;
        this.capacity = scaled(burst, period, permits);
        this.capacityParts = remainder(burst, period, permits);
        this.single = scaled(1, period, permits);
        this.singleParts = remainder(1, period, permits);
        this.most = paced ? Math.max(1, scaled(horizon, permits, period)) : most;
    }

    @Override
    String kind() {
        return paced ? "p" : "t";
    }

    /** How far ahead of time the state may be; what is further is of a clock that was set back. */
    private long ahead() {
        return horizon + scaled(most, period, permits) + 1;
    }

    @Override
    List<Long> settings() {
        return List.of(permits, capacity, capacityParts, ahead());
    }

    @Override
    void cost(long wanted, List<String> arguments) {
        arguments.add(Long.toString(whole(wanted)));
        arguments.add(Long.toString(parts(wanted)));
    }

    private long whole(long wanted) {
        return wanted == 1 ? single : scaled(wanted, period, permits);
    }

    private long parts(long wanted) {
        return wanted == 1 ? singleParts : remainder(wanted, period, permits);
    }

    @Override
    long most() {
        return most;
    }

    @Override
    long due(long[] states, int at, long wanted, long now) {
        long whole = states[at];
        long parts = states[at + 1];
        if (whole < now - 1 || (whole == now - 1 && parts == 0)) {
            whole = now;
            parts = 0;
        }
        if (!paced) {
            whole += whole(wanted) - capacity;
            parts += parts(wanted) - capacityParts;
        }
        return Math.max(now, whole + (parts > 0 ? (parts - 1) / permits + 1 : parts / permits));
    }

    @Override
    long remaining(long[] states, int at, long now) {
        if (paced) {
            return due(states, at, 1, now) <= now ? 1 : 0;
        }
        long debt = Math.max(0, states[at] - now);
        long parts = states[at] >= now ? states[at + 1] : 0;
        BigInteger used =
                BigInteger.valueOf(debt).multiply(BigInteger.valueOf(permits)).add(BigInteger.valueOf(parts));
        BigInteger all = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(period));
        return Math.max(0, all.subtract(used).divide(BigInteger.valueOf(period)).longValueExact());
    }

    @Override
    long fullAt(long[] states, int at, long now) {
        return Math.max(now, states[at] + (states[at + 1] > 0 ? 1 : 0));
    }
}
