package dev.seawall.retry;

import dev.seawall.Durations;
import java.time.Duration;

/** What happened to a call that its first attempt did not answer in time. Calls that need no hedge make no events. */
public sealed interface HedgeEvent {

    /**
     * The hedge's name.
     *
     * @return its name
     */
    String hedge();

    /**
     * A further attempt starts while others run.
     *
     * @param hedge the hedge's name
     * @param attempt its number, from 2
     * @param delay the wait before it
     */
    record Launched(String hedge, int attempt, Duration delay) implements HedgeEvent {
        @Override
        public String toString() {
            return "hedge '" + hedge + "': attempt " + attempt + " starts after " + Durations.format(delay);
        }
    }

    /**
     * A further attempt was the first to succeed; the others are cancelled.
     *
     * @param hedge the hedge's name
     * @param attempt its number, from 2
     */
    record Won(String hedge, int attempt) implements HedgeEvent {
        @Override
        public String toString() {
            return "hedge '" + hedge + "': attempt " + attempt + " was the first to succeed";
        }
    }

    /**
     * A further attempt was due but was not made, and the call goes on with those under way.
     *
     * @param hedge the hedge's name
     * @param attempt the number it would have had, from 2
     * @param reason why it was not made
     */
    record Refused(String hedge, int attempt, Reason reason) implements HedgeEvent {
        @Override
        public String toString() {
            return "hedge '" + hedge + "': attempt " + attempt + " was not made, " + reason.text();
        }
    }

    /** Why a further attempt was not made. */
    enum Reason {
        /** The {@link RetryBudget} is used up. */
        BUDGET("the budget is used up"),
        /** The executor refused it, or would have run it on the timer's thread. */
        EXECUTOR("there is no thread for it");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
