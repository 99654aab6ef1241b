/** An HTTP API on two instances whose clients have quotas that both share. {@code run} starts it. */
@NullMarked
package dev.seawall.examples.apiquotas;

import org.jspecify.annotations.NullMarked;
