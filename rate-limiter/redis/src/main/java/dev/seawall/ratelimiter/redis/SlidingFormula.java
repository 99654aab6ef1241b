package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.Limit;
import java.util.List;

/**
 * Two counts that stand for a sliding period. The words are the beginning of the period last taken from, the count of the one
 * before it, its own count, and when the last permit is due. Within a period time is measured in ticks, so few that the product
 * with a count fits the script.
 */
final class SlidingFormula extends Formula {

    private static final int SCRIPT_BITS = 52;

    private final long tick;
    private final long ticks;

    SlidingFormula(Limit.SlidingWindow limit) {
        super(limit);
        int tickBits = SCRIPT_BITS - (Long.SIZE - Long.numberOfLeadingZeros(permits));
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(period) - tickBits);
        this.tick = 1L << shift;
        this.ticks = ((period - 1) >> shift) + 1;
    }

    @Override
    String kind() {
        return "s";
    }

    @Override
    List<Long> settings() {
        return List.of(permits, period, tick, ticks);
    }

    @Override
    void cost(long wanted, List<String> arguments) {
        arguments.add(Long.toString(Math.min(wanted, Limit.MOST_IN_A_SLIDING_WINDOW)));
        arguments.add("0");
    }

    @Override
    long most() {
        return permits;
    }

    private long current(long[] states, int at, long start) {
        return states[at] == start ? states[at + 2] : 0;
    }

    private long earlier(long[] states, int at, long start) {
        return states[at] == start ? states[at + 1] : states[at] == start - period ? states[at + 2] : 0;
    }

    @Override
    long due(long[] states, int at, long wanted, long now) {
        long from = Math.max(now, states[at + 3]);
        long start = from - from % period;
        long current = current(states, at, start);
        return current + wanted <= permits
                ? dueIn(start, earlier(states, at, start), permits - wanted - current, from)
                : dueIn(start + period, current, permits - wanted, from);
    }

    /** When the weight of the period before has sunk to what there is room for. */
    private long dueIn(long start, long earlier, long room, long from) {
        if (earlier <= room) {
            return Math.max(from, start);
        }
        long passed = ticks - ((room + 1) * ticks - 1) / earlier;
        return Math.max(from, start + Math.min(period, passed * tick));
    }

    @Override
    long remaining(long[] states, int at, long now) {
        if (states[at + 3] > now) {
            return 0; // who waits goes first
        }
        long start = now - now % period;
        long left = ticks - (now - start) / tick;
        long weighted = earlier(states, at, start) * left / ticks;
        return Math.max(0, permits - current(states, at, start) - weighted);
    }

    @Override
    long fullAt(long[] states, int at, long now) {
        return states[at + 2] == 0 && states[at + 1] == 0 ? now : Math.max(now, states[at] + 2 * period);
    }
}
