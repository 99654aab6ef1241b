/** Payments over a network that loses answers, each charged once. */
@NullMarked
package dev.seawall.examples.payments;

import org.jspecify.annotations.NullMarked;
