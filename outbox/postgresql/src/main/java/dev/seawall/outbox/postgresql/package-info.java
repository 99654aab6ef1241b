/**
 * Wakes relays in other processes when messages were added: {@link dev.seawall.outbox.postgresql.NotifyingOutbox} on the side of
 * producers, {@link dev.seawall.outbox.postgresql.WakeUpListener} beside a relay.
 */
@NullMarked
package dev.seawall.outbox.postgresql;

import org.jspecify.annotations.NullMarked;
