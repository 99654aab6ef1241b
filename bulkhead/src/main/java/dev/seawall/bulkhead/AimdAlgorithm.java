package dev.seawall.bulkhead;

/** One permit more per good window in which it could matter, a share fewer per overloaded one. */
final class AimdAlgorithm implements LimitAlgorithm {

    private static final double DROPS_TOLERATED = 0.05;

    private final AdaptiveLimit.Aimd settings;
    private double limit;

    AimdAlgorithm(AdaptiveLimit.Aimd settings, int limit) {
        this.settings = settings;
        this.limit = limit;
    }

    @Override
    public void next(Sample sample) {
        if (sample.droppedShare() > DROPS_TOLERATED) {
            limit = LimitAlgorithm.clamp(settings, limit * settings.decrease());
        } else if (sample.busy(limit)) {
            limit = LimitAlgorithm.clamp(settings, limit + 1);
        }
    }

    @Override
    public int limit() {
        return (int) limit;
    }
}
