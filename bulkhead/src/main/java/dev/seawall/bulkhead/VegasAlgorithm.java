package dev.seawall.bulkhead;

import dev.seawall.Durations;

/** Keeps an estimated queue at the dependency between two bounds. */
final class VegasAlgorithm implements LimitAlgorithm {

    private static final double AFTER_DROPS = 0.75;

    private final AdaptiveLimit.Vegas settings;
    private final NoLoad noLoad;
    private double limit;
    private double slowStartBelow; // half of the limit at which a queue was last seen

    VegasAlgorithm(AdaptiveLimit.Vegas settings, int limit) {
        this.settings = settings;
        this.noLoad = new NoLoad(settings.min(), Durations.toNanos(settings.probeInterval()));
        this.limit = limit;
        this.slowStartBelow = settings.max();
    }

    @Override
    public void next(Sample sample) {
        noLoad.learn(sample, limit);
        if (noLoad.overloaded(sample)) {
            limit = LimitAlgorithm.clamp(settings, limit * AFTER_DROPS);
        } else if (noLoad.canJudge(sample)) {
            limit = LimitAlgorithm.clamp(settings, changed(sample));
        }
    }

    private double changed(Sample sample) {
        double queued = Math.min(limit, sample.mostInUse()) * (1 - noLoad.nanos() / sample.meanNanos());
        double step = Math.max(1, Math.log10(limit));
        double few = Math.max(1, 3 * Math.log10(limit));
        if (queued >= few) {
            slowStartBelow = limit / 2;
            return queued > 2 * few ? limit - step : limit;
        }
        if (!sample.busy(limit)) {
            return limit;
        }
        return limit < slowStartBelow ? limit * 2 : limit + step;
    }

    @Override
    public int limit() {
        return noLoad.inForce(limit);
    }
}
