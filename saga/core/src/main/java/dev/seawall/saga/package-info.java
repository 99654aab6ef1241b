/**
 * Sagas: business transactions over several services that always end completed, compensated or parked for a human, whatever
 * crashes.
 */
@NullMarked
package dev.seawall.saga;

import org.jspecify.annotations.NullMarked;
