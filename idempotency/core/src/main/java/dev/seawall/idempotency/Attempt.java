package dev.seawall.idempotency;

import dev.seawall.Call;
import dev.seawall.Cancellation;
import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.idempotency.Outcome.Mismatch;
import dev.seawall.idempotency.Outcome.Replayed;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try at a request: its claim, its renewals and its end.
 *
 * <p>{@link #claim} says whether the work must run. Then {@link #succeeded} or {@link #failed} ends it, once. The store decides by
 * the token; {@link #lost} and {@link #ownedUntil} are only what is known here.
 */
final class Attempt implements Execution {

    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
    private static final int BEATS = 3; // in the time of a claim

    private final DefaultIdempotency engine;
    private final Key key;
    private final UUID token = UUID.randomUUID();
    private final Map<String, StoredAnswer> points = new ConcurrentHashMap<>();
    private boolean takenOver;
    private boolean unguarded; // the store is down, and the work runs all the same
    private volatile boolean lost;
    private volatile boolean ended;
    private volatile long ownedUntil;
    private volatile Cancellation nextBeat = Cancellation.NONE;

    Attempt(DefaultIdempotency engine, Key key) {
        this.engine = engine;
        this.key = key;
    }

    /** The outcome if it is known; {@code null} if the work must run. */
    <T extends @Nullable Object> @Nullable Outcome<T> claim(Fingerprint fingerprint) {
        long asked = engine.now();
        Claim claim;
        try {
            claim = engine.ask(
                    key,
                    store -> store.claim(
                            key, fingerprint, token, engine.settings.claimFor(), engine.settings.keepFor()));
        } catch (IdempotencyStoreException down) {
            if (!engine.settings.failsOpen()) {
                throw down;
            }
            unguarded = true;
            return null;
        }
        if (claim instanceof Granted granted) {
            begin(granted, asked);
            return null;
        }
        return outcome(claim);
    }

    private void begin(Granted granted, long asked) {
        points.putAll(granted.points());
        takenOver = granted.takenOver();
        ownedUntil = Durations.plus(asked, engine.claimNanos);
        if (takenOver) {
            engine.journal.takenOver(key);
        }
        planBeat();
    }

    private <T extends @Nullable Object> Outcome<T> outcome(Claim claim) {
        if (claim instanceof Completed completed) {
            T value = engine.<T>cast(engine.settings.format().read(key, completed.answer()));
            engine.journal.replayed(key);
            return new Replayed<>(value);
        }
        if (claim instanceof Held held) {
            engine.journal.inProgress(key);
            return new InProgress<>(held.expiresIn());
        }
        engine.journal.mismatched(key);
        return new Mismatch<>();
    }

    private void planBeat() {
        nextBeat = engine.settings.runtime().schedule(engine.claimNanos / BEATS, this::beatElsewhere);
        if (ended) {
            nextBeat.cancel();
        }
    }

    /** On the timer's thread, which must not wait for a store. */
    private void beatElsewhere() {
        if (ended || engine.settings.runtime().isClosed()) {
            return;
        }
        try {
            engine.settings.runtime().executor().execute(this::beat);
        } catch (Throwable broken) {
            LOG.warn("the claim of {} cannot be renewed: the executor does not take the work", key, broken);
        }
    }

    private void beat() {
        if (ended) {
            return;
        }
        long asked = engine.now();
        try {
            if (!engine.ask(key, store -> store.extend(key, token, engine.settings.claimFor()))) {
                lose();
                return;
            }
            ownedUntil = Durations.plus(asked, engine.claimNanos);
        } catch (IdempotencyStoreException down) {
            LOG.warn("the claim of {} could not be renewed; it will be tried again", key, down);
        }
        planBeat();
    }

    /** Tells it once. What was asked before the end may be answered after it, and then means nothing. */
    private void lose() {
        if (!ended && !lost) {
            lost = true;
            engine.journal.claimLost(key);
        }
    }

    private void end() {
        ended = true;
        nextBeat.cancel();
    }

    /** The work has ended well. */
    <T extends @Nullable Object> Outcome<T> succeeded(T value) {
        end();
        if (!unguarded) {
            if (engine.isStored(value)) {
                complete(engine.write(key, "", value));
            } else {
                release();
            }
        }
        engine.journal.executed(key);
        return new Executed<>(value);
    }

    private void complete(StoredAnswer answer) {
        boolean completed;
        try {
            completed = undisturbed(() -> completeOrAskAgain(answer));
        } catch (IdempotencyStoreException down) {
            if (engine.settings.failsOpen()) {
                LOG.warn("{} was done, but its answer could not be stored; it may be done again", key, down);
                return;
            }
            throw new IdempotencyStoreException(
                    key + " was done, but its answer could not be stored; send the request again later", down, true);
        }
        if (!completed) {
            if (!lost) {
                engine.journal.claimLost(key);
            }
            throw new ClaimLostException(key);
        }
    }

    /** A connection that broke may have done it; asking again tells, or does it. */
    private boolean completeOrAskAgain(StoredAnswer answer) {
        try {
            return engine.ask(key, store -> store.complete(key, token, answer, engine.settings.keepFor()));
        } catch (IdempotencyStoreException unknown) {
            return engine.ask(key, store -> store.complete(key, token, answer, engine.settings.keepFor()));
        }
    }

    /** The work has thrown. What goes wrong here must not take the place of that. */
    void failed() {
        end();
        if (!unguarded) {
            release();
        }
    }

    private void release() {
        try {
            undisturbed(() -> engine.ask(key, store -> store.release(key, token)));
        } catch (RuntimeException down) {
            LOG.warn("the claim of {} could not be released; it lapses by itself", key, down);
        }
    }

    /** The work's interrupt is for its caller, not for the store. */
    private static boolean undisturbed(BooleanSupplier step) {
        boolean interrupted = Thread.interrupted();
        try {
            return step.getAsBoolean();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T once(String point, Call<T, X> phase) throws X {
        requirePoint(point);
        StoredAnswer before = points.get(point);
        if (before != null) {
            return engine.<T>cast(engine.settings.format().read(key, point, before));
        }
        if (lost) {
            throw new ClaimLostException(key);
        }
        T result = phase.call();
        StoredAnswer stored = engine.write(key, point, result);
        points.put(point, stored);
        if (!unguarded) {
            save(point, stored);
        }
        return result;
    }

    private void requirePoint(String point) {
        Require.between("length of point", point.length(), 1, 100);
        Require.check(
                point.chars().allMatch(c -> c > ' ' && c <= '~'),
                "point must consist of visible ASCII characters, had others");
        if (points.size() >= MOST_POINTS && !points.containsKey(point)) {
            throw new IllegalStateException("a request can have at most " + MOST_POINTS + " points");
        }
    }

    private void save(String point, StoredAnswer stored) {
        try {
            if (!undisturbed(() -> engine.ask(key, store -> store.save(key, token, point, stored)))) {
                lose();
                throw new ClaimLostException(key);
            }
        } catch (IdempotencyStoreException down) {
            if (!engine.settings.failsOpen()) {
                throw new IdempotencyStoreException(
                        "phase '" + point + "' of " + key + " was done, but its result could not be stored",
                        down,
                        true);
            }
            LOG.warn("phase '{}' of {} was done, but its result could not be stored", point, key, down);
        }
    }

    @Override
    public boolean isOwner() {
        return !unguarded && !lost && engine.now() < ownedUntil;
    }

    @Override
    public boolean takenOver() {
        return takenOver;
    }

    @Override
    public String toString() {
        return "attempt at " + key;
    }
}
