/**
 * Stops sending calls to a dependency that keeps failing.
 *
 * <p>A {@link dev.seawall.circuitbreaker.CircuitBreaker} is told by its
 * {@link dev.seawall.circuitbreaker.CircuitBreakerConfig} what to look at (a {@link dev.seawall.circuitbreaker.Window}), when
 * to open, for how long, and what closes it again. It takes its place in a {@link dev.seawall.Pipeline}; code that cannot be
 * written as a call asks for a {@link dev.seawall.circuitbreaker.Permit}. A rejected call ends in a
 * {@link dev.seawall.circuitbreaker.CircuitOpenException}. A {@link dev.seawall.circuitbreaker.CircuitBreakerSnapshot} shows
 * what the breaker knows and carries it to another one; {@link dev.seawall.circuitbreaker.CircuitBreakerEvent}s tell what
 * happens to it.
 */
package dev.seawall.circuitbreaker;
