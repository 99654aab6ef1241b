package dev.seawall.bulkhead;

import dev.seawall.Durations;

/** Scales the limit by how many times slower than without queue calls have become. */
final class Gradient2Algorithm implements LimitAlgorithm {

    private static final double STEEPEST = 0.5;
    private static final double AFTER_DROPS = 0.75;

    private final AdaptiveLimit.Gradient2 settings;
    private final NoLoad noLoad;
    private double limit;

    Gradient2Algorithm(AdaptiveLimit.Gradient2 settings, int limit) {
        this.settings = settings;
        this.noLoad = new NoLoad(settings.min(), Durations.toNanos(settings.probeInterval()));
        this.limit = limit;
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
        double gradient = Math.max(STEEPEST, settings.tolerance() * noLoad.nanos() / sample.meanNanos());
        double headroom = Math.sqrt(limit);
        if (gradient >= 1) {
            return sample.busy(limit) ? limit + headroom : limit; // at once, to be quick after an outage
        }
        double aim = limit * gradient + headroom;
        return aim > limit && !sample.busy(limit) ? limit : limit + settings.smoothing() * (aim - limit);
    }

    @Override
    public int limit() {
        return noLoad.inForce(limit);
    }
}
