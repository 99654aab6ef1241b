/** Databases for tests: embedded ones from Maven Central, and real ones where they listen. */
@NullMarked
package dev.seawall.testdatabases;

import org.jspecify.annotations.NullMarked;
