/** Payloads as JSON, written and read by Jackson 3: see {@link dev.seawall.jackson3.JacksonCodec}. */
@NullMarked
package dev.seawall.jackson3;

import org.jspecify.annotations.NullMarked;
