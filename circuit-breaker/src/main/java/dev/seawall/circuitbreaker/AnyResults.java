package dev.seawall.circuitbreaker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several windows, each of which counts every result and decides for itself. The first one is shown. */
final class AnyResults extends Results {

    private final Results[] all;

    AnyResults(Window.Any window) {
        super(window);
        this.all = window.windows().stream().map(Results::of).toArray(Results[]::new);
    }

    @Override
    boolean readsClock(boolean bad) {
        for (Results results : all) {
            if (results.readsClock(bad)) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean record(boolean failed, boolean slow, long now, Judge judge) {
        boolean tooMany = false;
        for (Results results : all) {
            tooMany |= results.record(failed, slow, now, judge);
        }
        return tooMany;
    }

    @Override
    boolean isTooMany(int overdue, long now, Judge judge) {
        for (Results results : all) {
            if (results.isTooMany(overdue, now, judge)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Results deciding(int overdue, long now, Judge judge) {
        for (Results results : all) {
            if (results.isTooMany(0, now, judge) || results.isTooMany(overdue, now, judge)) {
                return results;
            }
        }
        return null;
    }

    @Override
    String reason(int overdue, long now, Judge judge) {
        Results decided = deciding(overdue, now, judge);
        Results told = decided != null ? decided : all[0]; // others may have recorded in between
        return told.window + ": " + told.reason(overdue, now, judge);
    }

    @Override
    boolean isClean(long now) {
        for (Results results : all) {
            if (!results.isClean(now)) {
                return false;
            }
        }
        return true;
    }

    @Override
    List<Bucket> list(long now) {
        return all[0].list(now);
    }

    @Override
    void restore(Window source, List<Bucket> buckets, long now) {
        for (Results results : all) {
            results.restore(source, buckets, now);
        }
    }

    @Override
    void fill(List<Bucket> buckets, long now) {
        restore(all[0].window, buckets, now);
    }
}
