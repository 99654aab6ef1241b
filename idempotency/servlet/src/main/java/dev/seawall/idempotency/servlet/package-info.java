/**
 * Idempotency for servlets: {@link dev.seawall.idempotency.servlet.IdempotencyFilter}.
 */
@NullMarked
package dev.seawall.idempotency.servlet;

import org.jspecify.annotations.NullMarked;
