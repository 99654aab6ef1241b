/**
 * The overload test: a client with all policies sends ten times what a real server can answer, while that server dies, and then
 * both recover. {@code bin/overload} starts {@link dev.seawall.benchmarks.overload.Overload}.
 */
package dev.seawall.benchmarks.overload;
