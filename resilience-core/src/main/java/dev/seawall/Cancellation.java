package dev.seawall;

/** Ends something early: a pending task, a wait, a running asynchronous call. */
@FunctionalInterface
public interface Cancellation {

    /** Cancels nothing. */
    Cancellation NONE = () -> {};

    /**
     * Asks for the end. Never blocks or throws; calls after the first do nothing. Whoever is waiting for the end, such as a
     * {@link Done}, is still told, once.
     */
    void cancel();
}
