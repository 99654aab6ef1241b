/** What every store of sagas must do. */
@NullMarked
package dev.seawall.saga.suite;

import org.jspecify.annotations.NullMarked;
