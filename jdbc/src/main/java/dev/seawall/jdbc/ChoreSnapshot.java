package dev.seawall.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one node has done of a chore.
 *
 * @param chore its name
 * @param rows how many rows it has done since it was made
 * @param sinceLastRun how long ago it was last run to its end or to a failure; {@code null} if never, or by other nodes only
 * @param lastFailure why the last run failed; {@code null} if it did not
 */
public record ChoreSnapshot(
        String chore,
        long rows,
        @Nullable Duration sinceLastRun,
        @Nullable Throwable lastFailure) {}
