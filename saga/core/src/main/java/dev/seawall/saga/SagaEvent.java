package dev.seawall.saga;

import java.time.Duration;

/** What happened in an engine. Without states, which may be secrets. */
public sealed interface SagaEvent {

    /**
     * Which saga.
     *
     * @return its key
     */
    SagaKey key();

    /**
     * It was stored.
     *
     * @param key which saga
     */
    record Started(SagaKey key) implements SagaEvent {}

    /**
     * An attempt begins.
     *
     * @param key which saga
     * @param step of which step or branch
     * @param compensating whether it undoes the step
     * @param attempt its number, from 1
     */
    record StepBegun(SagaKey key, String step, boolean compensating, int attempt) implements SagaEvent {}

    /**
     * An attempt succeeded.
     *
     * @param key which saga
     * @param step of which step or branch
     * @param compensating whether it undid the step
     * @param attempt its number, from 1
     * @param took how long
     */
    record StepDone(SagaKey key, String step, boolean compensating, int attempt, Duration took) implements SagaEvent {}

    /**
     * An attempt failed or timed out.
     *
     * @param key which saga
     * @param step of which step or branch
     * @param compensating whether it was to undo the step
     * @param attempt its number, from 1
     * @param took how long
     * @param failure why
     */
    record StepFailed(SagaKey key, String step, boolean compensating, int attempt, Duration took, Throwable failure)
            implements SagaEvent {}

    /**
     * A step was skipped, as its condition did not hold.
     *
     * @param key which saga
     * @param step which step
     */
    record StepSkipped(SagaKey key, String step) implements SagaEvent {}

    /**
     * Compensation begins.
     *
     * @param key which saga
     * @param cause why
     */
    record Compensating(SagaKey key, String cause) implements SagaEvent {}

    /**
     * All steps are done.
     *
     * @param key which saga
     * @param took since it was started
     */
    record Completed(SagaKey key, Duration took) implements SagaEvent {}

    /**
     * All that took effect is undone.
     *
     * @param key which saga
     * @param took since it was started
     * @param cause why
     */
    record Compensated(SagaKey key, Duration took, String cause) implements SagaEvent {}

    /**
     * A human must decide.
     *
     * @param key which saga
     * @param reason why
     */
    record Parked(SagaKey key, String reason) implements SagaEvent {}

    /**
     * It belongs to another node now; this one dropped it.
     *
     * @param key which saga
     */
    record Fenced(SagaKey key) implements SagaEvent {}

    /**
     * It was taken over from a node that died.
     *
     * @param key which saga
     * @param times how often since it was last written
     */
    record Recovered(SagaKey key, int times) implements SagaEvent {}
}
