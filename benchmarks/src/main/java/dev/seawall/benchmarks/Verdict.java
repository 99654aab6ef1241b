package dev.seawall.benchmarks;

/**
 * Whether a target was met.
 *
 * @param target what was asked
 * @param measured what was found
 * @param met whether that is enough
 * @param sure whether a busy machine cannot have spoilt it
 */
record Verdict(String target, String measured, boolean met, boolean sure) {}
