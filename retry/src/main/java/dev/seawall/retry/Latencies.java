package dev.seawall.retry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The latencies of recent calls, as a percentile of them.
 *
 * <p>A histogram with 16 buckets for each power of two: a bucket is at most a sixteenth of its lower bound wide, and stands for
 * its middle, so a percentile is off by at most a thirty-second. It counts in units of 1,024 ns, which are exact below 32
 * units, and puts everything from about 73 minutes on into its last bucket.
 *
 * <p>To forget, there are two such histograms, the one being filled and the one filled before. When the first holds
 * {@value #GENERATION} calls it becomes the second, so a percentile is always one of the last 1,000 to 2,000 calls. Adding is
 * two atomic increments; it is the call that fills a histogram, and only that one, which puts in a new one. A call that was
 * about to be added to the old one meanwhile still counts there.
 *
 * <p>Walking the buckets at each call would cost more than the call. The percentile is computed anew after each
 * {@value #STEP} calls.
 */
final class Latencies {

    /** How many calls must be known before there is a percentile. */
    static final int FEWEST = 100;

    /** Stands for "too few calls are known". */
    static final long UNKNOWN = -1;

    static final int GENERATION = 1_000;
    static final int STEP = 50;

    private static final int UNIT_BITS = 10;
    private static final int SUB_BITS = 4;
    private static final int LARGEST_BITS = 32;
    private static final long LARGEST = (1L << LARGEST_BITS) - 1;
    private static final int BUCKETS = (LARGEST_BITS - SUB_BITS + 1) << SUB_BITS;
    private static final double PERCENT = 100;

    /** One histogram; the value is the number of calls in it. */
    @SuppressWarnings("serial") // never serialized; extends to save an object
    private static final class Generation extends AtomicInteger {
        private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    }

    /** The histogram being filled and the one before. */
    private record Generations(Generation filling, Generation filled) {}

    /** A percentile that was computed. */
    private record Known(double percentile, long nanos) {}

    private volatile Generations generations = new Generations(new Generation(), new Generation());
    private volatile Known known = new Known(0, UNKNOWN);

    /** Adds the latency of a call; {@code percentile} is the one that will be asked for. */
    void add(long nanos, double percentile) {
        Generations now = generations;
        Generation filling = now.filling();
        filling.counts.getAndIncrement(bucket(nanos));
        int calls = filling.incrementAndGet();
        if (calls == GENERATION) {
            generations = new Generations(new Generation(), filling);
        }
        if (calls % STEP == 0) {
            compute(percentile);
        }
    }

    /** The latency that the given share of calls, in percent, kept within, or {@link #UNKNOWN}. */
    long nanos(double percentile) {
        Known last = known;
        return last.percentile == percentile ? last.nanos : compute(percentile);
    }

    private long compute(double percentile) {
        long nanos = percentileOf(generations, percentile);
        known = new Known(percentile, nanos);
        return nanos;
    }

    private static long percentileOf(Generations now, double percentile) {
        int[] counts = new int[BUCKETS];
        long calls = 0;
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = now.filling().counts.get(i) + now.filled().counts.get(i);
            calls += counts[i];
        }
        if (calls < FEWEST) {
            return UNKNOWN;
        }
        long rank = (long) Math.ceil(calls * percentile / PERCENT); // from 1: how many calls must be within it
        int bucket = 0;
        for (long seen = counts[0]; seen < rank; seen += counts[bucket]) {
            bucket++;
        }
        return middle(bucket);
    }

    /** The first 32 buckets are one unit wide, the next 16 two units, the next 16 four, and so on. */
    private static int bucket(long nanos) {
        long units = Math.min(Math.max(0, nanos) >>> UNIT_BITS, LARGEST);
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(units) - SUB_BITS - 1);
        return (shift << SUB_BITS) + (int) (units >>> shift);
    }

    private static long middle(int bucket) {
        int shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
        long lower = (long) (bucket - (shift << SUB_BITS)) << shift;
        return (lower << UNIT_BITS) + ((1L << shift << UNIT_BITS) >> 1);
    }
}
