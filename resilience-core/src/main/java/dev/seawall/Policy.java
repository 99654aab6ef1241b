package dev.seawall;

import java.util.Set;

/**
 * One way to keep a call from doing harm: a circuit breaker, a retry, a time limit.
 *
 * <p>A policy does not run calls itself. It takes a place in one or more {@linkplain Pipeline pipelines}, and may have
 * verbs of its own, such as permits or a snapshot.
 *
 * <p>Implementations must be safe for any number of threads, and their {@code toString()} should name the policy and the
 * settings that matter in a log line. {@code docs/writing-a-policy.md} walks through a complete one.
 */
public interface Policy {

    /** What a policy does to a call, as far as its neighbours in a pipeline care. */
    enum Trait {
        /** May run the rest of the pipeline more than once for one call. */
        REISSUES,
        /** Ends the answer after a time limit. */
        LIMITS_TIME,
        /** Bounds how many calls run at once. */
        LIMITS_CONCURRENCY,
        /** Bounds how many calls start in a period. */
        LIMITS_RATE,
        /** Learns from how calls end, and admits or rejects later ones by it. */
        JUDGES
    }

    /**
     * The name that appears in exceptions, events and metrics.
     *
     * @return a short, stable name; need not be unique
     */
    String name();

    /**
     * Takes this policy's place in a pipeline. Called once per pipeline, when it is built.
     *
     * @param next the rest of the pipeline, which the layer returned here runs
     * @param scope what the pipeline lends its layers
     * @return a layer around {@code next}
     */
    Layer link(Layer next, Scope scope);

    /**
     * What {@link Pipeline#findings()} needs to know to judge this policy's place.
     *
     * @return the traits of this policy; empty unless overridden
     */
    default Set<Trait> traits() {
        return Set.of();
    }

    /**
     * Whether forgetting this policy and making a new one later would change nothing anyone could notice. A
     * {@link Registry} evicts only idle policies.
     *
     * @return {@code true} if there is no state worth keeping; {@code true} unless overridden
     */
    default boolean isIdle() {
        return true;
    }

    /**
     * A policy that does nothing, for tests and for switching one off by configuration.
     *
     * @return a policy named {@code none}
     */
    static Policy none() {
        return NoPolicy.INSTANCE;
    }
}
