/** Orders and their invoices, by way of an outbox whose relay is killed again and again. */
@NullMarked
package dev.seawall.examples.outbox;

import org.jspecify.annotations.NullMarked;
