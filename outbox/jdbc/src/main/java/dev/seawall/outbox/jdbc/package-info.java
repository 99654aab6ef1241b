/**
 * Transactional outbox, relay and inbox on the database that the application already has.
 *
 * <p>A producer adds messages through {@link dev.seawall.outbox.jdbc.JdbcOutbox}; {@link dev.seawall.outbox.jdbc.OutboxRelay}
 * publishes what was committed; a consumer recognises duplicates by {@link dev.seawall.outbox.jdbc.JdbcInbox}.
 */
@NullMarked
package dev.seawall.outbox.jdbc;

import org.jspecify.annotations.NullMarked;
