package dev.seawall.benchmarks.adaptive;

import dev.seawall.bulkhead.AdaptiveLimit;
import dev.seawall.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bulkhead that goes through the day.
 *
 * @param name what the table calls it
 * @param colour its line in the drawing
 * @param limit where it starts
 * @param adaptive how it finds its limit; {@code null} if that is fixed
 */
record Candidate(
        String name, String colour, int limit, @Nullable AdaptiveLimit adaptive) {

    private static final int MOST = 200;

    /** 20 is what the dependency can work on at once for most of the day. */
    static final List<Candidate> ALL = List.of(
            new Candidate("fixed 8", "#8c959f", 8, null),
            new Candidate("fixed 24", "#1b1f24", 24, null),
            new Candidate("fixed " + MOST, "#cf222e", MOST, null),
            new Candidate("AIMD", "#d4a72c", 10, AdaptiveLimit.aimd(1, MOST)),
            new Candidate("Vegas", "#1a7f37", 10, AdaptiveLimit.vegas(1, MOST)),
            new Candidate("Gradient2", "#0969da", 10, AdaptiveLimit.gradient2(1, MOST)));

    BulkheadConfig config() {
        return BulkheadConfig.builder()
                .limit(limit)
                .queue(20)
                .maxWait(Duration.ofMillis(500))
                .adaptive(adaptive)
                .build();
    }
}
