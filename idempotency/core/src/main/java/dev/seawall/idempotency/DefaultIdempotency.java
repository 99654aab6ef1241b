package dev.seawall.idempotency;

import dev.seawall.Durations;
import dev.seawall.Policy;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all attempts share: settings, store and counters. */
final class DefaultIdempotency implements Idempotency {

    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);

    final Settings settings;
    final IdempotencyJournal journal;
    final long claimNanos;

    DefaultIdempotency(Settings settings) {
        this.settings = settings;
        this.journal = new IdempotencyJournal(settings.name());
        this.claimNanos = Durations.toNanos(settings.claimFor());
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> Outcome<T> execute(
            Key key, Fingerprint fingerprint, Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        Attempt attempt = new Attempt(this, Objects.requireNonNull(key, "key"));
        Outcome<T> known = attempt.claim(Objects.requireNonNull(fingerprint, "fingerprint"));
        if (known != null) {
            return known;
        }
        T value;
        try {
            value = work.run(attempt);
        } catch (Throwable failure) {
            attempt.failed();
            throw failure;
        }
        return attempt.succeeded(value);
    }

    /** One call of the store, timed. A store that breaks its contract counts as one that is down. */
    <R> R ask(Key key, Function<IdempotencyStore, R> question) {
        long asked = now();
        try {
            return question.apply(settings.store());
        } catch (RuntimeException failure) {
            journal.storeFailed(key, failure);
            throw failure instanceof IdempotencyStoreException expected
                    ? expected
                    : new IdempotencyStoreException("the idempotency store broke", failure);
        } finally {
            journal.storeAnswered(now() - asked);
        }
    }

    /** The effect has happened: an answer that cannot be written must not free the key. */
    StoredAnswer write(Key key, String point, @Nullable Object value) {
        try {
            return settings.format().write(key, point, value);
        } catch (RuntimeException unwritable) {
            LOG.warn(
                    "{} was done, but its result cannot be kept: {}",
                    key,
                    unwritable.getMessage()); // causes show content
            journal.answerLost(key, unwritable);
            return StoredAnswer.lost();
        }
    }

    boolean isStored(@Nullable Object value) {
        try {
            return settings.storeIf().test(value);
        } catch (Throwable broken) {
            LOG.warn("'{}': the predicate of results to store threw; the result is stored", settings.name(), broken);
            return true;
        }
    }

    /** An operation answers with one type, as {@link #execute} demands. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"
    }) // an operation that answers null has a T that allows it
    <T extends @Nullable Object> T cast(@Nullable Object value) {
        return (T) value;
    }

    long now() {
        return settings.runtime().now();
    }

    @Override
    public <S> Policy policy(
            Class<S> type,
            Function<? super S, ? extends @Nullable Key> key,
            Function<? super S, Fingerprint> fingerprint) {
        return new IdempotencyPolicy<>(this, type, key, fingerprint);
    }

    @Override
    public IdempotencySnapshot snapshot() {
        return journal.snapshot();
    }

    @Override
    public <E extends IdempotencyEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return journal.on(type, listener);
    }

    @Override
    public String toString() {
        return "idempotency '" + settings.name() + "' in " + settings.store() + ", claims of "
                + Durations.format(settings.claimFor()) + ", answers kept for " + Durations.format(settings.keepFor());
    }
}
