package dev.seawall.contextpropagation;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Binds asynchronous calls to their caller's context, as {@link dev.seawall.ResilienceRuntime.Builder#context} asks for it.
 *
 * <p>On the thread that makes a call, the values of all thread-locals with a {@code ThreadLocalAccessor} in Micrometer's
 * {@code ContextRegistry} are captured: trace, security context, diagnostic context, whatever is registered. While the call
 * resumes on another thread they are set there, and those that the caller did not have are cleared; afterwards the thread has
 * its own values again, also if the call throws.
 *
 * <p><b>Threads:</b> safe for any number of threads. Values are captured, not copied: what they refer to is shared.
 */
public final class ContextPropagation {

    private ContextPropagation() {}

    /**
     * Captures what is registered in the global {@code ContextRegistry}.
     *
     * @return for {@link dev.seawall.ResilienceRuntime.Builder#context}
     */
    public static UnaryOperator<Runnable> capturing() {
        return capturing(ContextSnapshotFactory.builder().clearMissing(true).build());
    }

    /**
     * Captures what a factory captures, such as one with a registry or a choice of keys of its own.
     *
     * @param factory takes the snapshots. Build it with {@code clearMissing(true)}, else a value that the thread has and the
     *     caller has not shows through
     * @return for {@link dev.seawall.ResilienceRuntime.Builder#context}
     */
    public static UnaryOperator<Runnable> capturing(ContextSnapshotFactory factory) {
        Objects.requireNonNull(factory, "factory");
        return task -> {
            ContextSnapshot snapshot = factory.captureAll();
            return snapshot.wrap(task);
        };
    }
}
