package dev.seawall.ratelimiter;

/** The ways in which a call can be made. Every rule holds in each of them. */
enum Style {
    SYNC,
    ASYNC
}
