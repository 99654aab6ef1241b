package dev.seawall.bulkhead;

/** The algorithms as they are usually written, with their flaws: proof that the tests of ours can fail. */
enum Textbook {
    AIMD {
        @Override
        LimitAlgorithm start(int limit, int max) {
            return new Form(limit, max) {
                @Override
                double changed(Sample sample) {
                    return sample.dropped() > 0 ? limit * 0.9 : limit + 1;
                }
            };
        }
    },

    /** One step a window; the base is the shortest duration ever seen. */
    VEGAS {
        @Override
        LimitAlgorithm start(int limit, int max) {
            return new Form(limit, max) {
                private double base = Double.MAX_VALUE;

                @Override
                double changed(Sample sample) {
                    base = Math.min(base, sample.meanNanos());
                    return vegas(limit, base / sample.meanNanos());
                }
            };
        }
    },

    /** The base is set to the current duration now and then, which holds the queue of that moment. */
    VEGAS_WITH_RESETS {
        @Override
        LimitAlgorithm start(int limit, int max) {
            return new Form(limit, max) {
                private double base = Double.MAX_VALUE;
                private int windows;

                @Override
                double changed(Sample sample) {
                    windows++;
                    base = windows % 100 == 0 ? sample.meanNanos() : Math.min(base, sample.meanNanos());
                    return vegas(limit, base / sample.meanNanos());
                }
            };
        }
    },

    /** Compares with an average over 600 windows. */
    GRADIENT2 {
        @Override
        LimitAlgorithm start(int limit, int max) {
            return new Form(limit, max) {
                private double longTerm;

                @Override
                double changed(Sample sample) {
                    double mean = sample.meanNanos();
                    longTerm = longTerm == 0 ? mean : longTerm + (mean - longTerm) * 2 / 601;
                    if (longTerm / mean > 2) {
                        longTerm *= 0.95;
                    }
                    double gradient = Math.max(0.5, Math.min(1, 1.5 * longTerm / mean));
                    return limit * 0.8 + (limit * gradient + 4) * 0.2;
                }
            };
        }
    };

    abstract LimitAlgorithm start(int limit, int max);

    private static double vegas(double limit, double speed) {
        double queued = limit * (1 - speed);
        double step = Math.max(1, Math.log10(limit));
        if (queued < 3 * step) {
            return limit + step;
        }
        return queued > 6 * step ? limit - step : limit;
    }

    private abstract static class Form implements LimitAlgorithm {

        private final int max;
        double limit;

        Form(int limit, int max) {
            this.limit = limit;
            this.max = max;
        }

        abstract double changed(Sample sample);

        @Override
        public void next(Sample sample) {
            limit = Math.max(1, Math.min(max, changed(sample)));
        }

        @Override
        public int limit() {
            return (int) limit;
        }
    }
}
