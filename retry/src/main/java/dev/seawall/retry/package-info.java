/**
 * Calls again: when a call has failed and trying again can help, or while it is still running and slow.
 *
 * <p>Start at {@link dev.seawall.retry.Retry}, the policy to put into a pipeline. {@link dev.seawall.retry.RetryConfig}
 * says how often, how long apart and within which limits; {@link dev.seawall.retry.RetryBudget} keeps the retries of many
 * calls together to a share of the traffic. What is tried again is up to the pipeline's {@code Classifier}.
 *
 * <p>When it is of no use to go on, the last exception arrives as it was thrown, and a
 * {@link dev.seawall.retry.RetriesExhaustedException} only where there is none because a result was the failure. The code
 * that is called can ask for its {@link dev.seawall.retry.Attempt}. To watch, listen to
 * {@link dev.seawall.retry.RetryEvent}s or poll the {@link dev.seawall.retry.RetrySnapshot}.
 *
 * <p>{@link dev.seawall.retry.Hedge} makes a second attempt while the first still runs, and takes the first success.
 */
package dev.seawall.retry;
