package dev.seawall.ratelimiter.redis;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * What the script should decide, written down as plainly as possible: fractions in big integers, a count for every window, and a
 * search through time where the script has a formula. Times are microseconds.
 */
abstract class NaiveShared {

    /** The first time from which on so many permits can be taken, not before a time. */
    abstract long due(long permits, long from);

    abstract void take(long permits, long at);

    /** Takes from all or from none; answers how long the wait is. */
    static long take(List<NaiveShared> limits, long permits, long now, long wait) {
        long at = now;
        long before;
        do {
            before = at;
            for (NaiveShared limit : limits) {
                at = Math.max(at, limit.due(permits, at));
            }
        } while (at > before);
        if (at - now <= wait) {
            for (NaiveShared limit : limits) {
                limit.take(permits, at);
            }
        }
        return at - now;
    }

    static final class Bucket extends NaiveShared {

        private final BigInteger permits;
        private final BigInteger period;
        private final BigInteger room; // null for a pace
        private BigInteger full =
                BigInteger.ZERO; // when it is full again, in parts of which a microsecond has `permits`

        Bucket(long permits, long period, long burst, boolean paced) {
            this.permits = BigInteger.valueOf(permits);
            this.period = BigInteger.valueOf(period);
            this.room = paced ? null : this.period.multiply(BigInteger.valueOf(burst));
        }

        private BigInteger parts(long micros) {
            return permits.multiply(BigInteger.valueOf(micros));
        }

        private BigInteger base(long at) {
            return full.compareTo(parts(at - 1)) > 0 ? full : parts(at);
        }

        @Override
        long due(long wanted, long from) {
            BigInteger cost = period.multiply(BigInteger.valueOf(wanted));
            BigInteger earliest = base(from).add(cost).subtract(room == null ? cost : room);
            BigInteger[] time = earliest.divideAndRemainder(permits);
            return Math.max(from, time[0].longValueExact() + (time[1].signum() > 0 ? 1 : 0));
        }

        @Override
        void take(long wanted, long at) {
            full = base(at).add(period.multiply(BigInteger.valueOf(wanted)));
        }
    }

    static final class Windows extends NaiveShared {

        private final long permits;
        private final long period;
        private final Map<Long, Long> taken = new HashMap<>();
        private long last;

        Windows(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        @Override
        long due(long wanted, long from) {
            long window = Math.max(from / period, last);
            while (taken.getOrDefault(window, 0L) + wanted > permits) {
                window++;
            }
            return Math.max(from, window * period);
        }

        @Override
        void take(long wanted, long at) {
            long window = due(wanted, at) / period;
            last = Math.max(last, window);
            taken.merge(window, wanted, Long::sum);
        }
    }

    static final class Sliding extends NaiveShared {

        private final long permits;
        private final long period;
        private final Map<Long, Long> taken = new HashMap<>();
        private long last;

        Sliding(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        private boolean fits(long wanted, long at) {
            long window = at / period;
            long left = period - at % period;
            long before = taken.getOrDefault(window - 1, 0L) * left / period;
            return before + taken.getOrDefault(window, 0L) + wanted <= permits;
        }

        @Override
        long due(long wanted, long from) {
            long at = Math.max(from, last);
            for (long window = at / period; ; window++) {
                long low = Math.max(at, window * period);
                long found = first(low, (window + 1) * period, time -> fits(wanted, time));
                if (found < (window + 1) * period) {
                    return found;
                }
            }
        }

        /** Within a window the count before only sinks, so the first time can be searched by halves. */
        private static long first(long low, long high, LongPredicate holds) {
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (holds.test(middle)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        @Override
        void take(long wanted, long at) {
            last = Math.max(last, at);
            taken.merge(last / period, wanted, Long::sum);
        }
    }
}
