/** Messages of the outbox as CloudEvents: see {@link dev.seawall.outbox.cloudevents.CloudEventsFormat}. */
@NullMarked
package dev.seawall.outbox.cloudevents;

import org.jspecify.annotations.NullMarked;
