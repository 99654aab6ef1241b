package dev.seawall.bulkhead;

import dev.seawall.Durations;
import java.time.Duration;

/** What happens at a bulkhead, for those who {@linkplain Bulkhead#on listen}. Calls that do not wait make no events. */
public sealed interface BulkheadEvent {

    /**
     * The bulkhead's name.
     *
     * @return its name
     */
    String bulkhead();

    /**
     * A call got its permits after a wait.
     *
     * @param bulkhead the bulkhead's name
     * @param waited how long it waited
     */
    record CallWaited(String bulkhead, Duration waited) implements BulkheadEvent {
        @Override
        public String toString() {
            return "bulkhead '" + bulkhead + "': a call waited " + Durations.format(waited);
        }
    }

    /**
     * A call got no permits.
     *
     * @param bulkhead the bulkhead's name
     * @param rejection what the caller gets
     */
    record CallRejected(String bulkhead, BulkheadFullException rejection) implements BulkheadEvent {
        @Override
        public String toString() {
            return rejection.getMessage();
        }
    }

    /**
     * An adaptive bulkhead has another limit in force.
     *
     * @param bulkhead the bulkhead's name
     * @param from the limit before
     * @param to the limit from now on
     */
    record LimitChanged(String bulkhead, int from, int to) implements BulkheadEvent {
        @Override
        public String toString() {
            return "bulkhead '" + bulkhead + "': the limit went from " + from + " to " + to;
        }
    }

    /**
     * The bulkhead has a new configuration.
     *
     * @param bulkhead the bulkhead's name
     * @param config the configuration from now on
     */
    record ConfigChanged(String bulkhead, BulkheadConfig config) implements BulkheadEvent {}
}
