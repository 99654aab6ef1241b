package dev.seawall.retry;

/**
 * What a retry has done since it was made. Calls that ended with their first attempt are not counted, unless that attempt
 * failed and could not be tried again: counting them would cost the calls that need nothing.
 *
 * @param recovered calls that succeeded with a second or later attempt
 * @param gaveUp calls that failed although, or because, they could not be tried again
 * @param retries attempts made after the first ones
 * @param refusedByBudget calls that were given up because the budget was used up; part of {@code gaveUp}
 */
public record RetrySnapshot(long recovered, long gaveUp, long retries, long refusedByBudget) {}
