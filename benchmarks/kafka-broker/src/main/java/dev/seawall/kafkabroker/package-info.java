/** The broker that the outbox is measured with, in a process of its own. */
@NullMarked
package dev.seawall.kafkabroker;

import org.jspecify.annotations.NullMarked;
