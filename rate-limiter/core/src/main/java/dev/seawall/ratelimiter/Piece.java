package dev.seawall.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * What was taken from a meter, so that it can be given back. Written by the meter that gave it, before anyone else sees it.
 */
final class Piece {

    private static final Piece[] NONE = {};

    @Nullable
    Meter meter;

    /** How many permits. */
    long permits;

    /** When they may be used. */
    long due;

    /** Which part of its line the meter gave. */
    long low;

    long end;

    /** Its place in a ledger's order, and when what stands before it there is due. */
    long number;

    long previousDue;

    /** What a ledger took from each of its gauges. */
    Piece[] parts = NONE;
}
