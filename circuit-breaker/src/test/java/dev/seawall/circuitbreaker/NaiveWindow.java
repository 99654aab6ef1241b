package dev.seawall.circuitbreaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a window holds and how it decides: every result in a list, which is looked through each time. */
final class NaiveWindow {

    record Result(boolean failed, boolean slow, long time) {}

    private final CircuitBreakerConfig config;
    private List<NaiveWindow> parts = List.of(); // of several windows together
    private List<Result> results = new ArrayList<>();

    NaiveWindow(CircuitBreakerConfig config) {
        this.config = config;
        if (config.window() instanceof Window.Any any) {
            parts = any.windows().stream()
                    .map(window ->
                            new NaiveWindow(config.toBuilder().window(window).build()))
                    .toList();
        }
    }

    /** Adds a result and says whether it is one too many. */
    boolean record(boolean failed, boolean slow, long now) {
        if (!parts.isEmpty()) {
            boolean tooMany = false;
            for (NaiveWindow part : parts) {
                tooMany = part.record(failed, slow, now) || tooMany;
            }
            return tooMany;
        }
        if (config.window() instanceof Window.Consecutive run) {
            if (!failed && !slow) {
                results.clear();
                return false;
            }
            results.add(new Result(true, false, now));
            return results.size() >= run.failures();
        }
        if (config.window() instanceof Window.Failures some) {
            if (!failed && !slow) {
                return false;
            }
            results.add(new Result(true, false, now));
            return held(now).size() >= some.count();
        }
        results.add(new Result(failed, slow, now));
        return exceeded(held(now), 0);
    }

    /** Whether it would be too many if some more calls, which are still under way, had been slow. */
    boolean isTooMany(int overdue, long now) {
        for (NaiveWindow part : parts) {
            if (part.isTooMany(overdue, now)) {
                return true;
            }
        }
        if (!parts.isEmpty()) {
            return false;
        }
        if (config.window() instanceof Window.Consecutive run) {
            return results.size() + overdue >= run.failures();
        }
        if (config.window() instanceof Window.Failures some) {
            return held(now).size() + overdue >= some.count();
        }
        return exceeded(held(now), overdue);
    }

    private boolean exceeded(List<Result> held, int overdue) {
        int calls = held.size() + overdue;
        return calls >= config.minimumCalls()
                && (failures(held) * 100.0 / calls >= config.failureRateThreshold()
                        || (slowCalls(held) + overdue) * 100.0 / calls >= config.slowCallRateThreshold());
    }

    boolean isClean(long now) {
        return parts.stream().allMatch(part -> part.isClean(now))
                && held(now).stream().noneMatch(result -> result.failed() || result.slow());
    }

    private static int failures(List<Result> results) {
        int failures = 0;
        for (Result result : results) {
            failures += result.failed() ? 1 : 0;
        }
        return failures;
    }

    private static int slowCalls(List<Result> results) {
        int slowCalls = 0;
        for (Result result : results) {
            slowCalls += result.slow() ? 1 : 0;
        }
        return slowCalls;
    }

    /** The results that are in the window now; forgets the others. */
    List<Result> held(long now) {
        Window window = config.window();
        int most = Integer.MAX_VALUE;
        if (window instanceof Window.Count count) {
            most = count.calls();
        } else if (window instanceof Window.Time time) {
            results.removeIf(result -> slot(time, result.time()) <= slot(time, now) - time.slots());
        } else if (window instanceof Window.Failures failures) {
            results.removeIf(result -> now - result.time() >= failures.period().toNanos());
            most = failures.count();
        }
        if (results.size() > most) {
            results = new ArrayList<>(results.subList(results.size() - most, results.size()));
        }
        return results;
    }

    private static long slot(Window.Time window, long time) {
        return Math.floorDiv(time, window.length().toNanos() / window.slots());
    }

    /** The results as the window shows them, oldest first. */
    List<Bucket> buckets(long now) {
        if (!parts.isEmpty()) {
            return parts.get(0).buckets(now);
        }
        List<Bucket> buckets = new ArrayList<>();
        List<Result> together = new ArrayList<>();
        for (Result result : held(now)) {
            if (!together.isEmpty() && !belongTogether(together.get(0), result)) {
                buckets.add(bucket(together, now));
                together.clear();
            }
            together.add(result);
        }
        if (!together.isEmpty()) {
            buckets.add(bucket(together, now));
        }
        return buckets;
    }

    private boolean belongTogether(Result one, Result other) {
        if (config.window() instanceof Window.Time window) {
            return slot(window, one.time()) == slot(window, other.time());
        }
        return !(config.window() instanceof Window.Failures)
                && one.failed() == other.failed()
                && one.slow() == other.slow();
    }

    private Bucket bucket(List<Result> together, long now) {
        return new Bucket(
                Duration.ofNanos(age(together.get(0), now)), together.size(), failures(together), slowCalls(together));
    }

    /** How old a result is as far as the window knows: a slot of time knows only its own middle. */
    private long age(Result result, long now) {
        if (config.window() instanceof Window.Time window) {
            long slotNanos = window.length().toNanos() / window.slots();
            return Math.max(0, now - slot(window, result.time()) * slotNanos - slotNanos / 2);
        }
        return config.window() instanceof Window.Failures ? now - result.time() : 0;
    }

    /** A window with another configuration: the same results, or the newest of them, or none if it is of another kind. */
    NaiveWindow configured(CircuitBreakerConfig changed, long now) {
        NaiveWindow window = new NaiveWindow(changed);
        if (changed.window().equals(config.window())) {
            window.results = results;
            window.parts = parts.stream()
                    .map(part -> part.configured(
                            changed.toBuilder().window(part.config.window()).build(), now))
                    .toList();
        } else {
            window.restore(config.window(), buckets(now), now);
        }
        return window;
    }

    /** Takes over what another window showed, if that was of the same kind. Within a bucket bad results are the newest. */
    void restore(Window source, List<Bucket> buckets, long now) {
        Window shown = source instanceof Window.Any any ? any.windows().get(0) : source;
        for (NaiveWindow part : parts) {
            part.restore(shown, buckets, now);
        }
        if (!shown.getClass().equals(config.window().getClass())) {
            return;
        }
        for (Bucket bucket : buckets) {
            for (long i = bucket.calls() - 1; i >= 0; i--) {
                long time = now - bucket.age().toNanos();
                results.add(new Result(i < bucket.failures(), i < bucket.slowCalls(), time));
            }
        }
        if (config.window() instanceof Window.Consecutive run) { // the next failure decides, not the import
            results = new ArrayList<>(results.subList(0, Math.min(results.size(), run.failures() - 1)));
        }
        held(now);
    }
}
