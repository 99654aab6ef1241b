package dev.seawall.bulkhead;

/**
 * What the calls of one window told.
 *
 * @param now when the window ended
 * @param meanNanos how long a successful call took, from permit to end; 0 if there was none
 * @param calls how many of these there were
 * @param dropped how many calls were dropped
 * @param mostInUse how many permits were in use at most
 */
record Sample(long now, double meanNanos, int calls, int dropped, int mostInUse) {

    /** Which part of the calls was dropped, from 0 to 1. */
    double droppedShare() {
        int all = calls + dropped;
        return all == 0 ? 0 : (double) dropped / all;
    }

    /** Whether calls came near the limit, so that a higher one could make a difference. */
    boolean busy(double limit) {
        return mostInUse * 2.0 > limit;
    }
}
