package dev.seawall.saga;

import org.jspecify.annotations.Nullable;

/**
 * Why sagas could not go on after a deployment.
 *
 * @param version of the sagas
 * @param step which one; {@code null} if it is none in particular
 * @param sagas how many
 * @param problem what is wrong, and what to do
 */
public record SagaFinding(SagaVersion version, @Nullable String step, long sagas, String problem) {}
