/**
 * Sagas in the database that the application already has. {@link JdbcSagaStore} is the store of an engine;
 * {@link ParticipantGuard} is for the services that its steps call.
 */
@NullMarked
package dev.seawall.saga.jdbc;

import org.jspecify.annotations.NullMarked;
