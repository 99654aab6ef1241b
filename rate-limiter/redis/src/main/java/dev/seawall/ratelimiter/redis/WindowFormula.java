package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.Limit;
import java.util.List;

/**
 * Periods one after another, counted from 1970. The first word is the beginning of the period last taken from, the second how
 * much was taken of it.
 */
final class WindowFormula extends Formula {

    WindowFormula(Limit.FixedWindow limit) {
        super(limit);
    }

    @Override
    String kind() {
        return "w";
    }

    @Override
    List<Long> settings() {
        return List.of(permits, period, 0L, 0L);
    }

    @Override
    void cost(long wanted, List<String> arguments) {
        arguments.add(Long.toString(Math.min(wanted, 1L << 51)));
        arguments.add("0");
    }

    @Override
    long most() {
        return permits;
    }

    @Override
    long due(long[] states, int at, long wanted, long now) {
        long start = now - now % period;
        if (states[at] < start) {
            return now;
        }
        return Math.max(now, states[at + 1] + wanted > permits ? states[at] + period : states[at]);
    }

    @Override
    long remaining(long[] states, int at, long now) {
        long start = now - now % period;
        if (states[at] < start) {
            return permits;
        }
        return states[at] > start ? 0 : Math.max(0, permits - states[at + 1]);
    }

    @Override
    long fullAt(long[] states, int at, long now) {
        return states[at + 1] == 0 ? now : Math.max(now, states[at] + period);
    }
}
