package dev.seawall.ratelimiter;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A limit told naively: every permit that was ever given, exact fractions, no cleverness. Times are nanoseconds from its origin. */
abstract class NaiveLimit {

    /** Permits used at a time. */
    record Use(long at, long permits) {}

    static final long NEVER = Long.MAX_VALUE;

    final List<Use> uses = new ArrayList<>();

    /** When permits can be used, not before others were promised theirs. */
    abstract long due(long permits, long now);

    void use(long permits, long at) {
        uses.add(new Use(at, permits));
    }

    long lastUse(long now) {
        return uses.isEmpty() ? now : Math.max(now, uses.get(uses.size() - 1).at());
    }

    /** Tokens that come in evenly, in fractions of which a permit has as many as the period has nanoseconds. */
    static final class Bucket extends NaiveLimit {

        private final BigInteger permits;
        private final BigInteger period;
        private final BigInteger full;
        private BigInteger level;
        private long time;

        Bucket(long permits, long period, long burst) {
            this.permits = BigInteger.valueOf(permits);
            this.period = BigInteger.valueOf(period);
            this.full = BigInteger.valueOf(burst).multiply(this.period);
            this.level = full;
        }

        private BigInteger levelAt(long at) {
            BigInteger came = permits.multiply(BigInteger.valueOf(Math.max(0, at - time)));
            return level.add(came).min(full);
        }

        @Override
        long due(long wanted, long now) {
            BigInteger cost = BigInteger.valueOf(wanted).multiply(period);
            if (cost.compareTo(full) > 0) {
                return NEVER;
            }
            long from = Math.max(now, time);
            BigInteger missing = cost.subtract(levelAt(from)).max(BigInteger.ZERO);
            BigInteger[] wait = missing.divideAndRemainder(permits);
            return from + wait[0].longValueExact() + (wait[1].signum() > 0 ? 1 : 0);
        }

        @Override
        void use(long wanted, long at) {
            super.use(wanted, at);
            level = levelAt(at).subtract(BigInteger.valueOf(wanted).multiply(period));
            time = Math.max(time, at);
        }
    }

    /** Each window has its permits; a debt fills the windows that follow. */
    static final class Windows extends NaiveLimit {

        private final long permits;
        private final long period;
        private long window; // the last in which permits were taken
        private long used; // in it

        Windows(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        @Override
        long due(long wanted, long now) {
            if (wanted > permits) {
                return NEVER;
            }
            long first = Math.max(window, now / period);
            long inFirst = first == window ? used : 0;
            long fits = inFirst + wanted <= permits ? first : first + 1;
            return Math.max(now, fits * period);
        }

        @Override
        void use(long wanted, long at) {
            super.use(wanted, at);
            moveTo(at / period);
            used += wanted;
        }

        void charge(long wanted, long now) {
            moveTo(now / period);
            used += wanted;
            while (used > permits) {
                used -= permits;
                window++;
            }
        }

        private void moveTo(long at) {
            if (at > window) {
                window = at;
                used = 0;
            }
        }
    }

    /** All uses are kept, and counted anew each time. */
    static final class Log extends NaiveLimit {

        private final long permits;
        private final long period;

        Log(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        @Override
        long due(long wanted, long now) {
            if (wanted > permits) {
                return NEVER;
            }
            long from = lastUse(now);
            long best = NEVER;
            List<Long> candidates = new ArrayList<>(List.of(from));
            uses.forEach(use -> candidates.add(use.at() + period));
            for (long candidate : candidates) {
                if (candidate >= from && candidate < best && within(candidate) + wanted <= permits) {
                    best = candidate;
                }
            }
            return best;
        }

        private long within(long at) {
            return uses.stream()
                    .filter(use -> use.at() > at - period && use.at() <= at)
                    .mapToLong(Use::permits)
                    .sum();
        }
    }

    /** The count of this period, and that of the one before by the share that is still covered, in whole permits. */
    static final class Weighted extends NaiveLimit {

        private final long permits;
        private final long period;

        Weighted(long permits, long period) {
            this.permits = permits;
            this.period = period;
        }

        @Override
        long due(long wanted, long now) {
            if (wanted > permits) {
                return NEVER;
            }
            long low = lastUse(now);
            if (fits(wanted, low)) {
                return low;
            }
            long high = (low / period + 2) * period;
            while (high - low > 1) {
                long middle = low + (high - low) / 2;
                if (fits(wanted, middle)) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return high;
        }

        private boolean fits(long wanted, long at) {
            long window = at / period;
            BigInteger left = BigInteger.valueOf(period - at % period);
            BigInteger weighted =
                    BigInteger.valueOf(in(window - 1)).multiply(left).divide(BigInteger.valueOf(period));
            return weighted.longValueExact() + in(window) + wanted <= permits;
        }

        private long in(long window) {
            return uses.stream()
                    .filter(use -> use.at() / period == window)
                    .mapToLong(Use::permits)
                    .sum();
        }
    }
}
