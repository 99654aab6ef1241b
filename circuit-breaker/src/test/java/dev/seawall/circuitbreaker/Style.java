package dev.seawall.circuitbreaker;

/** The ways in which a call can go through a breaker. Every rule holds in each of them. */
enum Style {
    /** A synchronous call through a pipeline. */
    SYNC,
    /** An asynchronous call through a pipeline, whose stage is completed later. */
    ASYNC,
    /** A permit asked for by hand. */
    PERMIT
}
