package dev.seawall.benchmarks;

/**
 * Whether a target was met.
 *
 * @param target what was asked
 * @param measured what was found
 * @param met whether that is enough
 * @param timed whether a busy machine can have spoilt it; bytes and sizes it cannot
 */
record Verdict(String target, String measured, boolean met, boolean timed) {}
