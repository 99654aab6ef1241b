/** Outboxes of others, measured in a process of their own. */
@NullMarked
package dev.seawall.outboxpeers;

import org.jspecify.annotations.NullMarked;
