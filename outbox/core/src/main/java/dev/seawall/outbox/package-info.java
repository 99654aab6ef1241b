/**
 * Messages that are published if and only if the transaction commits that added them, and whose effects happen once.
 *
 * <p>A producer {@linkplain dev.seawall.outbox.Outbox adds} messages in its own transaction. A relay hands what was committed to
 * a {@link dev.seawall.outbox.Publisher}, at least once and in order for each key. A consumer lets the
 * {@link dev.seawall.outbox.Inbox} recognise what it has had before, in the transaction of its own work.
 */
@NullMarked
package dev.seawall.outbox;

import org.jspecify.annotations.NullMarked;
