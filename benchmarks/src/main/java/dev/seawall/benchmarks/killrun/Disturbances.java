package dev.seawall.benchmarks.killrun;

/**
 * What was done to a run.
 *
 * @param kills processes killed
 * @param stops processes stopped and resumed
 * @param deaths processes that ended by themselves
 * @param relayStrikes kills, stops and deaths of relays alone
 * @param relays how many relays there were
 * @param databaseFaults faults of the network between a relay and the database
 * @param brokerFaults faults of the network between a relay and the broker
 * @param terminated backends ended
 * @param relaysTerminated backends of relays alone
 * @param crashes how often the database was killed
 * @param silences confirmations that the broker never sent
 * @param refused messages that the broker refused
 */
record Disturbances(
        long kills,
        long stops,
        long deaths,
        long relayStrikes,
        long relays,
        long databaseFaults,
        long brokerFaults,
        long terminated,
        long relaysTerminated,
        long crashes,
        long silences,
        long refused) {

    /** How often a relay may have lost partitions with messages in flight. A crash of the database hits all of them. */
    long ofLeases() {
        return relayStrikes + databaseFaults + relaysTerminated + crashes * relays;
    }

    /**
     * Of how many messages an owner may not have learned that they had arrived, and have published them again in the same epoch: all
     * in flight where it lost its connection to the broker, or to the database and with that all it knew, and each that the broker
     * was silent about.
     */
    long unconfirmed() {
        long connections = relayStrikes + databaseFaults + brokerFaults + relaysTerminated + crashes * relays;
        return connections * Plan.inFlight() + silences;
    }
}
