package dev.seawall.saga;

import dev.seawall.Deadline;
import java.util.Optional;

/** What the code of a step is told about its attempt. <b>Threads:</b> safe for any number of threads. */
public sealed interface SagaContext permits AttemptContext {

    /**
     * Which saga.
     *
     * @return its key
     */
    SagaKey key();

    /**
     * Which attempt this is, after failures that were noted.
     *
     * @return from 1
     */
    int attempt();

    /**
     * Whether an earlier attempt may have had effect: it timed out, failed without being certain, or its node died.
     *
     * @return {@code false} if this is surely the first
     */
    boolean isInDoubt();

    /**
     * When this attempt is given up.
     *
     * @return the end of the step's time limit, also the thread's {@linkplain Deadline#current() current} deadline
     */
    Deadline deadline();

    /**
     * The same for each attempt of this action or compensation, on every node, and of no other: by it a participant tells a
     * repetition. Made of the names of definition and step and the saga's id.
     *
     * @return up to 255 visible ASCII characters that need no escape in a URL's path
     */
    String idempotencyKey();

    /**
     * The key that the step's action has or had: what a compensation tells a participant to undo.
     *
     * @return the same as {@link #idempotencyKey()} while the action runs
     */
    String actionKey();

    /**
     * The trace that the saga was started in, as a W3C {@code traceparent} of version 00.
     *
     * @return empty if it was started without one
     */
    Optional<String> traceParent();

    /**
     * Makes sure, as far as can be told without asking the store, that this attempt still counts: to be called before an effect
     * that no idempotency key protects.
     *
     * @throws SagaLostException if its time is over, or the saga belongs to another node
     */
    void checkOwned();
}
