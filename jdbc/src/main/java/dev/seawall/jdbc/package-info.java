/**
 * What Seawall keeps in the user's database: dialects, transactions, tables, and partitions with one owner each. Most of it is for
 * those who build on it.
 */
@NullMarked
package dev.seawall.jdbc;

import org.jspecify.annotations.NullMarked;
