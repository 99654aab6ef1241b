package dev.seawall.saga;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a saga: which steps are done in which order, and how each is undone.
 *
 * <p>A saga ends completed, with all steps done; compensated, with all that took effect undone in reverse order; or parked, when a
 * human must decide. Each action and each compensation runs at least once for that, with a key by which it can be made to take
 * effect once. There is no isolation: others see what steps did before the saga has ended.
 *
 * <p>What a step does elsewhere is noted before and after. Where it is not known whether it took effect, because it timed out,
 * failed without certainty or its node died, it is tried again under its key; given up, it counts as done and is compensated.
 *
 * <p>Steps are known by their names. Running sagas go on with the definition of their version: change what a version does, but not
 * the names and the order of its steps; the engine tells before a deployment whether all can go on.
 *
 * <p><b>Threads:</b> immutable; the code given to it is run by any number of threads.
 *
 * @param <S> its state: an immutable object of a class registered with the engine's payload types
 */
public final class Saga<S> {

    private final SagaVersion version;
    private final Class<S> type;
    private final List<Step<S>> steps;
    private final @Nullable Duration deadline;
    private final String fingerprint;

    Saga(SagaVersion version, Class<S> type, List<Step<S>> steps, @Nullable Duration deadline) {
        this.version = version;
        this.type = type;
        this.steps = List.copyOf(steps);
        this.deadline = deadline;
        this.fingerprint = Shape.fingerprint(this.steps);
    }

    /**
     * Begins a definition.
     *
     * @param name stays for ever: 1 to 100 letters, digits, dots, underscores and hyphens, with a letter or digit first
     * @param version at least 1; one more for each change that running sagas must not follow
     * @param type the class of the state
     * @param <S> the class of the state
     * @return a new builder
     */
    public static <S> SagaBuilder<S> define(String name, int version, Class<S> type) {
        return new SagaBuilder<>(new SagaVersion(name, version), type);
    }

    /**
     * Its name.
     *
     * @return the name it was defined with
     */
    public String name() {
        return version.definition();
    }

    /**
     * Its name and version.
     *
     * @return both
     */
    public SagaVersion version() {
        return version;
    }

    /**
     * The class of its state.
     *
     * @return the class
     */
    public Class<S> type() {
        return type;
    }

    /**
     * The time it has up to its pivot.
     *
     * @return empty if there is no limit
     */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /**
     * Tells its shape from others: the names, kinds and order of its steps and which have a compensation, but not the code.
     *
     * @return 16 hexadecimal digits
     */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * Draws it.
     *
     * @return a flowchart in the language of Mermaid
     */
    public String mermaid() {
        return Shape.mermaid(steps);
    }

    List<Step<S>> steps() {
        return steps;
    }

    @Override
    public String toString() {
        return "saga " + version + " with " + steps.size() + " steps";
    }
}
