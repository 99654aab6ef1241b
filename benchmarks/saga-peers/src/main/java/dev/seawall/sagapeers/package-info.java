/** Workflows of others, measured as sagas are. */
@NullMarked
package dev.seawall.sagapeers;

import org.jspecify.annotations.NullMarked;
