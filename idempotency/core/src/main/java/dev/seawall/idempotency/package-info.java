/**
 * A request or message that comes twice, at once or a day later, has one effect and one answer.
 *
 * <p>A {@link dev.seawall.idempotency.Key} names the request, a {@link dev.seawall.idempotency.Fingerprint} tells it from others
 * that use the same key by mistake. {@link dev.seawall.idempotency.Idempotency} claims the key in an
 * {@link dev.seawall.idempotency.IdempotencyStore}, runs the work, stores its answer and replays it later; an
 * {@link dev.seawall.idempotency.Outcome} says which of it happened. Work with several effects stores the result of each by
 * {@link dev.seawall.idempotency.Execution#once}. Where the effect is in a database of one's own, {@code seawall-idempotency-jdbc}
 * keeps the answer in the same transaction, which needs no claim.
 */
@NullMarked
package dev.seawall.idempotency;

import org.jspecify.annotations.NullMarked;
