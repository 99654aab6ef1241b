package dev.seawall.circuitbreaker;

import java.util.Locale;

/**
 * What an adaptive throttle knows at one moment. The counts are those of its window.
 *
 * @param name the throttle's name
 * @param requests how many calls came to it, rejected ones included; calls still under way are not
 * @param accepts how many of them succeeded
 * @param rejections how many of them it rejected
 * @param rejectionProbability with which probability it rejects the next call, from 0 to 1
 */
public record AdaptiveThrottleSnapshot(
        String name, long requests, long accepts, long rejections, double rejectionProbability) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %d requests, %d accepted, %d rejected, now rejects %.1f %%",
                name,
                requests,
                accepts,
                rejections,
                rejectionProbability * 100);
    }
}
