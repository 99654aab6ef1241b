/** One small program for each policy that the quickstart has no place for. */
@NullMarked
package dev.seawall.examples.policies;

import org.jspecify.annotations.NullMarked;
