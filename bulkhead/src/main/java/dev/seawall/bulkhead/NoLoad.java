package dev.seawall.bulkhead;

/**
 * How calls go while nothing queues at the dependency: how long they take, and which part is dropped even so.
 *
 * <p>Both are taken from windows in which at most half of the limit was in use, if that was so in the window before as well: by
 * then the calls that began under more load have ended. Each such window moves the measures half the way, in either direction. If
 * there was none for some time, a probe makes one by lowering the limit to half. The shortest duration ever seen would need no
 * probe, but would stay wrong for good once the dependency has become slower; a mean of all windows would follow the queue that
 * the limit itself allows.
 *
 * <p>If a window with more in use was much faster nevertheless, the measure is too high. Only much faster, because among many
 * windows a few are faster by chance, and the measure must not follow those. And if half of the limit was clearly faster, it may
 * still have been too much: the next probe comes after a quarter of the time.
 */
final class NoLoad {

    private static final double WEIGHT = 0.5;
    private static final double MUCH_FASTER = 2.0 / 3;
    private static final double CLEARLY_FASTER = 0.9;
    private static final int LONGEST_PROBE = 6; // windows; calls that never end must not keep the limit low
    private static final double DROPS_TOLERATED = 0.05;
    private static final double DROPS_TOLERATED_MOST = 0.5;

    private final int min;
    private final long trustedNanos;
    private double nanos; // 0 until measured
    private double droppedShare;
    private long renewed;
    private boolean quietBefore;
    private int probeWindows; // 0 while there is no probe

    NoLoad(int min, long trustedNanos) {
        this.min = min;
        this.trustedNanos = trustedNanos;
    }

    /** Learns from a window. */
    void learn(Sample sample, double limit) {
        boolean quiet = sample.mostInUse() <= probeLimit(limit);
        boolean tellsTime = sample.calls() > sample.dropped();
        if (quiet && quietBefore) {
            droppedShare += WEIGHT * (sample.droppedShare() - droppedShare);
            renewed = tellsTime && sample.meanNanos() < CLEARLY_FASTER * nanos
                    ? sample.now() - trustedNanos / 4 * 3
                    : sample.now();
            if (tellsTime) {
                nanos = nanos == 0 ? sample.meanNanos() : nanos + WEIGHT * (sample.meanNanos() - nanos);
            }
            probeWindows = 0;
        } else if (tellsTime && sample.meanNanos() < MUCH_FASTER * nanos) {
            nanos += WEIGHT * (sample.meanNanos() - nanos);
        }
        quietBefore = quiet;
        probe(sample, quiet);
    }

    private void probe(Sample sample, boolean quiet) {
        if (probeWindows > 0) {
            probeWindows++;
            if (probeWindows > LONGEST_PROBE) {
                nanos = nanos == 0 ? sample.meanNanos() : nanos;
                renewed = sample.now();
                probeWindows = 0;
            }
        } else if (!quiet && (nanos == 0 || sample.now() - renewed >= trustedNanos)) {
            probeWindows = 1;
        }
    }

    /** Whether many more calls were dropped than without load; above half it is always too many. */
    boolean overloaded(Sample sample) {
        return sample.droppedShare() > Math.min(DROPS_TOLERATED_MOST, 2 * droppedShare + DROPS_TOLERATED);
    }

    /** Whether a window can be judged by its duration. Not during a probe, which changes it. */
    boolean canJudge(Sample sample) {
        return probeWindows == 0 && nanos > 0 && sample.calls() > 0;
    }

    /** How long a call takes. */
    double nanos() {
        return nanos;
    }

    /** The limit in force. */
    int inForce(double limit) {
        return (int) (probeWindows > 0 ? probeLimit(limit) : limit);
    }

    private double probeLimit(double limit) {
        return Math.max(min, Math.floor(limit / 2));
    }
}
