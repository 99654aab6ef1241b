package dev.seawall.saga;

import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sagas to list, the oldest first.
 *
 * @param definition of which definition; {@code null} for all
 * @param statuses in which status; none means all
 * @param olderThan started at least so long ago
 * @param after list on from behind this one; {@code null} from the beginning
 * @param most at most so many: 1 to 1,000
 */
public record SagaQuery(
        @Nullable String definition,
        Set<SagaStatus> statuses,
        Duration olderThan,
        @Nullable SagaKey after,
        int most) {

    private static final int MOST = 1_000;

    /** Checks the rules. */
    public SagaQuery {
        statuses = Set.copyOf(statuses);
        Objects.requireNonNull(olderThan, "olderThan");
        Require.between("most", most, 1, MOST);
    }

    /**
     * The first hundred in some status.
     *
     * @param statuses none means all
     * @return a query
     */
    public static SagaQuery in(SagaStatus... statuses) {
        return new SagaQuery(null, Set.of(statuses), Duration.ZERO, null, 100);
    }

    /**
     * The same, of one definition only.
     *
     * @param name the definition's
     * @return a query
     */
    public SagaQuery of(String name) {
        return new SagaQuery(name, statuses, olderThan, after, most);
    }

    /**
     * The same, of a certain age only.
     *
     * @param age started at least so long ago
     * @return a query
     */
    public SagaQuery olderThan(Duration age) {
        return new SagaQuery(definition, statuses, age, after, most);
    }
}
