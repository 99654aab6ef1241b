/** What every publisher and every consumer must do, whatever the broker. */
@NullMarked
package dev.seawall.outbox.suite;

import org.jspecify.annotations.NullMarked;
