package dev.seawall.idempotency;

import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds key and fingerprint of a pipeline's calls. */
final class IdempotencyPolicy<S> implements Policy {

    private final DefaultIdempotency engine;
    private final Class<S> type;
    private final Function<? super S, ? extends @Nullable Key> key;
    private final Function<? super S, Fingerprint> fingerprint;

    IdempotencyPolicy(
            DefaultIdempotency engine,
            Class<S> type,
            Function<? super S, ? extends @Nullable Key> key,
            Function<? super S, Fingerprint> fingerprint) {
        this.engine = engine;
        this.type = Objects.requireNonNull(type, "type");
        this.key = Objects.requireNonNull(key, "key");
        this.fingerprint = Objects.requireNonNull(fingerprint, "fingerprint");
    }

    DefaultIdempotency engine() {
        return engine;
    }

    @Nullable
    Key key(@Nullable Object subject) {
        if (subject == null || !type.isInstance(subject)) {
            throw new IllegalStateException("'" + name() + "' guards calls about a " + type.getName()
                    + ", and this one is not: pass the request as the subject, by callWith");
        }
        return key.apply(type.cast(subject));
    }

    /** For a subject that has a key. */
    Fingerprint fingerprint(Object subject) {
        return Objects.requireNonNull(fingerprint.apply(type.cast(subject)), "fingerprint");
    }

    /** The answer, or a rejection of this pipeline. */
    <T extends @Nullable Object> T value(Outcome<T> outcome, Scope scope) {
        if (outcome instanceof Outcome.InProgress<T> running) {
            throw new RequestInProgressException(name(), scope, running.retryAfter());
        }
        if (outcome instanceof Outcome.Mismatch<T>) {
            throw new KeyReusedException(name(), scope);
        }
        return outcome.valueOrThrow();
    }

    @Override
    public String name() {
        return engine.settings.name();
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new IdempotencyLayer(next, scope, this);
    }

    @Override
    public String toString() {
        return engine.toString();
    }
}
