/**
 * Objects that are stored in a database or sent to others, and read back by code of another version.
 *
 * <p>Each type has a registered name and a version; {@link dev.seawall.payload.PayloadTypes} knows them all. No class name is
 * ever written, and none that was read is ever loaded.
 */
@NullMarked
package dev.seawall.payload;

import org.jspecify.annotations.NullMarked;
