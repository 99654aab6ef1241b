package dev.seawall.bulkhead;

import static dev.seawall.bulkhead.AdaptiveBench.halving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Timeout;
import dev.seawall.bulkhead.BulkheadEvent.LimitChanged;
import dev.seawall.test.Property;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What calls through an adaptive bulkhead tell it, and what it makes of that. */
final class AdaptiveBulkheadTest {

    private static final Timeout SHORT = Timeout.of(Duration.ofMillis(50));

    // ---- what raises the limit

    @Test
    void successes_thatFillIt_raiseTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(halving(10)).fill(stage -> stage.complete("good"));

        assertThat(bench.limit()).isGreaterThan(10);
        assertThat(bench.bulkhead.config().limit()).isEqualTo(10);
    }

    @Test
    void successes_ofHalfAsMany_leaveTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(halving(10)).calls(5, stage -> stage.complete("good"));

        assertThat(bench.limit()).isEqualTo(10);
        assertThat(bench.changes).isEmpty();
    }

    @Test
    void permitsHeldByHand_countAsInUse() {
        AdaptiveBench bench = new AdaptiveBench(halving(10));
        bench.bulkhead.acquire(5);

        assertThat(bench.calls(5, stage -> stage.complete("good")).limit()).isGreaterThan(10);
    }

    @Test
    void raisedLimit_withCallsWaiting_letsThemIn() {
        AdaptiveBench bench = new AdaptiveBench(halving(10).queue(100).maxWait(Duration.ofMinutes(1)));
        List<CompletableFuture<String>> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            bench.pipeline.callAsync(() -> {
                CompletableFuture<String> stage = new CompletableFuture<>();
                stages.add(stage);
                return stage;
            });
        }

        for (int round = 0; round < 6; round++) {
            bench.runtime.advance(AdaptiveBench.CALL);
            List<CompletableFuture<String>> running = List.copyOf(stages);
            stages.clear();
            running.forEach(stage -> stage.complete("good"));
        }

        assertThat(bench.bulkhead.snapshot().waiting()).isPositive();
        assertThat(bench.bulkhead.snapshot().inUse()).isEqualTo(bench.limit()).isGreaterThan(10);
    }

    // ---- what tells nothing

    @Test
    void failures_thatComeAtOnce_doNotRaiseTheLimit() {
        AdaptiveBench bench =
                new AdaptiveBench(halving(10)).fill(stage -> stage.completeExceptionally(new IOException("down")));

        assertThat(bench.limit()).isEqualTo(10);
    }

    @Test
    void resultsThatAreNoSuccess_tellNothing() {
        AdaptiveBench bench = new AdaptiveBench(halving(10))
                .fill(stage -> stage.complete("bad"))
                .fill(stage -> stage.complete("odd"))
                .fill(stage -> stage.completeExceptionally(new StackOverflowError()));

        assertThat(bench.limit()).isEqualTo(10);
    }

    @Test
    void cancelledCalls_giveTheirPermitsBackAndTellNothing() {
        AdaptiveBench bench = new AdaptiveBench(halving(10))
                .fill(stage -> stage.cancel(true))
                .fill(stage -> stage.completeExceptionally(new CancellationException()));

        assertThat(bench.limit()).isEqualTo(10);
        assertThat(bench.bulkhead.snapshot().inUse()).isZero();
    }

    @Test
    void rejectionsFurtherInside_tellNothing() {
        Bulkhead inner =
                Bulkhead.of("inner", BulkheadConfig.builder().limit(1).queue(0).build());
        inner.acquire();
        AdaptiveBench bench = new AdaptiveBench(
                halving(10).overload(BulkheadFullException.class, rejection -> true),
                outside -> {},
                inside -> inside.with(inner));

        bench.fill(stage -> stage.complete("good")).oneByOne(100, "good");

        assertThat(inner.snapshot().rejected()).isGreaterThan(100);
        assertThat(bench.limit()).isEqualTo(10);
    }

    // ---- what lowers it

    @Test
    void timeoutsInside_lowerTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(halving(10), outside -> {}, inside -> inside.with(SHORT));

        assertThat(bench.fill(stage -> stage.complete("late")).limit()).isLessThanOrEqualTo(2);
        assertThat(bench.bulkhead.snapshot().inUse()).isZero();
    }

    @Test
    void timeoutsOutside_lowerTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(halving(10), outside -> outside.with(SHORT), inside -> {});

        assertThat(bench.fill(stage -> stage.complete("late")).limit()).isLessThanOrEqualTo(2);
        assertThat(bench.bulkhead.snapshot().inUse()).isZero();
    }

    @Test
    void synchronousTimeouts_insideAndOutside_lowerTheLimit() {
        AdaptiveBench inside = new AdaptiveBench(halving(4), builder -> {}, builder -> builder.with(SHORT));
        AdaptiveBench outside = new AdaptiveBench(halving(4), builder -> builder.with(SHORT), builder -> {});

        assertThat(inside.oneByOne(12, "good").limit()).isEqualTo(2);
        assertThat(outside.oneByOne(12, "good").limit()).isEqualTo(2);
    }

    @Test
    void synchronousCalls_oneByOneThroughALimitOfOne_raiseIt() {
        assertThat(new AdaptiveBench(halving(1)).oneByOne(10, "good").limit()).isEqualTo(2);
        assertThat(new AdaptiveBench(halving(1)).oneByOne(100, "down").limit()).isEqualTo(1);
        assertThat(new AdaptiveBench(halving(1)).oneByOne(100, "bad").limit()).isEqualTo(1);
    }

    @Test
    void stagesThatIgnoreTheirTimeLimit_lowerTheLimitWhenTheyEnd() {
        AdaptiveBench bench = new AdaptiveBench(halving(1), outside -> outside.with(SHORT), inside -> {});
        List<CompletableFuture<String>> stages = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            bench.pipeline.callAsync(() -> stubborn(stages));
            bench.runtime.advance(AdaptiveBench.CALL);
            stages.forEach(stage -> stage.complete("late"));
        }

        assertThat(stages).hasSize(20);
        assertThat(bench.limit()).isEqualTo(1);
    }

    /** Cancelling what it returns does nothing to the stage itself. */
    private static CompletionStage<String> stubborn(List<CompletableFuture<String>> stages) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage.minimalCompletionStage();
    }

    @Test
    void signsOfOverload_resultsAndExceptions_lowerTheLimit() {
        BulkheadConfig.Builder config = halving(10)
                .overload(String.class, "busy"::equals)
                .overload(IOException.class, failure -> "503".equals(failure.getMessage()));

        assertThat(new AdaptiveBench(config)
                        .fill(stage -> stage.complete("busy"))
                        .limit())
                .isLessThanOrEqualTo(2);
        assertThat(new AdaptiveBench(config)
                        .fill(stage -> stage.completeExceptionally(new IOException("503")))
                        .limit())
                .isLessThanOrEqualTo(2);
        assertThat(new AdaptiveBench(config)
                        .fill(stage -> stage.complete("good"))
                        .limit())
                .isGreaterThan(10);
    }

    @Test
    void signOfOverload_thatThrows_isNone() {
        AdaptiveBench bench = new AdaptiveBench(halving(10).overload(String.class, result -> {
            throw new StackOverflowError();
        }));

        assertThat(bench.fill(stage -> stage.complete("good")).limit()).isGreaterThan(10);
    }

    @Test
    void callsSlowerThanAsked_lowerTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(
                halving(10).adaptive(AdaptiveLimit.aimd(1, 100).withSlow(AdaptiveBench.CALL.minusNanos(1))));

        assertThat(bench.fill(stage -> stage.complete("good")).limit()).isLessThan(10);
    }

    @Test
    void callsAsSlowAsAsked_raiseTheLimit() {
        AdaptiveBench bench = new AdaptiveBench(
                halving(10).adaptive(AdaptiveLimit.aimd(1, 100).withSlow(AdaptiveBench.CALL)));

        assertThat(bench.fill(stage -> stage.complete("good")).limit()).isGreaterThan(10);
    }

    // ---- what is told and what can be changed

    @Test
    void changes_areToldOnceEachInOrder() {
        AdaptiveBench bench = new AdaptiveBench(halving(10)).fill(stage -> stage.complete("good"));

        assertThat(bench.changes.get(0)).isEqualTo(new LimitChanged("users", 10, 11));
        assertThat(bench.changes.get(0)).hasToString("bulkhead 'users': the limit went from 10 to 11");
        for (int i = 1; i < bench.changes.size(); i++) {
            assertThat(bench.changes.get(i).from())
                    .isEqualTo(bench.changes.get(i - 1).to());
        }
        assertThat(bench.changes.get(bench.changes.size() - 1).to()).isEqualTo(bench.limit());
    }

    @Test
    void listener_ofAChange_mayUseTheBulkhead() {
        AdaptiveBench bench = new AdaptiveBench(halving(10));
        bench.bulkhead.on(LimitChanged.class, change -> bench.bulkhead.configure(bench.bulkhead.config()));
        bench.bulkhead.on(LimitChanged.class, change -> {
            throw new IllegalStateException("broken listener");
        });

        assertThat(bench.fill(stage -> stage.complete("good")).limit()).isGreaterThan(10);
    }

    @Test
    void configure_otherLimitOrAlgorithm_startsAnewThere() {
        AdaptiveBench bench = new AdaptiveBench(halving(10)).fill(stage -> stage.complete("good"));
        BulkheadConfig config = bench.bulkhead.config();

        bench.bulkhead.configure(config.toBuilder().limit(50).build());
        assertThat(bench.limit()).isEqualTo(50);
        bench.bulkhead.configure(config.toBuilder()
                .limit(50)
                .adaptive(AdaptiveLimit.vegas(1, 60))
                .build());
        assertThat(bench.limit()).isEqualTo(50);
        assertThat(bench.changes.get(bench.changes.size() - 1).to()).isEqualTo(50);
        assertThat(bench.fill(stage -> stage.complete("good")).limit()).isLessThanOrEqualTo(60);
    }

    @Test
    void configure_otherQueue_keepsWhatItHasLearned() {
        AdaptiveBench bench = new AdaptiveBench(halving(10)).fill(stage -> stage.complete("good"));
        int learned = bench.limit();

        bench.bulkhead.configure(bench.bulkhead.config().toBuilder().queue(7).build());

        assertThat(bench.limit()).isEqualTo(learned).isGreaterThan(10);
    }

    @Test
    void probe_afterTheInterval_halvesTheLimitForAMomentAndPutsItBack() {
        AdaptiveBench bench = new AdaptiveBench(halving(10).adaptive(AdaptiveLimit.vegas(1, 10)));
        for (int second = 0; second < 100; second++) {
            bench.fill(stage -> stage.complete("good"));
        }

        assertThat(bench.changes).hasSizeBetween(6, 10);
        assertThat(bench.changes)
                .allSatisfy(change -> assertThat(change.from() + change.to()).isEqualTo(15));
        assertThat(bench.limit()).isEqualTo(10);
    }

    // ---- never over the limit

    @Test
    void calls_ofAnyDurationAndEnd_neverGetInOverTheLimit() {
        List<AdaptiveLimit> limits =
                List.of(AdaptiveLimit.aimd(1, 30), AdaptiveLimit.vegas(1, 30), AdaptiveLimit.gradient2(1, 30));
        Property.named("an adaptive bulkhead admits nobody over its limit")
                .cases(60)
                .check(random -> {
                    AdaptiveBench bench = new AdaptiveBench(
                            halving(5).queue(random.nextInt(5)).adaptive(random.pick(limits)),
                            outside -> {},
                            inside -> inside.with(Timeout.of(Duration.ofMillis(400))));
                    for (int i = 0; i < 2_000; i++) {
                        CompletableFuture<String> stage = new CompletableFuture<>();
                        bench.pipeline.callAsync(() -> {
                            BulkheadSnapshot snapshot = bench.bulkhead.snapshot();
                            assertThat(snapshot.inUse()).isLessThanOrEqualTo(snapshot.limit());
                            return stage;
                        });
                        long nanos = random.nextLong(600_000_000);
                        boolean fails = random.chance(0.05);
                        bench.runtime.schedule(nanos, () -> {
                            if (fails) {
                                stage.completeExceptionally(new IOException("down"));
                            } else {
                                stage.complete("good");
                            }
                        });
                        bench.runtime.advance(Duration.ofNanos(random.nextLong(30_000_000)));
                    }
                    bench.runtime.runAll();

                    assertThat(bench.bulkhead.snapshot().inUse()).isZero();
                    assertThat(bench.bulkhead.snapshot().waiting()).isZero();
                    assertThat(bench.changes).isNotEmpty();
                });
    }

    @Test
    void fixedBulkhead_keepsItsLimit() {
        AdaptiveBench bench = new AdaptiveBench(
                BulkheadConfig.builder().limit(10).queue(0), outside -> {}, inside -> inside.with(SHORT));

        assertThat(bench.fill(stage -> stage.complete("late")).limit()).isEqualTo(10);
        assertThat(bench.changes).isEmpty();
    }
}
