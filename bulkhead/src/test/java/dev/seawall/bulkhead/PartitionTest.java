package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bench.Job;
import dev.seawall.bulkhead.Bench.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Guaranteed shares. A job's partition is what stands before the point in its name. */
final class PartitionTest {

    private static String partition(Job job) {
        return job.name().substring(0, job.name().indexOf('.'));
    }

    private static Bench bench(int limit, int queue, Map<String, Integer> shares) {
        return new Bench(Bench.jobs(limit, queue).partitions(Job.class, PartitionTest::partition, shares));
    }

    private static List<Running> start(Bench bench, String name, int calls) {
        List<Running> running = new ArrayList<>();
        for (int i = 1; i <= calls; i++) {
            running.add(bench.start(name + "." + i));
        }
        return running;
    }

    // ---- whose turn it is

    @Test
    void idleShare_isUsedByOthers() {
        Bench bench = bench(10, 10, Map.of("gold", 60, "free", 20));

        start(bench, "free", 10);

        assertThat(bench.started).hasSize(10);
        assertThat(bench.bulkhead.snapshot().partitions())
                .containsExactly(new PartitionSnapshot("free", 2, 10, 0), new PartitionSnapshot("gold", 6, 0, 0));
    }

    @Test
    void callWithinItsShare_getsTheNextPermits() {
        Bench bench = bench(10, 20, Map.of("gold", 60, "free", 20));
        List<Running> free = start(bench, "free", 15);
        start(bench, "gold", 8);

        for (int i = 0; i < 6; i++) {
            free.get(i).end();
        }

        assertThat(bench.started.subList(10, 16)).allMatch(name -> name.startsWith("gold"));
        free.get(6).end();
        assertThat(bench.started.subList(16, 17))
                .as("beyond both shares: first come, first served")
                .containsExactly("free.11");
    }

    @Test
    void shares_comeBackAsFastAsCallsEnd_thoughOthersFloodTheQueue() {
        Bench bench = bench(10, 5, Map.of("gold", 30));
        List<Running> others = start(bench, "other", 50);

        List<Running> gold = start(bench, "gold", 3);
        for (int i = 0; i < 3; i++) {
            others.get(i).end();
        }

        assertThat(bench.started.subList(10, 13)).containsExactly("gold.1", "gold.2", "gold.3");
        assertThat(gold).noneMatch(call -> call.answer().isDone());
        assertThat(others.get(14).rejection()).contains("a call that goes before this one took its place");
    }

    @Test
    void fullQueueOfCallsWithinTheirShares_displacesNobody() {
        Bench bench = bench(4, 2, Map.of("gold", 50, "silver", 50));
        start(bench, "other", 4);
        start(bench, "gold", 2);

        Running silver = bench.start("silver.1");

        assertThat(silver.rejection())
                .startsWith("bulkhead 'users' is full: 4 of 4 permits in use,"
                        + " 0 of them by partition 'silver' with a share of 2, 2 waiting");
    }

    @Test
    void sharesOfSeveral_areServedInTheOrderOfAll() {
        Bench bench = bench(4, 10, Map.of("gold", 50, "silver", 50));
        List<Running> others = start(bench, "other", 6);
        bench.start("gold.1");
        bench.start("silver.1");
        bench.start("gold.2");
        bench.start("gold.3");

        others.subList(0, 4).forEach(Running::end);

        assertThat(bench.started.subList(4, 8)).containsExactly("gold.1", "silver.1", "gold.2", "other.5");
    }

    @Test
    void heavyCall_thatItsShareHasNoRoomFor_hasNoPrecedence() {
        Bench bench = bench(4, 10, Map.of("gold", 50));
        Running other = bench.start("other.1", 4);
        bench.start("other.2", 4);
        bench.start("gold.heavy", 3);

        other.end();

        assertThat(bench.started).containsExactly("other.1", "other.2");
    }

    @Test
    void manualPermits_andCallsWithoutAPartition_haveNoShare() {
        Bench bench = new Bench(Bench.jobs(1, 10).partitions(Job.class, job -> null, Map.of("gold", 100)));
        Permit permit = bench.hold(1);
        bench.start("nobody.1");

        permit.close();

        assertThat(bench.started).containsExactly("nobody.1");
        assertThat(bench.bulkhead.snapshot().partitions()).containsExactly(new PartitionSnapshot("gold", 1, 0, 0));
    }

    @Test
    void functionThatThrows_isNoPartition() {
        Bench bench = new Bench(Bench.jobs(1, 10)
                .partitions(
                        Job.class,
                        job -> {
                            throw new IllegalStateException("no partition");
                        },
                        Map.of("gold", 100)));

        bench.start("gold.1").end();

        assertThat(bench.started).containsExactly("gold.1");
    }

    // ---- limits that change

    @Test
    void share_ofALimitThatChanges_changesWithIt() {
        Bench bench = bench(10, 10, Map.of("gold", 50, "small", 1));

        bench.bulkhead.configure(bench.bulkhead.config().toBuilder().limit(5).build());

        assertThat(bench.bulkhead.snapshot().partitions())
                .as("rounded down, but at least one")
                .containsExactly(new PartitionSnapshot("gold", 2, 0, 0), new PartitionSnapshot("small", 1, 0, 0));
    }

    @Test
    void partitions_changedAtWork_permitsSettleWhereTheyWereTaken() {
        Bench bench = bench(4, 10, Map.of("gold", 50));
        List<Running> gold = start(bench, "gold", 4);
        start(bench, "gold2", 1);

        bench.bulkhead.configure(bench.bulkhead.config().toBuilder()
                .partitions(Job.class, PartitionTest::partition, Map.of("silver", 50))
                .build());
        bench.start("silver.1");
        gold.get(0).end();
        gold.get(1).end();

        assertThat(bench.started).endsWith("silver.1", "gold2.1");
        bench.bulkhead.configure(bench.bulkhead.config().toBuilder()
                .partitions(Job.class, PartitionTest::partition, Map.of("gold", 50))
                .build());
        assertThat(bench.bulkhead.snapshot().partitions()).containsExactly(new PartitionSnapshot("gold", 2, 2, 0));
        gold.get(2).end();
        gold.get(3).end();
        assertThat(bench.bulkhead.snapshot().partitions()).containsExactly(new PartitionSnapshot("gold", 2, 0, 0));
    }

    @Test
    void adaptiveLimit_sharesFollowIt() {
        VirtualRuntime runtime = VirtualRuntime.create();
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(20)
                        .adaptive(AdaptiveLimit.aimd(1, 100))
                        .overload(String.class, result -> true)
                        .partitions(String.class, name -> name, Map.of("gold", 50))
                        .build(),
                runtime);
        Pipeline pipeline =
                Pipeline.named("users").runtime(runtime).with(bulkhead).build();

        for (int i = 0; i < 1_000; i++) {
            pipeline.callWith("gold", subject -> {
                runtime.advance(Duration.ofMillis(10));
                return "overload";
            });
        }

        BulkheadSnapshot snapshot = bulkhead.snapshot();
        assertThat(snapshot.limit()).isLessThan(20);
        assertThat(snapshot.partitions())
                .containsExactly(new PartitionSnapshot("gold", Math.max(1, snapshot.limit() / 2), 0, 0));
    }

    // ---- threads

    @Test
    void manyThreads_neverOverTheLimit_andEverythingComesBack() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(3)
                        .queue(100)
                        .partitions(String.class, name -> name, Map.of("a", 40, "b", 30))
                        .build());
        Pipeline pipeline = Pipeline.of(bulkhead);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger rejected = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (String name : List.of("a", "a", "b", "c", "c", "c")) {
            threads.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 3_000; i++) {
                            try {
                                pipeline.callWith(name, subject -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    Thread.onSpinWait();
                                    return inside.decrementAndGet();
                                });
                            } catch (BulkheadFullException full) {
                                rejected.incrementAndGet();
                            }
                        }
                    },
                    task -> new Thread(task).start()));
        }

        CompletableFuture.allOf(threads.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);

        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(rejected).hasValue(0);
        assertThat(bulkhead.isIdle()).isTrue();
        assertThat(bulkhead.snapshot().partitions())
                .allSatisfy(partition -> assertThat(partition.inUse()).isZero());
    }

    /** Six threads of others keep the bulkhead and its queue busy; those of the share get what is theirs. */
    @Test
    void manyThreads_ofOthers_doNotKeepAShareFromItsOwner() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "users",
                BulkheadConfig.builder()
                        .limit(2)
                        .queue(4)
                        .partitions(String.class, name -> name, Map.of("gold", 50))
                        .build());
        Pipeline pipeline = Pipeline.of(bulkhead);
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            others.add(CompletableFuture.runAsync(
                    () -> {
                        while (!over.get()) {
                            try {
                                pipeline.callWith("other", subject -> subject);
                            } catch (BulkheadFullException full) {
                                Thread.onSpinWait();
                            }
                        }
                    },
                    task -> new Thread(task).start()));
        }

        int admitted = 0;
        for (int i = 0; i < 500; i++) {
            admitted += pipeline.<String, Integer, RuntimeException>callWith("gold", subject -> 1);
        }
        over.set(true);
        CompletableFuture.allOf(others.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);

        assertThat(admitted).as("none was rejected").isEqualTo(500);
    }

    // ---- settings

    @Test
    void partitions_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Partitions(subject -> "a", Map.of("a", 60, "b", 41)))
                .withMessage("sum of shares in percent must be from 1 to 100, was 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Partitions(subject -> "a", Map.of("a", 0)))
                .withMessage("share of 'a' in percent must be from 1 to 100, was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Partitions(subject -> "a", Map.of("", 10)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Partitions(subject -> "a", Map.of()));
        Map<String, Integer> many = new HashMap<>();
        for (int i = 0; i <= Partitions.MOST; i++) {
            many.put("partition " + i, 1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Partitions(subject -> "a", many));
    }

    @Test
    void rejection_namesThePartitionAndItsNumbers() {
        Bench bench = bench(4, 0, Map.of("gold", 50));
        start(bench, "gold", 3);
        start(bench, "other", 1);

        Running rejected = bench.start("gold.4");

        assertThat(rejected.rejection())
                .startsWith("bulkhead 'users' is full: 4 of 4 permits in use,"
                        + " 3 of them by partition 'gold' with a share of 2, 0 waiting");
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> rejected.answer().get(0, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOfSatisfying(
                        BulkheadFullException.class,
                        rejection -> assertThat(rejection.partition()).contains("gold"));
    }
}
