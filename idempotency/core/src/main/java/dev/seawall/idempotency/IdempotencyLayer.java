package dev.seawall.idempotency;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The place in one pipeline. */
final class IdempotencyLayer extends Layer {

    private final IdempotencyPolicy<?> policy;

    IdempotencyLayer(Layer next, Scope scope, IdempotencyPolicy<?> policy) {
        super(next, scope);
        this.policy = policy;
    }

    IdempotencyPolicy<?> policy() {
        return policy;
    }

    Scope scope() {
        return scope;
    }

    Layer rest() {
        return next;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        Key key = policy.key(subject);
        if (key == null || subject == null) { // a subject without a type has no key
            return next.call(call, subject, now, deadline);
        }
        Outcome<T> outcome = policy.engine()
                .execute(key, policy.fingerprint(subject), execution -> next.call(call, subject, UNREAD, deadline));
        return policy.value(outcome, scope);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        AsyncAttempt<S, T> attempt;
        try {
            Key key = policy.key(subject);
            if (key == null || subject == null) { // a subject without a type has no key
                return next.<S, T>callAsync(call, subject, now, deadline, done);
            }
            attempt = new AsyncAttempt<S, T>(this, key, policy.fingerprint(subject), call, subject, deadline, done);
        } catch (Throwable refused) { // running without the caller's context could mix up tenants
            done.end(null, refused);
            return Cancellation.NONE;
        }
        attempt.start();
        return attempt;
    }
}
