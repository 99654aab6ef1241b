package dev.seawall.idempotency;

import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Where claims and answers are kept. For those who write a store; users hand one to {@link Idempotency#builder} and no more.
 *
 * <p>There is at most one record for a key. It is <em>claimed</em> by the holder of a token, or <em>completed</em> with an answer,
 * and has an end of its own after which it is as if it had never been. A claim has an end too, after which another may take it
 * over by putting a token in its place. All times are by the clock of the store, and whether one has passed is decided within the
 * atomic operation that needs to know; no clock of a caller is compared. Durations are rounded up to what the store can measure,
 * a millisecond at most.
 *
 * <p>A token that is not that of the record changes nothing, ever: who was taken over can neither overwrite nor delete nor extend.
 * As long as nobody took over, a claim that has lapsed can still be extended, completed or released.
 *
 * <p>Implementations must be safe for any number of threads. Each method may wait for one round trip, with a bound; it throws
 * {@link IdempotencyStoreException} if the store cannot be asked or does not answer in time, and then it may have taken effect or
 * not. They know keys by {@link Key#hash()} only. {@code seawall-idempotency-store-suite} has their tests.
 */
public interface IdempotencyStore {

    /** What became of the wish to work on a key. */
    sealed interface Claim {}

    /**
     * The record is claimed, by the token.
     *
     * @param points the phases that were done by earlier holders, by name
     * @param takenOver whether the claim of another lapsed: it may have been at work, and may still be
     */
    record Granted(Map<String, StoredAnswer> points, boolean takenOver) implements Claim {

        /** Copies the points. */
        public Granted {
            points = Map.copyOf(points);
        }
    }

    /**
     * The record is completed, with this fingerprint.
     *
     * @param answer as it was stored, byte for byte
     */
    record Completed(StoredAnswer answer) implements Claim {}

    /**
     * Another token holds the claim, for this fingerprint.
     *
     * @param expiresIn when the claim lapses, from now; longer than 0
     */
    record Held(Duration expiresIn) implements Claim {}

    /** There is a record with another fingerprint: completed, held, lapsed or released. */
    record Mismatched() implements Claim {}

    /**
     * Claims a key that has no record, or one with this fingerprint whose claim has lapsed or was released. What was
     * {@linkplain #save saved} stays. Asked again with the token that holds the claim, it is granted again.
     *
     * @param key which record
     * @param fingerprint of the request
     * @param token unique to this attempt
     * @param claimFor how long nobody else may take over, longer than 0
     * @param keepFor how long the record lasts if nobody completes it, from now; at least {@code claimFor}
     * @return what became of it
     */
    Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor);

    /**
     * Makes a claim last longer, and its record at least as long.
     *
     * @param key which record
     * @param token who asks
     * @param claimFor how long from now
     * @return {@code false} if the token does not hold the claim
     */
    boolean extend(Key key, UUID token, Duration claimFor);

    /**
     * Keeps the result of a phase in the record of a claim.
     *
     * @param key which record
     * @param token who asks
     * @param point name of the phase: 1 to 100 visible ASCII characters
     * @param result of the phase; the last one of a name counts
     * @return {@code false} if the token does not hold the claim
     */
    boolean save(Key key, UUID token, String point, StoredAnswer result);

    /**
     * Ends a claim with an answer. What was {@linkplain #save saved} may be forgotten. Asked again with the token that completed
     * the record, it answers {@code true}: who does not know whether it took effect can ask again.
     *
     * @param key which record
     * @param token who asks
     * @param answer kept as it is
     * @param keepFor how long from now
     * @return {@code false} if the token neither holds the claim nor completed the record
     */
    boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor);

    /**
     * Ends a claim without an answer. A record in which nothing was {@linkplain #save saved} is gone; another stays until its end,
     * claimed by nobody.
     *
     * @param key which record
     * @param token who asks
     * @return {@code false} if the token does not hold the claim
     */
    boolean release(Key key, UUID token);

    /**
     * Deletes records that have come to their end, in one bounded step.
     *
     * @param most how many at most, at least 1
     * @return how many it were; 0 also where the store forgets them by itself
     */
    int purge(int most);

    /**
     * A store in the memory of this process, for tests and for work whose effects end with the process. It takes no new key when it
     * is full of records that have not come to their end, as if it were down, and never forgets one of those.
     *
     * @param most how many records are kept, at least 1
     * @return an empty store on the clock of the shared runtime
     */
    static IdempotencyStore inMemory(int most) {
        return inMemory(most, ResilienceRuntime.shared());
    }

    /**
     * A store in the memory of this process, as {@link #inMemory(int)}.
     *
     * @param most how many records are kept, at least 1
     * @param runtime whose clock it has
     * @return an empty store
     */
    static IdempotencyStore inMemory(int most, ResilienceRuntime runtime) {
        return new InMemoryStore(most, runtime);
    }
}
