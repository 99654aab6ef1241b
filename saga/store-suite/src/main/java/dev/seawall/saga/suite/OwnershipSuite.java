package dev.seawall.saga.suite;

import static dev.seawall.saga.suite.Samples.KNOWN;
import static dev.seawall.saga.suite.Samples.ORDERS;
import static dev.seawall.saga.suite.Samples.V1;
import static dev.seawall.saga.suite.Samples.ended;
import static dev.seawall.saga.suite.Samples.key;
import static dev.seawall.saga.suite.Samples.next;
import static dev.seawall.saga.suite.Samples.saga;
import static dev.seawall.saga.suite.Samples.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who owns a saga, and that nobody else can write it: starts, writes, claims, and nodes that die. */
public abstract class OwnershipSuite extends SagaStoreSuite {

    // ---- starts

    @Test
    final void start_newKey_isOwnedInEpochOne() {
        SagaStore store = store();

        SagaRecord started = fresh(store, "a");

        SagaRecord found = found(store, "a");
        assertThat(started.owner()).isNotNull().isEqualTo(found.owner());
        assertThat(List.of(started.epoch(), started.rev(), found.epoch(), found.rev()))
                .containsExactly(1L, 0L, 1L, 0L);
        assertThat(found.status()).isEqualTo(SagaStatus.RUNNING);
        assertThat(found.state()).isEqualTo(saga("a").state());
        assertThat(found.progress()).isEqualTo("begun");
        assertThat(found.step()).isEqualTo("reserve");
        assertThat(found.wakeIn()).isNull();
        assertThat(found.deadlineIn()).isBetween(Duration.ofMinutes(30), Duration.ofHours(1));
    }

    @Test
    final void start_keyThatIsThere_changesNothing() {
        SagaStore store = store();
        fresh(store, "a");
        NewSaga other = new NewSaga(
                key("a"), 1, "b".repeat(64), Samples.payload("other"), "other", "other", Duration.ofSeconds(1));

        Started again = start(store, other);

        assertThat(again).isInstanceOfSatisfying(Started.Existing.class, existing -> {
            assertThat(existing.saga().inputHash()).isEqualTo("a".repeat(64));
            assertThat(existing.saga().state()).isEqualTo(saga("a").state());
        });
        assertThat(found(store, "a").progress()).isEqualTo("begun");
    }

    @Test
    final void start_oneKeyByManyAtOnce_isFreshOnce() {
        List<SagaStore> nodes = List.of(store(), store());

        List<Started> answers = atOnce(IntStream.range(0, 16)
                .<Callable<Started>>mapToObj(i -> () -> start(nodes.get(i % 2), saga("a")))
                .toList());

        assertThat(answers.stream().filter(Started.Fresh.class::isInstance)).hasSize(1);
    }

    @Test
    final void start_sameIdOfAnotherDefinition_isAnotherSaga() {
        SagaStore store = store();

        fresh(store, "a");
        fresh(store, saga(new SagaVersion("cancel-order", 1), "a"));
        fresh(store, "A");

        assertThat(found(store, "A").rev()).isZero();
    }

    // ---- writes

    @Test
    final void write_byTheOwner_growsRevAndHistory() {
        SagaStore store = store();
        SagaRecord started = fresh(store, "a");

        Written written = write(store, next(started));

        SagaRecord found = found(store, "a");
        assertThat(written).isEqualTo(Written.DONE);
        assertThat(List.of(found.epoch(), found.rev())).containsExactly(1L, 1L);
        assertThat(found.owner()).isEqualTo(started.owner());
        assertThat(found.progress()).isEqualTo("progress 0");
        assertThat(store.history(key("a")))
                .extracting(SagaLogEntry::entry)
                .containsExactly(
                        new Entry(null, "started", 0, null),
                        new Entry("reserve", "done", 1, null),
                        new Entry("pay", "begun", 1, "näxt\n"));
        assertThat(store.history(key("a"))).extracting(SagaLogEntry::rev).containsExactly(0L, 1L, 1L);
    }

    @Test
    final void write_withAnOldRev_isFenced() {
        SagaStore store = store();
        SagaRecord started = fresh(store, "a");
        write(store, next(started));

        Written again = write(store, ended(started));

        assertThat(again).isEqualTo(Written.FENCED);
        assertThat(found(store, "a").status()).isEqualTo(SagaStatus.RUNNING);
        assertThat(store.history(key("a"))).extracting(SagaLogEntry::rev).containsExactly(0L, 1L, 1L);
    }

    @Test
    final void write_afterAnotherHasClaimedIt_isFenced() {
        SagaStore first = store();
        SagaStore second = store();
        SagaRecord started = fresh(first, "a");
        write(first, waiting(started, SHORT));
        SagaRecord claimed = claimed(second);
        SagaRecord stale = new SagaRecordCopy(claimed).inEpoch(1);

        Written late = write(first, next(stale));

        assertThat(late).isEqualTo(Written.FENCED);
        assertThat(write(second, next(claimed))).isEqualTo(Written.DONE);
    }

    @Test
    final void write_toNothing_isFenced() {
        SagaStore store = store();
        SagaRecord elsewhere = fresh(store, "a");

        Written written = write(store, next(new SagaRecordCopy(elsewhere).named("b")));

        assertThat(written).isEqualTo(Written.FENCED);
    }

    @Test
    final void write_thatEnds_letsGo() {
        SagaStore store = store();
        for (SagaStatus end : List.of(SagaStatus.COMPLETED, SagaStatus.COMPENSATED, SagaStatus.PARKED)) {
            SagaRecord started = fresh(store, end.name());

            write(store, Samples.write(started, end, null));

            assertThat(found(store, end.name()).owner()).isNull();
            assertThat(found(store, end.name()).wakeIn()).isNull();
        }
        assertThat(store.claim(KNOWN, 10)).isEmpty();
    }

    @Test
    final void write_manySagasAtOnce_eachHasItsOwn() {
        SagaStore store = store();
        int sagas = 200;

        atOnce(IntStream.range(0, 16)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int i = thread; i < sagas; i += 16) {
                        SagaRecord saga = fresh(store, "s" + i);
                        for (int rev = 0; rev < 4; rev++) {
                            assertThat(write(store, next(new SagaRecordCopy(saga).atRev(rev))))
                                    .isEqualTo(Written.DONE);
                        }
                    }
                    return true;
                })
                .toList());

        for (int i = 0; i < sagas; i++) {
            assertThat(found(store, "s" + i).rev()).isEqualTo(4);
            assertThat(store.history(key("s" + i)))
                    .extracting(SagaLogEntry::rev)
                    .containsExactly(0L, 1L, 1L, 2L, 2L, 3L, 3L, 4L, 4L);
        }
    }

    @Test
    final void write_sameWriteTwiceAtOnce_isDoneOnce() {
        SagaStore store = store();
        for (int i = 0; i < 20; i++) {
            SagaRecord saga = fresh(store, "s" + i);

            List<Written> answers = atOnce(List.of(() -> write(store, next(saga)), () -> write(store, next(saga))));

            assertThat(answers).containsExactlyInAnyOrder(Written.DONE, Written.FENCED);
        }
    }

    // ---- claims

    @Test
    final void claim_whatIsNotDue_staysWhereItIs() {
        SagaStore store = store();
        SagaRecord started = fresh(store, "a");
        write(store, waiting(started, Duration.ofHours(1)));

        assertThat(store.claim(KNOWN, 10)).isEmpty();

        SagaRecord found = found(store, "a");
        assertThat(found.owner()).isNull();
        assertThat(found.wakeIn()).isBetween(Duration.ofMinutes(30), Duration.ofHours(1));
        assertThat(store.nextDue())
                .hasValueSatisfying(in -> assertThat(in).isBetween(Duration.ofMinutes(30), Duration.ofHours(1)));
    }

    @Test
    final void claim_whatIsDue_isOwnedInANewEpoch() {
        SagaStore store = store();
        SagaRecord started = fresh(store, "a");
        assertThat(store.nextDue()).isEmpty();
        write(store, waiting(started, SHORT));

        SagaRecord claimed = claimed(store);

        assertThat(claimed.key()).isEqualTo(key("a"));
        assertThat(List.of(claimed.epoch(), claimed.rev())).containsExactly(2L, 1L);
        assertThat(claimed.owner()).isEqualTo(started.owner());
        assertThat(claimed.recoveries()).isZero();
        assertThat(claimed.wakeIn()).isNull();
        assertThat(found(store, "a").epoch()).isEqualTo(2);
        assertThat(store.claim(KNOWN, 10)).isEmpty();
        assertThat(write(store, next(claimed))).isEqualTo(Written.DONE);
    }

    @Test
    final void claim_versionsThatAreNotKnown_areLeft() {
        SagaStore store = store();
        SagaVersion v2 = new SagaVersion(ORDERS, 2);
        write(store, waiting(fresh(store, saga(v2, "b")), SHORT));
        write(store, waiting(fresh(store, saga(V1, "a")), SHORT));

        assertThat(claimed(store).key()).isEqualTo(key("a"));
        assertThat(store.claim(KNOWN, 10)).isEmpty();
        assertThat(store.claim(List.of(), 10)).isEmpty();
        assertThat(claimed(store, List.of(V1, v2)).key()).isEqualTo(key("b"));
    }

    @Test
    final void claim_moreThanWanted_takesTheOldestDue() {
        SagaStore store = store();
        List<String> ids = List.of("c", "a", "b");
        for (int i = 0; i < 3; i++) {
            write(store, waiting(fresh(store, ids.get(i)), Duration.ofNanos(1_000_000L * (i + 1))));
        }
        eventually(() -> ids.stream().allMatch(id -> isDue(found(store, id))));

        assertThat(store.claim(KNOWN, 2)).extracting(SagaRecord::key).containsExactlyInAnyOrder(key("c"), key("a"));
        assertThat(store.claim(KNOWN, 2)).extracting(SagaRecord::key).containsExactly(key("b"));
    }

    private static boolean isDue(SagaRecord saga) {
        Duration wakeIn = saga.wakeIn();
        return wakeIn != null && (wakeIn.isNegative() || wakeIn.isZero());
    }

    @Test
    final void claim_byManyAtOnce_givesEachSagaOneOwner() {
        List<SagaStore> nodes = List.of(store(), store());
        int sagas = 200;
        for (int i = 0; i < sagas; i++) {
            write(nodes.get(0), waiting(fresh(nodes.get(0), "s" + i), SHORT));
        }

        List<List<SagaRecord>> shares = atOnce(IntStream.range(0, 16)
                .<Callable<List<SagaRecord>>>mapToObj(i -> () -> {
                    List<SagaRecord> mine = new ArrayList<>();
                    for (int empty = 0; empty < 3; ) {
                        List<SagaRecord> some = nodes.get(i % 2).claim(KNOWN, 7);
                        mine.addAll(some);
                        empty = some.isEmpty() ? empty + 1 : 0;
                    }
                    return mine;
                })
                .toList());
        List<SagaRecord> all =
                new ArrayList<>(shares.stream().flatMap(List::stream).toList());
        eventually(() -> {
            all.addAll(nodes.get(0).claim(KNOWN, sagas)); // what one had locked when all others looked
            return all.size() >= sagas;
        });

        Set<String> ids = new HashSet<>();
        all.forEach(saga -> ids.add(saga.key().id().value()));
        assertThat(all).hasSize(sagas);
        assertThat(ids).hasSize(sagas);
    }

    // ---- nodes

    @Test
    final void die_withSagas_theyAreTakenOverAndTheOldOwnerIsFenced() {
        Node first = node();
        SagaStore old = opened(first);
        SagaStore second = store();
        SagaRecord started = fresh(old, "a");

        first.die();
        SagaRecord recovered = claimed(second);

        assertThat(recovered.key()).isEqualTo(key("a"));
        assertThat(recovered.epoch()).isGreaterThan(started.epoch());
        assertThat(recovered.recoveries()).isEqualTo(1);
        assertThat(recovered.owner()).isNotEqualTo(started.owner());
        assertThat(write(second, next(new SagaRecordCopy(recovered).inEpoch(started.epoch()))))
                .isEqualTo(Written.FENCED);
        assertThat(write(second, next(recovered))).isEqualTo(Written.DONE);
        assertThat(found(second, "a").recoveries()).isZero();
    }

    @Test
    final void live_withSagas_nobodyTakesThem() {
        SagaStore first = store();
        SagaStore second = store();
        fresh(first, "a");

        for (int i = 0; i < 20; i++) {
            assertThat(second.claim(KNOWN, 10)).isEmpty();
        }

        assertThat(first.isAlive()).isTrue();
        assertThat(found(first, "a").epoch()).isEqualTo(1);
    }

    @Test
    final void close_withSagas_freesThemWithoutARecovery() {
        Node first = node();
        SagaRecord started = fresh(first.store(), "a");
        SagaStore second = store();

        first.store().close();
        SagaRecord claimed = claimed(second);

        assertThat(claimed.epoch()).isGreaterThan(started.epoch());
        assertThat(claimed.recoveries()).isZero();
        assertThat(first.store().isAlive()).isFalse();
    }
}
