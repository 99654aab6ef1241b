/**
 * Helps to test code that uses Seawall. Works with any test framework: what does not hold is an {@link AssertionError}.
 *
 * <p>A {@link dev.seawall.test.Property} runs a test many times with random numbers, and a failure says how to run the very
 * same case again.
 */
package dev.seawall.test;
