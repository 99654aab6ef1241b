package dev.seawall.bulkhead;

import static dev.seawall.bulkhead.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.bulkhead.Bench.Job;
import dev.seawall.bulkhead.Bench.Running;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who goes first among calls that wait, and what a new configuration does to them. */
final class QueueTest {

    // ---- order

    @Test
    void fifo_permitComesBack_goesToTheOldest() {
        Bench bench = new Bench(Bench.queueing(3));
        Running first = bench.start("first");
        Running a = bench.start("a");
        Running b = bench.start("b");
        bench.start("c");

        first.end();
        a.end();
        b.end();

        assertThat(bench.started).containsExactly("first", "a", "b", "c");
    }

    @Test
    void fifo_full_rejectsTheNewcomer() {
        Bench bench = new Bench(Bench.queueing(1));
        Running first = bench.start("first");
        bench.start("a");

        Running late = bench.start("late");
        first.end();

        assertThat(late.rejection()).isEqualTo("bulkhead 'users' is full: 1 of 1 permits in use, 1 waiting");
        assertThat(bench.started).containsExactly("first", "a");
    }

    @Test
    void lifo_permitComesBack_goesToTheNewest() {
        Bench bench = new Bench(Bench.queueing(3).order(QueueOrder.LIFO));
        Running first = bench.start("first");
        bench.start("a");
        Running b = bench.start("b");

        first.end();
        b.end();

        assertThat(bench.started).containsExactly("first", "b", "a");
    }

    @Test
    void lifo_full_displacesTheOldest() {
        Bench bench = new Bench(Bench.queueing(2).order(QueueOrder.LIFO));
        bench.start("first");
        Running oldest = bench.start("oldest");
        Running middle = bench.start("middle");

        bench.start("newest");

        assertThat(oldest.rejection())
                .isEqualTo("bulkhead 'users' is full, and a call that goes before this one took its place:"
                        + " 1 of 1 permits in use, 2 waiting");
        assertThat(middle.answer()).isNotDone();
        assertThat(bench.waiting()).isEqualTo(2);
    }

    @Test
    void priority_permitComesBack_goesToTheMostUrgentAndAmongThoseToTheOldest() {
        Bench bench = new Bench(Bench.queueing(4).priority(Job.class, Job::priority));
        Running first = bench.start("first");
        bench.urgent("low", -5);
        Running old = bench.urgent("old", 7);
        Running young = bench.urgent("young", 7);
        Running normal = bench.urgent("normal", 0);

        first.end();
        old.end();
        young.end();
        normal.end();

        assertThat(bench.started).containsExactly("first", "old", "young", "normal", "low");
    }

    @Test
    void priority_full_displacesTheLeastUrgentForAMoreUrgentOne() {
        Bench bench = new Bench(Bench.queueing(2).priority(Job.class, Job::priority));
        bench.start("first");
        bench.urgent("a", 3);
        Running least = bench.urgent("least", 1);

        Running same = bench.urgent("same", 1);
        assertThat(same.rejection()).contains("is full: 1 of 1");
        bench.urgent("more", 2);

        assertThat(least.rejection()).contains("took its place");
        assertThat(bench.waiting()).isEqualTo(2);
    }

    /** A thread among those that wait is displaced like any other. */
    @Test
    void priority_waitingThread_isDisplaced() {
        Bench bench = new Bench(Bench.queueing(1).priority(Job.class, Job::priority));
        bench.start("first");
        bench.after(SECOND, () -> bench.urgent("more", 2));

        Bench.End end = bench.call(Style.SYNC, new Job("less", 1, 1), job -> "good");

        assertThat(end.failure()).hasMessageContaining("took its place");
        assertThat(bench.nowInMillis()).isEqualTo(1_000);
        assertThat(bench.waiting()).isEqualTo(1);
    }

    /** smallrye/smallrye-fault-tolerance#1095: synchronous and asynchronous calls on one instance. */
    @ParameterizedTest
    @EnumSource(QueueOrder.class)
    void threadAndAsynchronousCalls_wait_inOneQueue(QueueOrder order) {
        Bench bench = new Bench(Bench.queueing(3).order(order));
        Running first = bench.start("first");
        Running before = bench.start("before");
        bench.after(SECOND, () -> bench.start("after"));
        bench.after(SECOND.multipliedBy(2), first::end);
        bench.after(SECOND.multipliedBy(3), before::end);

        bench.call(Style.SYNC, new Job("thread", 1, 0), job -> bench.started.add(job.name()));

        assertThat(bench.started.subList(0, order == QueueOrder.LIFO ? 2 : 3))
                .isEqualTo(order == QueueOrder.LIFO ? List.of("first", "after") : List.of("first", "before", "thread"));
    }

    // ---- weights

    @Test
    void weights_heavyCallIsFirst_holdsUpLighterOnes() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        Running first = bench.start("first", 2);
        Running heavy = bench.start("heavy", 3);
        bench.start("light");

        assertThat(bench.started).containsExactly("first");
        first.end();
        assertThat(bench.started).containsExactly("first", "heavy");
        heavy.end();

        assertThat(bench.started).containsExactly("first", "heavy", "light");
    }

    @Test
    void weights_heavyCallGivesUp_lighterOnesGoOn() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        bench.start("first", 2);
        Running heavy = bench.start("heavy", 2);
        bench.start("light");

        heavy.answer().cancel(true);

        assertThat(bench.started).containsExactly("first", "light");
    }

    @Test
    void weights_heavyCallIsDisplaced_lighterOnesGoOn() {
        Bench bench = new Bench(Bench.jobs(3, 1).order(QueueOrder.LIFO));
        bench.start("first", 2);
        Running heavy = bench.start("heavy", 2);

        bench.start("light");

        assertThat(heavy.rejection()).endsWith("0 waiting, and the call takes 2");
        assertThat(bench.started).containsExactly("first", "light");
    }

    @Test
    void weights_onePermitReturnOfMany_servesSeveral() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        Running first = bench.start("first", 3);
        bench.start("a");
        bench.start("b");
        bench.start("c");
        bench.start("d");

        first.end();

        assertThat(bench.started).containsExactly("first", "a", "b", "c");
        assertThat(bench.inUse()).isEqualTo(3);
    }

    // ---- a new configuration

    @Test
    void configure_higherLimit_letsWaitingCallsGoOn() {
        Bench bench = new Bench(Bench.queueing(5));
        bench.start("first");
        bench.start("a");
        bench.start("b");
        bench.start("c");

        bench.bulkhead.configure(Bench.queueing(5).limit(3).build());

        assertThat(bench.started).containsExactly("first", "a", "b");
        assertThat(bench.inUse()).isEqualTo(3);
    }

    /** Resilience4j blocks whoever lowers the limit of a full bulkhead. */
    @Test
    void configure_lowerLimitWhileFull_doesNotWaitAndDrains() {
        Bench bench = new Bench(Bench.queueing(5).limit(3));
        Running a = bench.start("a");
        Running b = bench.start("b");
        Running c = bench.start("c");
        bench.start("waits");

        bench.bulkhead.configure(Bench.queueing(5).build());

        assertThat(bench.inUse()).isEqualTo(3);
        assertThat(bench.bulkhead.snapshot().available()).isZero();
        a.end();
        b.end();
        assertThat(bench.started).containsExactly("a", "b", "c");
        c.end();
        assertThat(bench.started).endsWith("waits");
        assertThat(bench.inUse()).isEqualTo(1);
    }

    @Test
    void configure_limitBelowAWaitingWeight_rejectsThatCallWhereverItStands() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        bench.start("first", 3);
        Running light = bench.start("light");
        Running heavy = bench.start("heavy", 3);

        bench.bulkhead.configure(Bench.jobs(2, 5).build());

        assertThat(heavy.rejection()).isEqualTo("bulkhead 'users' has only 2 permits, and the call takes 3");
        assertThat(light.answer()).isNotDone();
        assertThat(bench.waiting()).isEqualTo(1);
    }

    @Test
    void configure_limitBelowTheWeightOfAWaitingThread_rejectsIt() {
        Bench bench = new Bench(Bench.jobs(3, 5));
        bench.start("first", 3);
        bench.after(SECOND, () -> bench.bulkhead.configure(Bench.jobs(2, 5).build()));

        Bench.End end = bench.call(Style.SYNC, new Job("heavy", 3, 0), job -> "good");

        assertThat(end.failure()).hasMessageContaining("has only 2 permits");
        assertThat(bench.nowInMillis()).isEqualTo(1_000);
    }

    @Test
    void configure_otherOrder_servesThoseWhoWaitInIt() {
        Bench bench = new Bench(Bench.queueing(5));
        Running first = bench.start("first");
        bench.start("a");
        bench.start("b");

        bench.bulkhead.configure(Bench.queueing(5).order(QueueOrder.LIFO).build());
        first.end();

        assertThat(bench.started).containsExactly("first", "b");
    }

    @Test
    void configure_shorterQueueAndWait_leavesThoseWhoWait() {
        Bench bench = new Bench(Bench.queueing(5));
        Running first = bench.start("first");
        Running a = bench.start("a");
        bench.start("b");

        bench.bulkhead.configure(Bench.single().build());
        bench.runtime.advance(Duration.ofSeconds(9));
        assertThat(bench.start("late").rejection()).contains("is full");
        first.end();
        a.end();

        assertThat(bench.started).containsExactly("first", "a", "b");
    }

    @Test
    void configure_anything_isTold() {
        Bench bench = new Bench(Bench.single());
        BulkheadConfig config = Bench.queueing(3).build();

        bench.bulkhead.configure(config);

        assertThat(bench.events).containsExactly(new BulkheadEvent.ConfigChanged("users", config));
        assertThat(bench.bulkhead.config()).isSameAs(config);
    }

    // ---- many

    @Test
    void tenThousandWait_permitsComeBackOneByOne_allRunInOrder() {
        int calls = 10_000;
        Bench bench = new Bench(Bench.queueing(calls));
        Permit held = bench.hold(1);
        for (int i = 0; i < calls; i++) {
            bench.start("call").end(); // its stage ends at once when it runs
        }

        held.close();

        assertThat(bench.started).hasSize(calls);
        assertThat(bench.inUse()).isZero();
        assertThat(bench.runtime.pendingTimers()).isZero();
    }
}
