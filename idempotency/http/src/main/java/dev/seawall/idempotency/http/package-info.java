/**
 * The {@code Idempotency-Key} header field, for servers and clients.
 *
 * <p>{@link dev.seawall.idempotency.http.HttpIdempotency} has the settings and decides;
 * {@link dev.seawall.idempotency.http.IdempotentHandler} brings it to the JDK's HTTP server, {@code seawall-idempotency-servlet} to
 * servlets. {@link dev.seawall.idempotency.http.IdempotentClient} sends requests that may be repeated.
 */
@NullMarked
package dev.seawall.idempotency.http;

import org.jspecify.annotations.NullMarked;
