package dev.seawall;

/** How a call ended, as policies see it. */
public enum Outcome {
    /** The dependency did its work. */
    SUCCESS,
    /** The dependency did not do its work: counts against it, and a retry may help. */
    FAILURE,
    /** Says nothing about the dependency: neither counted nor retried. */
    NEUTRAL
}
