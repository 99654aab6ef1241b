package dev.seawall.saga.test;

/** Told at each point at which a node can crash or stand still. */
@FunctionalInterface
interface Crashes {

    /** What unwinds the code of a node that has crashed. */
    final class NodeCrashed extends Error {

        private static final long serialVersionUID = 1;

        NodeCrashed(String where) {
            super("the node crashed " + where, null, false, false);
        }
    }

    /**
     * A point is passed.
     *
     * @param where for people
     * @throws NodeCrashed if the node crashes here
     */
    void point(String where);
}
