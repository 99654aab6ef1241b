package dev.seawall.idempotency.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.IdempotencyStore.Mismatched;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store must do. A subclass brings the store, which may be the same for all tests: each takes keys of its own. Nothing
 * hangs on how fast the machine is: a claim that must hold lasts an hour, one that must lapse a millisecond.
 */
public abstract class StoreSuite {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Fingerprint REQUEST = Fingerprint.of("request");
    private static final Fingerprint OTHER = Fingerprint.of("other request");

    private Key key;
    private UUID first;
    private UUID second;

    /** A subclass may have one instance for all its tests. */
    @BeforeEach
    final void newKey() {
        key = Key.of("suite", UUID.randomUUID().toString());
        first = UUID.randomUUID();
        second = UUID.randomUUID();
    }

    /** The store. */
    protected abstract IdempotencyStore store();

    /** How many keys 16 callers fight for. */
    protected int racedKeys() {
        return 10_000;
    }

    /** How many recorded histories are checked. */
    protected int histories() {
        return 300;
    }

    /** Whether records that have ended go without {@link IdempotencyStore#purge}. */
    protected boolean forgetsByItself() {
        return false;
    }

    private Claim claim(UUID token) {
        return store().claim(key, REQUEST, token, LONG, LONG);
    }

    private static Granted granted(Claim claim) {
        assertThat(claim).isInstanceOf(Granted.class);
        return (Granted) claim;
    }

    /** The first token claims, and its claim lapses, but not its record. */
    private void claimThatLapses() {
        granted(store().claim(key, REQUEST, first, SHORT, LONG));
    }

    private Granted takeOver() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> claim(second) instanceof Granted granted && granted.takenOver());
        return granted(claim(second)); // who holds a claim is granted it again
    }

    @Test
    void claim_newKey_isGranted() {
        Granted granted = granted(claim(first));

        assertThat(granted.takenOver()).isFalse();
        assertThat(granted.points()).isEmpty();
    }

    @Test
    void claim_heldByAnother_saysForHowLong() {
        claim(first);

        assertThat(claim(second))
                .isInstanceOfSatisfying(
                        Held.class,
                        held -> assertThat(held.expiresIn()).isPositive().isLessThanOrEqualTo(LONG));
    }

    @Test
    void claim_heldByAnother_knowsTheShortestOfClaimAndRecord() {
        store().claim(key, REQUEST, first, Duration.ofMinutes(10), LONG);

        assertThat(claim(second))
                .isInstanceOfSatisfying(
                        Held.class,
                        held -> assertThat(held.expiresIn()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(10)));
    }

    @Test
    void claim_heldByItself_isGrantedAgain() {
        claim(first);

        assertThat(granted(claim(first)).takenOver()).isFalse();
    }

    @Test
    void claim_otherFingerprint_isMismatchedInEveryState() {
        claimThatLapses();
        assertThat(store().claim(key, OTHER, second, LONG, LONG)).isEqualTo(new Mismatched());
        claim(first);
        assertThat(store().claim(key, OTHER, second, LONG, LONG)).isEqualTo(new Mismatched());
        store().save(key, first, "p", Answers.text("r"));
        store().release(key, first);
        assertThat(store().claim(key, OTHER, second, LONG, LONG)).isEqualTo(new Mismatched());
        claim(first);
        store().complete(key, first, Answers.text("a"), LONG);
        assertThat(store().claim(key, OTHER, second, LONG, LONG)).isEqualTo(new Mismatched());
    }

    static Stream<StoredAnswer> answers() {
        return Stream.of(
                StoredAnswer.of(null),
                StoredAnswer.lost(),
                Answers.bytes(new byte[0]),
                Answers.text("täxt\u0000\n'\"\\x"),
                Answers.bytes(Answers.noise(1 << 20)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void complete_anAnswer_isGivenBackByteForByte(StoredAnswer answer) {
        claim(first);

        assertThat(store().complete(key, first, answer, LONG)).isTrue();

        assertThat(claim(second))
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.answer().bytes()).isEqualTo(answer.bytes()));
    }

    @Test
    void complete_again_isTrueAndChangesNothing() {
        claim(first);
        store().complete(key, first, Answers.text("a"), LONG);

        assertThat(store().complete(key, first, Answers.text("b"), LONG)).isTrue();
        assertThat(claim(second)).isEqualTo(new Completed(Answers.text("a")));
        assertThat(claim(first)).isEqualTo(new Completed(Answers.text("a")));
    }

    @Test
    void completed_record_cannotBeExtendedSavedReleasedOrCompletedByAnother() {
        claim(first);
        store().complete(key, first, Answers.text("a"), LONG);

        assertThat(store().extend(key, first, LONG)).isFalse();
        assertThat(store().save(key, first, "p", Answers.text("r"))).isFalse();
        assertThat(store().release(key, first)).isFalse();
        assertThat(store().complete(key, second, Answers.text("b"), LONG)).isFalse();
        assertThat(claim(second)).isEqualTo(new Completed(Answers.text("a")));
    }

    @Test
    void noRecord_nothingCanBeDoneToIt() {
        assertThat(store().extend(key, first, LONG)).isFalse();
        assertThat(store().save(key, first, "p", Answers.text("r"))).isFalse();
        assertThat(store().complete(key, first, Answers.text("a"), LONG)).isFalse();
        assertThat(store().release(key, first)).isFalse();
        assertThat(claim(second)).isInstanceOf(Granted.class);
    }

    @Test
    void release_nothingSaved_freesTheKeyForEveryRequest() {
        claim(first);

        assertThat(store().release(key, first)).isTrue();

        Granted next = granted(store().claim(key, OTHER, second, LONG, LONG));
        assertThat(next.takenOver()).isFalse();
        assertThat(store().release(key, first)).isFalse();
        assertThat(store().complete(key, first, Answers.text("a"), LONG)).isFalse();
        assertThat(store().extend(key, second, LONG)).isTrue();
    }

    @Test
    void release_somethingSaved_keepsItForTheNextAttempt() {
        claim(first);
        store().save(key, first, "charged", Answers.text("one"));
        store().save(key, first, "sent", StoredAnswer.of(null));
        store().save(key, first, "charged", Answers.text("two"));

        assertThat(store().release(key, first)).isTrue();

        assertThat(store().extend(key, first, LONG)).isFalse();
        assertThat(store().complete(key, first, Answers.text("a"), LONG)).isFalse();
        assertThat(store().release(key, first)).isFalse();
        Granted next = granted(claim(second));
        assertThat(next.takenOver()).isFalse();
        assertThat(next.points()).isEqualTo(Map.of("charged", Answers.text("two"), "sent", StoredAnswer.of(null)));
    }

    @Test
    void claim_afterOneThatLapsed_takesOverWithWhatWasSaved() {
        claimThatLapses();
        StoredAnswer large = Answers.bytes(Answers.noise(300_000));
        store().save(key, first, "large", large);
        store().save(key, first, "~!x", Answers.text("r"));

        assertThat(takeOver().points()).isEqualTo(Map.of("large", large, "~!x", Answers.text("r")));
    }

    @Test
    void takenOver_formerHolder_canChangeNothing() {
        claimThatLapses();
        takeOver();

        assertThat(store().extend(key, first, LONG)).isFalse();
        assertThat(store().save(key, first, "p", Answers.text("zombie"))).isFalse();
        assertThat(store().complete(key, first, Answers.text("zombie"), LONG)).isFalse();
        assertThat(store().release(key, first)).isFalse();
        assertThat(claim(first)).isInstanceOf(Held.class);
        assertThat(granted(claim(second)).points()).isEmpty();
        assertThat(store().complete(key, second, Answers.text("a"), LONG)).isTrue();
        assertThat(store().complete(key, first, Answers.text("zombie"), LONG)).isFalse();
        assertThat(claim(first)).isEqualTo(new Completed(Answers.text("a")));
    }

    @Test
    void lapsed_nobodyTookOver_holderGoesOn() {
        claimThatLapses();
        UUID looker = UUID.randomUUID();

        assertThat(store().save(key, first, "p", Answers.text("r"))).isTrue();
        assertThat(store().extend(key, first, LONG)).isTrue();
        assertThat(store().claim(key, REQUEST, looker, LONG, LONG)).isInstanceOf(Held.class);
        assertThat(store().complete(key, first, Answers.text("a"), LONG)).isTrue();
    }

    @Test
    void completedRecord_atItsEnd_isAsIfItHadNeverBeen() {
        claim(first);
        store().complete(key, first, Answers.text("a"), SHORT);

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> store().claim(key, OTHER, second, LONG, LONG) instanceof Granted);

        Granted again = granted(store().claim(key, OTHER, second, LONG, LONG));
        assertThat(again.takenOver()).isFalse();
        assertThat(store().complete(key, first, Answers.text("zombie"), LONG)).isFalse();
    }

    @Test
    void claimedRecord_atItsEnd_isAsIfItHadNeverBeen() {
        store().claim(key, REQUEST, first, SHORT, SHORT);

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> store().claim(key, OTHER, second, LONG, LONG) instanceof Granted);

        assertThat(granted(store().claim(key, OTHER, second, LONG, LONG)).points())
                .isEmpty();
        assertThat(store().extend(key, first, LONG)).isFalse();
        assertThat(store().complete(key, first, Answers.text("zombie"), LONG)).isFalse();
    }

    @Test
    void extend_longerThanTheRecord_makesThatLastToo() {
        store().claim(key, REQUEST, first, Duration.ofSeconds(30), Duration.ofSeconds(30));

        assertThat(store().extend(key, first, LONG)).isTrue();

        assertThat(claim(second))
                .isInstanceOfSatisfying(
                        Held.class, held -> assertThat(held.expiresIn()).isGreaterThan(Duration.ofSeconds(30)));
    }

    @Test
    void keys_ofTwoTenantsAndOperations_areIndependent() {
        List<Key> keys = List.of(
                Key.of("a", "op", "k"),
                Key.of("b", "op", "k"),
                Key.of("a", "op2", "k"),
                Key.of("ao", "p", "k"),
                Key.of("", "aop", "k"),
                Key.of("a", "o", "pk"),
                Key.of("op", "k"));
        UUID token = UUID.randomUUID();

        for (Key each : keys) {
            assertThat(store().claim(each, REQUEST, token, LONG, LONG))
                    .as("%s", each)
                    .isInstanceOf(Granted.class);
            assertThat(store().complete(each, token, Answers.text(each.toString()), LONG))
                    .isTrue();
        }
        for (Key each : keys) {
            assertThat(store().claim(each, REQUEST, token, LONG, LONG))
                    .isEqualTo(new Completed(Answers.text(each.toString())));
            assertThat(store().claim(each, OTHER, token, LONG, LONG)).isInstanceOf(Mismatched.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'; DROP TABLE x; --", "%_*?[a-z]", "\\0\\n", "{tag}:x::y", "$1 ${a} #{b} :c ?", "~~~~", "M", "m"
            })
    void keys_thatLookLikeSomethingElse_areKeys(String hostile) {
        Key odd = Key.of(hostile.replace(' ', '+'), "hostile", hostile.replace(' ', '+') + UUID.randomUUID());

        assertThat(store().claim(odd, REQUEST, first, LONG, LONG)).isInstanceOf(Granted.class);
        assertThat(store().complete(odd, first, Answers.text(hostile), LONG)).isTrue();
        assertThat(store().claim(odd, REQUEST, second, LONG, LONG)).isEqualTo(new Completed(Answers.text(hostile)));
    }

    @Test
    void purge_recordsThatHaveEnded_goInBoundedSteps() {
        List<Key> ending = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Key each = Key.of("purge", UUID.randomUUID().toString());
            store().claim(each, REQUEST, first, SHORT, SHORT);
            ending.add(each);
        }
        claim(first);
        store().complete(key, first, Answers.text("stays"), LONG);

        if (!forgetsByItself()) {
            int[] purged = {0};
            Awaitility.await().atMost(PATIENCE).until(() -> {
                int step = store().purge(2);
                assertThat(step).isBetween(0, 2);
                purged[0] += step;
                return purged[0] >= ending.size();
            });
        }

        assertThat(claim(second)).isEqualTo(new Completed(Answers.text("stays")));
    }

    @Test
    void expiry_takeOverBesideCompletion_exactlyOneWins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 100; round++) {
                Key each = Key.of("expiry", UUID.randomUUID().toString());
                granted(store().claim(each, REQUEST, first, SHORT, LONG));
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Boolean> completion = threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    return store().complete(each, first, Answers.text("first"), LONG);
                });
                Future<Claim> takeOver = threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    Claim claim = store().claim(each, REQUEST, second, LONG, LONG);
                    while (claim instanceof Held) {
                        claim = store().claim(each, REQUEST, second, LONG, LONG);
                    }
                    return claim;
                });

                if (completion.get()) {
                    assertThat(takeOver.get()).isEqualTo(new Completed(Answers.text("first")));
                } else {
                    assertThat(granted(takeOver.get()).takenOver()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void callers_16ForEachKey_oneRunsAndAllGetItsAnswer() throws Exception {
        assertThat(new Race(store(), racedKeys()).run()).isEmpty();
    }

    @Test
    void histories_ofSeveralThreads_areLinearizable() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int seed = 0; seed < histories(); seed++) {
                History history = History.record(store(), threads, new SeededRandom(seed));
                assertThat(history.isLinearizable()).as("%s", history).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
