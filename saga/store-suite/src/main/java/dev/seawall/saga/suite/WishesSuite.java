package dev.seawall.saga.suite;

import static dev.seawall.saga.suite.Samples.KNOWN;
import static dev.seawall.saga.suite.Samples.consuming;
import static dev.seawall.saga.suite.Samples.ended;
import static dev.seawall.saga.suite.Samples.key;
import static dev.seawall.saga.suite.Samples.next;
import static dev.seawall.saga.suite.Samples.payload;
import static dev.seawall.saga.suite.Samples.saga;
import static dev.seawall.saga.suite.Samples.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.saga.CancelResult;
import dev.seawall.saga.SagaCounts;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaQuery;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaStore.InUse;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite.Entry;
import dev.seawall.saga.SignalResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What others than its owner do to a saga: signals, cancelling, operators, and those who only look. */
public abstract class WishesSuite extends SagaStoreSuite {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Entry ACTION = new Entry("pay", "retry", 0, "the bank is back");

    // ---- signals

    @Test
    final void signal_several_areReadInOrderUntilTheyAreUsed() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");
        for (String text : List.of("1", "2", "3")) {
            assertThat(store.signal(key("a"), "paid", payload(text))).isEqualTo(SignalResult.ACCEPTED);
        }

        List<SagaSignal> signals = store.signals(key("a"));
        write(store, consuming(next(saga), List.of(signals.get(1).number())));

        assertThat(signals).extracting(SagaSignal::payload).containsExactly(payload("1"), payload("2"), payload("3"));
        assertThat(store.signals(key("a"))).extracting(SagaSignal::payload).containsExactly(payload("1"), payload("3"));
        assertThat(store.signals(key("b"))).isEmpty();
    }

    @Test
    final void signal_aFencedWriteThatUsesIt_leavesItThere() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");
        store.signal(key("a"), "paid", payload("1"));
        long number = store.signals(key("a")).get(0).number();
        write(store, next(saga));

        assertThat(write(store, consuming(next(saga), List.of(number)))).isEqualTo(Written.FENCED);

        assertThat(store.signals(key("a"))).hasSize(1);
    }

    @Test
    final void signal_toOneThatWaits_makesItDue() {
        SagaStore store = store();
        write(store, waiting(fresh(store, "a"), HOUR));

        assertThat(store.signal(key("a"), "paid", payload("1"))).isEqualTo(SignalResult.ACCEPTED);

        assertThat(claimed(store).key()).isEqualTo(key("a"));
    }

    @Test
    final void signal_beforeTheWriteThatWaits_makesItDueAtOnce() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");
        store.signal(key("a"), "paid", payload("1"));

        write(store, waiting(saga, HOUR));

        SagaRecord claimed = claimed(store);
        write(store, waiting(claimed, HOUR)); // it was not for this step: not due again for that
        assertThat(store.claim(KNOWN, 10)).isEmpty();
    }

    @Test
    final void signal_besideTheWriteThatWaits_isNeverMissed() {
        SagaStore store = store();
        for (int i = 0; i < 30; i++) {
            String id = "s" + i;
            SagaRecord saga = fresh(store, id);

            atOnce(List.<Callable<Object>>of(
                    () -> write(store, waiting(saga, HOUR)), () -> store.signal(key(id), "paid", payload("1"))));

            assertThat(claimed(store).key()).isEqualTo(key(id));
        }
    }

    @Test
    final void signal_toNothingOrToAnEnd_saysSo() {
        SagaStore store = store();
        write(store, ended(fresh(store, "a")));

        assertThat(store.signal(key("a"), "paid", payload("1"))).isEqualTo(SignalResult.TOO_LATE);
        assertThat(store.signal(key("b"), "paid", payload("1"))).isEqualTo(SignalResult.UNKNOWN);
        assertThat(store.signals(key("a"))).isEmpty();
    }

    // ---- cancelling

    @Test
    final void cancel_ofOneThatRuns_isSeenByItsNextWrite() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");

        assertThat(store.cancel(key("a"), "changed my mind")).isEqualTo(CancelResult.ACCEPTED);
        assertThat(store.cancel(key("a"), "again")).isEqualTo(CancelResult.ALREADY);

        assertThat(write(store, next(saga))).isEqualTo(Written.DONE_AND_CANCEL_REQUESTED);
        assertThat(found(store, "a").cancelRequested()).isTrue();
        assertThat(store.history(key("a")))
                .extracting(line -> line.entry().text())
                .contains("changed my mind")
                .doesNotContain("again");
    }

    @Test
    final void cancel_ofOneThatWaits_makesItDue() {
        SagaStore store = store();
        write(store, waiting(fresh(store, "a"), HOUR));

        store.cancel(key("a"), "changed my mind");

        assertThat(claimed(store).cancelRequested()).isTrue();
    }

    @Test
    final void cancel_beforeTheWriteThatWaits_makesItDueAtOnce() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");
        store.cancel(key("a"), "changed my mind");

        write(store, waiting(saga, HOUR));

        assertThat(claimed(store).key()).isEqualTo(key("a"));
    }

    @Test
    final void cancel_whenItIsTooLate_saysSo() {
        SagaStore store = store();
        Map<SagaStatus, CancelResult> expected = Map.of(
                SagaStatus.PAST_PIVOT, CancelResult.TOO_LATE,
                SagaStatus.COMPLETED, CancelResult.TOO_LATE,
                SagaStatus.ABANDONED, CancelResult.TOO_LATE,
                SagaStatus.COMPENSATED, CancelResult.ALREADY);

        expected.forEach((status, result) -> {
            write(store, Samples.write(fresh(store, status.name()), status, null));
            assertThat(store.cancel(key(status.name()), "late"))
                    .as(status.name())
                    .isEqualTo(result);
        });
        assertThat(store.cancel(key("nobody"), "late")).isEqualTo(CancelResult.UNKNOWN);
    }

    // ---- operators

    @Test
    final void intervene_whileItRuns_fencesItsOwner() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");

        SagaRecord changed = store.intervene(
                        key("a"), "ann", ACTION, now -> Optional.of(to(now, SagaStatus.PARKED, "wait")))
                .orElseThrow();

        assertThat(changed.status()).isEqualTo(SagaStatus.PARKED);
        assertThat(changed.reason()).isEqualTo("wait");
        assertThat(changed.owner()).isNull();
        assertThat(write(store, next(saga))).isEqualTo(Written.FENCED);
        assertThat(write(store, next(new SagaRecordCopy(saga).atRev(changed.rev()))))
                .isEqualTo(Written.FENCED);
        assertThat(store.history(key("a"))).hasSize(2).last().satisfies(line -> {
            assertThat(line.node()).isEqualTo("ann");
            assertThat(line.entry()).isEqualTo(ACTION);
        });
    }

    @Test
    final void intervene_thatMakesItActive_makesItDue() {
        SagaStore store = store();
        write(store, Samples.write(fresh(store, "a"), SagaStatus.PARKED, null));

        store.intervene(key("a"), "ann", ACTION, now -> Optional.of(to(now, SagaStatus.RUNNING, "again")));

        SagaRecord claimed = claimed(store);
        assertThat(claimed.progress()).isEqualTo("changed");
        assertThat(write(store, next(claimed))).isEqualTo(Written.DONE);
    }

    @Test
    final void intervene_decidedToLeaveIt_changesNothing() {
        SagaStore store = store();
        SagaRecord saga = fresh(store, "a");

        assertThat(store.intervene(key("a"), "ann", ACTION, now -> Optional.empty()))
                .isEmpty();
        assertThat(store.intervene(key("b"), "ann", ACTION, now -> Optional.of(to(now, SagaStatus.PARKED, "x"))))
                .isEmpty();

        assertThat(write(store, next(saga))).isEqualTo(Written.DONE);
        assertThat(store.history(key("a"))).extracting(SagaLogEntry::rev).containsExactly(0L, 1L, 1L);
    }

    // ---- those who look

    @Test
    final void find_byStatus_listsTheOldestFirstPageByPage() {
        SagaStore store = store();
        IntStream.range(0, 7).forEach(i -> fresh(store, "s" + i));
        write(store, ended(found(store, "s3")));
        fresh(store, saga(new SagaVersion("other", 1), "s1"));

        List<String> paged = new ArrayList<>();
        @Nullable SagaKey after = null;
        List<SagaRecord> page;
        do {
            page = store.find(new SagaQuery(
                    Samples.ORDERS, Set.of(SagaStatus.RUNNING, SagaStatus.COMPLETED), Duration.ZERO, after, 3));
            page.forEach(saga -> paged.add(saga.key().id().value()));
            after = page.isEmpty() ? null : page.get(page.size() - 1).key();
        } while (!page.isEmpty());

        assertThat(paged).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6");
        assertThat(store.find(SagaQuery.in(SagaStatus.COMPLETED)))
                .extracting(SagaRecord::key)
                .containsExactly(key("s3"));
        assertThat(store.find(SagaQuery.in())).hasSize(8);
        assertThat(store.find(SagaQuery.in(SagaStatus.RUNNING).olderThan(HOUR))).isEmpty();
        assertThat(store.find(SagaQuery.in(SagaStatus.RUNNING).of("other"))).hasSize(1);
    }

    @Test
    final void counts_ofEach_leaveOutWhatHasEnded() {
        SagaStore store = store();
        fresh(store, "a");
        write(store, waiting(fresh(store, "b"), HOUR));
        write(store, Samples.write(fresh(store, "c"), SagaStatus.PARKED, null));
        write(store, ended(fresh(store, "d")));

        SagaCounts counts = store.counts();

        assertThat(counts.byStatus()).containsEntry(SagaStatus.RUNNING, 2L).containsEntry(SagaStatus.PARKED, 1L);
        assertThat(counts.byStatus().keySet()).noneMatch(SagaStatus::isEnd);
        assertThat(counts.waiting()).isEqualTo(1);
        assertThat(counts.oldest()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
    }

    @Test
    final void inUse_versionsOfWhatHasNotEnded_withTheirSteps() {
        SagaStore store = store();
        SagaVersion v2 = new SagaVersion(Samples.ORDERS, 2);
        fresh(store, "a");
        fresh(store, "b");
        write(store, next(found(store, "b")));
        write(store, Samples.write(fresh(store, saga(v2, "c")), SagaStatus.PARKED, null));
        write(store, ended(fresh(store, saga(new SagaVersion(Samples.ORDERS, 3), "d"))));

        assertThat(store.inUse())
                .containsExactlyInAnyOrder(
                        new InUse(Samples.V1, "reserve", 1), new InUse(Samples.V1, "pay", 1), new InUse(v2, "pay", 1));
    }

    @Test
    final void find_nothing_isEmpty() {
        SagaStore store = store();

        assertThat(store.find(key("a"))).isEmpty();
        assertThat(store.history(key("a"))).isEmpty();
        assertThat(store.inUse()).isEmpty();
        assertThat(store.counts().oldest()).isZero();
        assertThat(store.nextDue()).isEmpty();
    }
}
