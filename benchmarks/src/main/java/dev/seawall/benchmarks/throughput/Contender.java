package dev.seawall.benchmarks.throughput;

/**
 * One way to do the same.
 *
 * @param name as the table says it
 * @param role what it is in the contest
 * @param operation does it once
 */
record Contender(String name, Role role, Operation operation) {

    /** What the contender is measured for. */
    enum Role {
        /** Ours. */
        OWN,
        /** Somebody else's, which ours is to beat. */
        PEER,
        /** What it costs at least, for comparison. */
        FLOOR
    }
}
