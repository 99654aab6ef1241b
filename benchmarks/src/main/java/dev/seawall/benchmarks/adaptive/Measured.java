package dev.seawall.benchmarks.adaptive;

/** What happened to the calls of one span of time, and the limit meanwhile. */
final class Measured {

    private static final int LONGEST_MILLIS = 3_000;

    private final int[] answersByMillis = new int[LONGEST_MILLIS + 1];
    private long answered;
    private long rejected;
    private long failed;
    private double limitNanos;
    private double nanos;

    void answered(long tookNanos) {
        answered++;
        answersByMillis[(int) Math.min(LONGEST_MILLIS, tookNanos / 1_000_000)]++;
    }

    void rejected() {
        rejected++;
    }

    void failed() {
        failed++;
    }

    void limit(int limit, long forNanos) {
        limitNanos += (double) limit * forNanos;
        nanos += forNanos;
    }

    /** Answers a second. */
    double goodput() {
        return answered / (nanos / 1e9);
    }

    double meanLimit() {
        return limitNanos / nanos;
    }

    double rejectedShare() {
        return share(rejected);
    }

    double failedShare() {
        return share(failed);
    }

    private double share(long calls) {
        long all = answered + rejected + failed;
        return all == 0 ? 0 : (double) calls / all;
    }

    /** How long the given share of the answers took at most; 0 if there were none. */
    int percentileMillis(double share) {
        long wanted = (long) Math.ceil(answered * share);
        long seen = 0;
        for (int millis = 0; millis <= LONGEST_MILLIS; millis++) {
            seen += answersByMillis[millis];
            if (seen >= wanted && seen > 0) {
                return millis;
            }
        }
        return 0;
    }

    long answers() {
        return answered;
    }
}
