/**
 * Idempotency on the application's own database, in one table for both modes.
 *
 * <p>{@link dev.seawall.idempotency.jdbc.JdbcIdempotency#execute} keeps the answer in the transaction of the effect: both are there
 * or neither, and no claim can lapse. {@link dev.seawall.idempotency.jdbc.JdbcIdempotency#store(javax.sql.DataSource)} makes a
 * store of claims for work whose effect is elsewhere.
 */
@NullMarked
package dev.seawall.idempotency.jdbc;

import org.jspecify.annotations.NullMarked;
