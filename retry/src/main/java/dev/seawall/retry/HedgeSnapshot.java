package dev.seawall.retry;

import java.time.Duration;

/**
 * What a hedge has done since it was made. Calls that were over before their delay are not counted: counting them would cost
 * the calls that need nothing.
 *
 * @param hedgedCalls calls with more than one attempt
 * @param hedges attempts launched after the first ones; one that lost while it was being launched is among them
 * @param won calls that a hedge answered before their first attempt did; a part of {@code hedgedCalls}
 * @param refusedByBudget hedges not made because the budget was used up
 * @param refusedByExecutor hedges not made because there was no thread for them
 * @param delay how long a call that starts now waits before its first hedge
 */
public record HedgeSnapshot(
        long hedgedCalls, long hedges, long won, long refusedByBudget, long refusedByExecutor, Duration delay) {}
