/** Orders as sagas, whose worker is killed in the middle. */
@NullMarked
package dev.seawall.examples.saga;

import org.jspecify.annotations.NullMarked;
