package dev.seawall.saga;

import java.time.Duration;
import java.util.Map;

/**
 * How many sagas there are, by the store.
 *
 * @param byStatus how many in each status that is no end
 * @param waiting how many of those wait to become due
 * @param oldest how long ago the oldest one was started that is active; zero if there is none
 */
public record SagaCounts(Map<SagaStatus, Long> byStatus, long waiting, Duration oldest) {

    /** Copies the map. */
    public SagaCounts {
        byStatus = Map.copyOf(byStatus);
    }
}
