/** Payloads as JSON, written and read by Jackson 2: see {@link dev.seawall.jackson2.JacksonCodec}. */
@NullMarked
package dev.seawall.jackson2;

import org.jspecify.annotations.NullMarked;
