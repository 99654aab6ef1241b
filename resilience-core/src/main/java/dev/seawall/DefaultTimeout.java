package dev.seawall;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of a time limit. */
record DefaultTimeout(String name, Duration limit, @Nullable Function<@Nullable Object, @Nullable Duration> bySubject)
        implements Timeout {

    private static final Logger LOG = LoggerFactory.getLogger(Timeout.class);

    @Override
    public <S> Timeout withLimit(Class<S> type, Function<? super S, ? extends @Nullable Duration> function) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(function, "function");
        return new DefaultTimeout(
                name, limit, subject -> type.isInstance(subject) ? function.apply(type.cast(subject)) : null);
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new TimeoutLayer(next, scope, this, Durations.toNanos(limit));
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_TIME);
    }

    /** What the subject says, or the fixed limit. */
    long limitNanos(long fixed, @Nullable Object subject) {
        if (bySubject == null) {
            return fixed;
        }
        try {
            Duration own = bySubject.apply(subject);
            return own == null || own.isNegative() || own.isZero() ? fixed : Durations.toNanos(own);
        } catch (Throwable broken) {
            LOG.warn("timeout '{}': the function that sets the limit threw; {} holds", name, limit, broken);
            return fixed;
        }
    }

    @Override
    public String toString() {
        return "timeout '" + name + "' (" + Durations.format(limit) + (bySubject == null ? "" : " or by subject") + ")";
    }
}
