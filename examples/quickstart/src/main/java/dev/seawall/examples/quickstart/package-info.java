/**
 * The first five minutes with Seawall. Read {@link dev.seawall.examples.quickstart.UserClient} first: it is the part to copy.
 * Everything else makes trouble for it, or shows what happens.
 */
@NullMarked
package dev.seawall.examples.quickstart;

import org.jspecify.annotations.NullMarked;
