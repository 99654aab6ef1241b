package dev.seawall.benchmarks.overload;

import dev.seawall.circuitbreaker.CircuitBreaker;

/**
 * The breaker went into a state.
 *
 * @param nanos when, since the start of the run
 * @param state the state from then on
 */
record Change(long nanos, CircuitBreaker.State state) {}
