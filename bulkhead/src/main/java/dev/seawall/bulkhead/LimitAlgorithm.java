package dev.seawall.bulkhead;

/** Decides on the limit of an adaptive bulkhead. No clock, no chance, no threads: told one window after another. */
interface LimitAlgorithm {

    /** Starts an algorithm at a limit. */
    static LimitAlgorithm of(AdaptiveLimit settings, int limit) {
        if (settings instanceof AdaptiveLimit.Aimd aimd) {
            return new AimdAlgorithm(aimd, limit);
        }
        return settings instanceof AdaptiveLimit.Vegas vegas
                ? new VegasAlgorithm(vegas, limit)
                : new Gradient2Algorithm((AdaptiveLimit.Gradient2) settings, limit);
    }

    /** Decides what a window means for the limit. */
    void next(Sample sample);

    /** The limit to be in force from now on. */
    int limit();

    /** Cuts a limit to what the settings allow. */
    static double clamp(AdaptiveLimit settings, double limit) {
        return Math.max(settings.min(), Math.min(settings.max(), limit));
    }
}
