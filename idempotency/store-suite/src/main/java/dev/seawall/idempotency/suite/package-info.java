/** What every store of idempotency records must do. */
@NullMarked
package dev.seawall.idempotency.suite;

import org.jspecify.annotations.NullMarked;
