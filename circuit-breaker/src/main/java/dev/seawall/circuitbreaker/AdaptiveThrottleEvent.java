package dev.seawall.circuitbreaker;

/** Something that happened to an adaptive throttle. Told on the thread that caused it, after it has taken effect. */
public sealed interface AdaptiveThrottleEvent {

    /**
     * The throttle it happened to.
     *
     * @return its name
     */
    String throttle();

    /**
     * A call was not run.
     *
     * @param throttle its name
     * @param rejection what the caller gets
     */
    record CallRejected(String throttle, ThrottledException rejection) implements AdaptiveThrottleEvent {}

    /**
     * The configuration was changed.
     *
     * @param throttle its name
     * @param config the configuration now
     */
    record ConfigChanged(String throttle, AdaptiveThrottleConfig config) implements AdaptiveThrottleEvent {}
}
