/**
 * Stops sending calls to a dependency that keeps failing, or sends it fewer.
 *
 * <p>A {@link dev.seawall.circuitbreaker.CircuitBreaker} is told by its
 * {@link dev.seawall.circuitbreaker.CircuitBreakerConfig} what to look at (a {@link dev.seawall.circuitbreaker.Window}), when
 * to open, for how long, and what closes it again. It takes its place in a {@link dev.seawall.Pipeline}; code that cannot be
 * written as a call asks for a {@link dev.seawall.circuitbreaker.Permit}. A rejected call ends in a
 * {@link dev.seawall.circuitbreaker.CircuitOpenException}. A {@link dev.seawall.circuitbreaker.CircuitBreakerSnapshot} shows
 * what the breaker knows and carries it to another one; {@link dev.seawall.circuitbreaker.CircuitBreakerEvent}s tell what
 * happens to it.
 *
 * <p>A {@link dev.seawall.circuitbreaker.AdaptiveThrottle} is for a dependency that is overloaded rather than down: it rejects a part
 * of the calls, with a {@link dev.seawall.circuitbreaker.ThrottledException}, so that about as many are made as can be served.
 */
package dev.seawall.circuitbreaker;
