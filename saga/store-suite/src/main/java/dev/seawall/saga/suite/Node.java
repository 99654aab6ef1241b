package dev.seawall.saga.suite;

import dev.seawall.saga.SagaStore;

/** One of the nodes that share the sagas of a test. */
public interface Node {

    /** Open. */
    SagaStore store();

    /** Its heartbeat ends, as if the process had been killed: after a while others may take over. */
    void die();
}
