package dev.seawall.bulkhead;

/** The ways in which a call can be made. Every rule holds in each of them. */
enum Style {
    /** A synchronous call through a pipeline. */
    SYNC,
    /** An asynchronous call through a pipeline. */
    ASYNC
}
