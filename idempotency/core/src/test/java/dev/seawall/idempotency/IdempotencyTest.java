package dev.seawall.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallWith;
import dev.seawall.VirtualRuntime;
import dev.seawall.idempotency.Idempotency.WhenDown;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.idempotency.Outcome.Mismatch;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.idempotency.UnreliableStore.Fault;
import dev.seawall.payload.PayloadException;
import dev.seawall.payload.PayloadTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IdempotencyTest {

    private static final Key KEY = Key.of("tenant-canary", "pay", "key-canary");
    private static final Fingerprint REQUEST = Fingerprint.of("request-canary");
    private static final Duration CLAIM = Duration.ofSeconds(30);

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final UnreliableStore store = new UnreliableStore(IdempotencyStore.inMemory(100, runtime));
    private final List<IdempotencyEvent> events = new ArrayList<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final Idempotency idempotency = with(builder());

    private Idempotency.Builder builder() {
        return Idempotency.builder(store).runtime(runtime);
    }

    private Idempotency with(Idempotency.Builder builder) {
        Idempotency made = builder.build();
        made.on(IdempotencyEvent.class, events::add);
        return made;
    }

    private Outcome<String> pay(Idempotency idempotency) {
        return idempotency.execute(KEY, REQUEST, execution -> "answer " + runs.incrementAndGet());
    }

    private List<String> told() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    @Test
    void execute_again_replays() {
        assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 1"));
        assertThat(pay(idempotency)).isEqualTo(new Replayed<>("answer 1"));

        assertThat(told()).containsExactly("Executed", "Replayed");
        assertThat(store.asked).containsExactly("claim", "complete", "claim");
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void execute_noAnswer_replaysNone() {
        Outcome<String> first = idempotency.<String, RuntimeException>execute(KEY, REQUEST, execution -> null);
        Outcome<String> second = idempotency.<String, RuntimeException>execute(KEY, REQUEST, execution -> "other");

        assertThat(first).isEqualTo(new Executed<>(null));
        assertThat(second).isEqualTo(new Replayed<>(null));
    }

    @Test
    void execute_otherFingerprint_isAMismatch() {
        pay(idempotency);

        Outcome<String> other = idempotency.execute(KEY, Fingerprint.of("other"), execution -> "never");

        assertThat(other).isEqualTo(new Mismatch<>());
        assertThatThrownBy(other::valueOrThrow)
                .isInstanceOf(KeyReusedException.class)
                .hasMessageContaining("new key");
        assertThat(told()).containsExactly("Executed", "Mismatched");
    }

    @Test
    void execute_whileItRuns_isInProgress() {
        idempotency.execute(KEY, REQUEST, execution -> {
            Outcome<String> second = pay(idempotency);
            assertThat(second).isEqualTo(new InProgress<>(CLAIM));
            assertThatThrownBy(second::valueOrThrow)
                    .isInstanceOfSatisfying(
                            RequestInProgressException.class,
                            rejection -> assertThat(rejection.retryAfter()).contains(CLAIM));
            return "answer";
        });

        assertThat(runs).hasValue(0);
        assertThat(told()).containsExactly("InProgress", "Executed");
    }

    @Test
    void execute_atTheEndOfItsTime_runsAgain() {
        pay(idempotency);
        runtime.advance(Duration.ofHours(24).minusNanos(1));
        assertThat(pay(idempotency)).isInstanceOf(Replayed.class);

        runtime.advance(Duration.ofNanos(1));

        assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 2"));
    }

    @Test
    void execute_workThrows_isThrownOnAndTheKeyIsFree() {
        IOException failure = new IOException("cannot");
        Error error = new StackOverflowError();

        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();
        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    throw error;
                }))
                .isSameAs(error);

        assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 1"));
        assertThat(runtime.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER", "BROKEN"})
    void execute_workThrowsAndTheStoreIsDown_throwsTheWorksFailure(Fault fault) {
        IOException failure = new IOException("cannot");
        store.next(Fault.NONE, fault);

        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();

        assertThat(told()).containsExactly("StoreFailed");
    }

    @Test
    void storeIf_resultNotToStore_isReturnedAndFreesTheKey() {
        Idempotency choosy = with(builder().storeIf(result -> !"answer 1".equals(result)));

        assertThat(pay(choosy)).isEqualTo(new Executed<>("answer 1"));
        assertThat(pay(choosy)).isEqualTo(new Executed<>("answer 2"));
        assertThat(pay(choosy)).isEqualTo(new Replayed<>("answer 2"));
    }

    @Test
    void storeIf_thatThrows_stores() {
        Idempotency broken = with(builder().storeIf(result -> {
            throw new IllegalStateException("broken");
        }));

        assertThat(pay(broken)).isEqualTo(new Executed<>("answer 1"));
        assertThat(pay(broken)).isEqualTo(new Replayed<>("answer 1"));
    }

    @Test
    void execute_answerOfUnknownClass_isReturnedOnceAndTheKeyIsKept() {
        Object unknown = new Object();

        assertThat(idempotency.execute(KEY, REQUEST, execution -> unknown)).isEqualTo(new Executed<>(unknown));

        assertThatThrownBy(() -> pay(idempotency)).isInstanceOf(AnswerLostException.class);
        assertThat(runs).hasValue(0);
        assertThat(told()).containsExactly("AnswerLost", "Executed");
    }

    @Test
    void execute_answerTooLarge_isReturnedOnceAndTheKeyIsKept() {
        Idempotency small =
                with(builder().types(PayloadTypes.builder().mostBytes(8).build()));

        assertThat(small.execute(KEY, REQUEST, execution -> "123456789")).isEqualTo(new Executed<>("123456789"));

        assertThatThrownBy(() -> pay(small)).isInstanceOf(AnswerLostException.class);
    }

    @Test
    void execute_answerOfNewerCode_isRefusedAndNotRunAgain() {
        Key key = KEY;
        pay(idempotency);
        Idempotency older =
                with(builder().types(PayloadTypes.builder().mostBytes(1).build()));

        assertThatThrownBy(() -> older.execute(key, REQUEST, execution -> "never"))
                .isInstanceOf(PayloadException.class);
    }

    @Test
    void execute_longWork_keepsItsClaim() {
        idempotency.execute(KEY, REQUEST, execution -> {
            for (int i = 0; i < 10; i++) {
                runtime.advance(CLAIM.dividedBy(2));
                assertThat(execution.isOwner()).isTrue();
                assertThat(pay(idempotency)).isInstanceOf(InProgress.class);
            }
            return "answer";
        });

        assertThat(store.asked.stream().filter("extend"::equals)).hasSize(15);
        assertThat(pay(idempotency)).isEqualTo(new Replayed<>("answer"));
    }

    @Test
    void execute_aRenewalThatFails_isTriedAgain() {
        idempotency.execute(KEY, REQUEST, execution -> {
            store.next(Fault.BEFORE);
            runtime.advance(CLAIM.multipliedBy(2));
            assertThat(execution.isOwner()).isTrue();
            return "answer";
        });

        assertThat(told()).containsExactly("StoreFailed", "Executed");
    }

    @Test
    void execute_claimLostWhileWorking_throwsAndTheOthersAnswerStands() {
        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    store.always(Fault.BEFORE); // the network to this node is cut
                    runtime.advance(CLAIM.plusSeconds(1));
                    store.always(Fault.NONE);
                    assertThat(execution.isOwner()).isFalse();
                    assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 1"));
                    return "zombie";
                }))
                .isInstanceOf(ClaimLostException.class);

        assertThat(pay(idempotency)).isEqualTo(new Replayed<>("answer 1"));
        assertThat(told())
                .containsExactly(
                        "StoreFailed", "StoreFailed", "StoreFailed", "TakenOver", "Executed", "ClaimLost", "Replayed");
    }

    @Test
    void execute_claimLost_isToldByTheNextRenewalOnce() {
        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    store.always(Fault.BEFORE);
                    runtime.advance(CLAIM);
                    store.always(Fault.NONE);
                    pay(idempotency);
                    runtime.advance(CLAIM);
                    assertThat(execution.isOwner()).isFalse();
                    assertThatThrownBy(() -> execution.once("phase", runs::incrementAndGet))
                            .isInstanceOf(ClaimLostException.class);
                    return "zombie";
                }))
                .isInstanceOf(ClaimLostException.class);

        assertThat(runs).hasValue(1);
        assertThat(idempotency.snapshot().claimsLost()).isEqualTo(1);
    }

    @Test
    void execute_afterACrash_takesOver() {
        UUID dead = UUID.randomUUID();
        store.claim(KEY, REQUEST, dead, CLAIM, Duration.ofHours(24));
        assertThat(pay(idempotency)).isInstanceOf(InProgress.class);
        runtime.advance(CLAIM);

        Outcome<Boolean> next =
                idempotency.execute(Key.of("tenant-canary", "pay", "key-canary"), REQUEST, execution -> {
                    assertThat(execution.takenOver()).isTrue();
                    return null;
                });

        assertThat(next).isInstanceOf(Executed.class);
        assertThat(idempotency.snapshot().takenOver()).isEqualTo(1);
    }

    private String order(Idempotency idempotency, boolean fails) {
        return idempotency
                .execute(KEY, REQUEST, execution -> {
                    String charge = execution.once("charge", () -> "charge " + runs.incrementAndGet());
                    String none = execution.<String, RuntimeException>once("none", () -> null);
                    if (fails) {
                        throw new IllegalStateException("cannot");
                    }
                    return charge + " " + none + " " + execution.once("charge", () -> "never");
                })
                .valueOrThrow();
    }

    @Test
    void once_phaseOfAnEarlierAttempt_isNotRunAgain() {
        assertThatThrownBy(() -> order(idempotency, true)).hasMessage("cannot");
        assertThatThrownBy(() -> order(idempotency, true)).hasMessage("cannot");

        assertThat(order(idempotency, false)).isEqualTo("charge 1 null charge 1");
        assertThat(runs).hasValue(1);
    }

    @Test
    void once_resultThatCannotBeWritten_isReturnedAndThePhaseNotRunAgain() {
        Object unknown = new Object();
        assertThatThrownBy(() -> idempotency.execute(KEY, REQUEST, execution -> {
                    assertThat(execution.once("phase", () -> unknown)).isSameAs(unknown);
                    throw new IllegalStateException("cannot");
                }))
                .hasMessage("cannot");

        assertThatThrownBy(() ->
                        idempotency.execute(KEY, REQUEST, execution -> execution.once("phase", runs::incrementAndGet)))
                .isInstanceOf(AnswerLostException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void once_phaseThatThrows_storesNothing() {
        idempotency.execute(KEY, REQUEST, execution -> {
            assertThatThrownBy(() -> execution.once("phase", () -> {
                        throw new IOException("cannot");
                    }))
                    .isInstanceOf(IOException.class);
            return execution.once("phase", () -> "second");
        });

        assertThat(store.asked).containsExactly("claim", "save", "complete");
    }

    @Test
    void once_storeDown_failsClosedOrGoesOn() {
        store.next(Fault.NONE, Fault.BEFORE);
        assertThatThrownBy(() -> order(idempotency, false))
                .isInstanceOfSatisfying(
                        IdempotencyStoreException.class,
                        down -> assertThat(down.workDone()).isTrue());

        store.next(Fault.NONE, Fault.BEFORE, Fault.BEFORE);
        assertThat(order(with(builder().whenDown(WhenDown.FAIL_OPEN)), false)).startsWith("charge 2");
    }

    @Test
    void once_badPoints_areRefused() {
        idempotency.execute(KEY, REQUEST, execution -> {
            assertThatThrownBy(() -> execution.once("", () -> "never"))
                    .hasMessage("length of point must be from 1 to 100, was 0");
            assertThatThrownBy(() -> execution.once("a b", () -> "never")).hasMessageContaining("visible ASCII");
            for (int i = 0; i < Execution.MOST_POINTS; i++) {
                execution.once("point-" + i, () -> "x");
            }
            assertThat(execution.once("point-0", () -> "never")).isEqualTo("x");
            assertThatThrownBy(() -> execution.once("one-more", () -> "never"))
                    .isInstanceOf(IllegalStateException.class);
            return "answer";
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "BROKEN"})
    void whenDown_beforeTheWork_failsClosedOrOpen(Fault fault) {
        store.always(fault);

        assertThatThrownBy(() -> pay(idempotency))
                .isInstanceOfSatisfying(
                        IdempotencyStoreException.class,
                        down -> assertThat(down.workDone()).isFalse());
        assertThat(runs).hasValue(0);

        Outcome<String> open = with(builder().whenDown(WhenDown.FAIL_OPEN)).execute(KEY, REQUEST, execution -> {
            assertThat(execution.isOwner()).isFalse();
            return execution.once("phase", () -> "answer " + runs.incrementAndGet());
        });
        assertThat(open).isEqualTo(new Executed<>("answer 1"));
    }

    @Test
    void failClosed_storeDownAfterTheWork_givesNoAnswerThatIsNotStored() {
        store.next(Fault.NONE, Fault.BEFORE, Fault.BEFORE);

        assertThatThrownBy(() -> pay(idempotency))
                .isInstanceOfSatisfying(
                        IdempotencyStoreException.class,
                        down -> assertThat(down.workDone()).isTrue())
                .message()
                .doesNotContain("answer 1");

        assertThat(pay(idempotency)).isInstanceOf(InProgress.class);
        runtime.advance(CLAIM);
        assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 2"));
        assertThat(idempotency.snapshot().takenOver()).isEqualTo(1);
    }

    @Test
    void failClosed_answerStoredButNotTold_isReplayed() {
        store.next(Fault.NONE, Fault.AFTER, Fault.AFTER);

        assertThatThrownBy(() -> pay(idempotency)).isInstanceOf(IdempotencyStoreException.class);

        assertThat(pay(idempotency)).isEqualTo(new Replayed<>("answer 1"));
    }

    @Test
    void failOpen_storeDownAfterTheWork_returnsTheResult() {
        store.next(Fault.NONE, Fault.BEFORE, Fault.BEFORE);

        assertThat(pay(with(builder().whenDown(WhenDown.FAIL_OPEN)))).isEqualTo(new Executed<>("answer 1"));
    }

    @Test
    void execute_completionOfUnknownOutcome_isAskedForAgain() {
        store.next(Fault.NONE, Fault.AFTER);

        assertThat(pay(idempotency)).isEqualTo(new Executed<>("answer 1"));
        assertThat(pay(idempotency)).isEqualTo(new Replayed<>("answer 1"));
    }

    @Test
    void execute_interruptedWork_settlesUndisturbedAndKeepsTheInterrupt() {
        idempotency.execute(KEY, REQUEST, execution -> {
            Thread.currentThread().interrupt();
            return "answer";
        });
        assertThat(Thread.interrupted()).isTrue();

        assertThatThrownBy(() -> idempotency.execute(Key.of("pay", "other"), REQUEST, execution -> {
                    Thread.currentThread().interrupt();
                    throw new InterruptedException("stop");
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(store.asked).containsExactly("claim", "complete", "claim", "release");
        assertThat(store.interrupted).containsOnly(false);
    }

    @Test
    void runtime_closedWhileWorking_storesTheAnswer() {
        idempotency.execute(KEY, REQUEST, execution -> {
            runtime.close();
            return "answer";
        });

        assertThat(store.asked).containsExactly("claim", "complete");
    }

    @Test
    void idempotent_function_throwsWhereThereIsNoAnswer() throws Exception {
        CallWith<String, String, IOException> once = idempotency.idempotent(
                request -> "answer " + runs.incrementAndGet() + " to " + request,
                request -> Key.of("op", "k"),
                Fingerprint::of);

        assertThat(once.call("a")).isEqualTo("answer 1 to a");
        assertThat(once.call("a")).isEqualTo("answer 1 to a");
        assertThatThrownBy(() -> once.call("b")).isInstanceOf(KeyReusedException.class);
    }

    @Test
    void keys_tenantsAndAnswers_areShownNowhere() {
        Idempotency small =
                with(builder().types(PayloadTypes.builder().mostBytes(8).build()));
        List<Object> texts = new ArrayList<>();
        texts.add(small.execute(KEY, REQUEST, execution -> {
            texts.add(execution);
            texts.add(small.execute(KEY, REQUEST, nested -> "never"));
            texts.add(small.execute(KEY, Fingerprint.of("other"), nested -> "never"));
            return "answer-canary";
        }));
        for (WhenDown whenDown : WhenDown.values()) {
            Idempotency each = with(builder().whenDown(whenDown));
            texts.add(each);
            try {
                texts.add(each.execute(KEY, REQUEST, execution -> "never"));
            } catch (RuntimeException failure) {
                texts.add(failure);
            }
        }
        store.always(Fault.BEFORE);
        try {
            pay(idempotency);
        } catch (RuntimeException failure) {
            texts.add(failure);
        }
        texts.addAll(events);
        texts.addAll(store.written);
        texts.add(KEY);
        texts.add(REQUEST);
        texts.add(idempotency.snapshot());

        assertThat(texts).hasSizeGreaterThan(10);
        assertThat(texts).allSatisfy(text -> assertThat(text.toString()).doesNotContain("canary"));
    }

    @Test
    void snapshot_countsEverything() {
        pay(idempotency);
        pay(idempotency);
        idempotency.execute(KEY, Fingerprint.of("other"), execution -> "never");
        store.next(Fault.BEFORE);
        assertThatThrownBy(() -> pay(idempotency)).isInstanceOf(IdempotencyStoreException.class);

        assertThat(idempotency.snapshot())
                .isEqualTo(new IdempotencySnapshot("idempotency", 1, 1, 0, 1, 0, 0, 1, 5, Duration.ZERO));
    }

    @Test
    void build_settingsOutOfRange_sayTheRule() {
        assertThatThrownBy(() -> builder().claimFor(Duration.ofMillis(99)).build())
                .hasMessage("claimFor must be from 100 ms to 1 day, was 99 ms");
        assertThatThrownBy(() -> builder().keepFor(Duration.ofSeconds(1)).build())
                .hasMessage("keepFor must be from claimFor (30 s) to 366 days, was 1 s");
        assertThatThrownBy(() -> builder().name(" ")).hasMessageStartingWith("name must not be blank");
    }

    @Test
    void inMemory_fullOfLiveRecords_takesNoNewKeyAndForgetsNone() {
        IdempotencyStore small = IdempotencyStore.inMemory(2, runtime);
        Idempotency bounded = Idempotency.builder(small).runtime(runtime).build();
        for (String key : new String[] {"a", "b"}) {
            bounded.execute(Key.of("op", key), REQUEST, execution -> key);
        }

        assertThatThrownBy(() -> bounded.execute(Key.of("op", "c"), REQUEST, execution -> "never"))
                .isInstanceOf(IdempotencyStoreException.class)
                .hasMessageContaining("full");
        assertThat(bounded.execute(Key.of("op", "a"), REQUEST, execution -> "never"))
                .isEqualTo(new Replayed<>("a"));

        runtime.advance(Duration.ofHours(24));
        assertThat(bounded.execute(Key.of("op", "c"), REQUEST, execution -> "c"))
                .isEqualTo(new Executed<>("c"));
        assertThat(small.purge(10)).isEqualTo(1);
    }
}
