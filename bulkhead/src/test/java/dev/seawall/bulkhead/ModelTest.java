package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bench.Job;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Random calls, ends, cancels, waits and configurations: the bulkhead does what its naive twin does, in the same order. */
final class ModelTest {

    private static final int CASES = 2_000;
    private static final int CASES_WITH_PARTITIONS = 500;
    private static final int STEPS = 500;

    @Test
    void anyHistory_bulkhead_doesWhatTheModelDoes() {
        Property.named("a bulkhead starts and rejects the calls that its model does")
                .cases(CASES)
                .check(random -> new Both(random, false).play());
    }

    @Test
    void anyHistory_partitions_doWhatTheModelDoes() {
        Property.named("a bulkhead with partitions starts and rejects the calls that its model does")
                .cases(CASES_WITH_PARTITIONS)
                .check(random -> new Both(random, true).play());
    }

    /** A bulkhead and its model, side by side. */
    private static final class Both {

        private final SeededRandom random;
        private final boolean partitioned;
        private final VirtualRuntime runtime = VirtualRuntime.create();
        private final ModelBulkhead model = new ModelBulkhead();
        private final List<String> history = new ArrayList<>();
        private final Map<Integer, CompletableFuture<String>> stages = new LinkedHashMap<>(); // of those that run
        private final Map<Integer, CompletableFuture<String>> answers = new LinkedHashMap<>(); // of those not over
        private final Bulkhead bulkhead;
        private final Pipeline pipeline;
        private int calls;

        Both(SeededRandom random, boolean partitioned) {
            this.random = random;
            this.partitioned = partitioned;
            BulkheadConfig config = configure();
            bulkhead = Bulkhead.of("model", config, runtime);
            pipeline = Pipeline.named("model").runtime(runtime).with(bulkhead).build();
        }

        /** A random configuration, which the model has already. */
        private BulkheadConfig configure() {
            int limit = 1 + random.nextInt(5);
            int queue = random.nextInt(6);
            Duration maxWait = Duration.ofMillis(random.chance(0.1) ? 0 : 1 + random.nextInt(20));
            QueueOrder order = random.pick(List.of(QueueOrder.values()));
            Map<String, Integer> shares = shares();
            model.configure(limit, queue, maxWait.toNanos(), order, shares);
            return new BulkheadConfig(
                    limit,
                    queue,
                    maxWait,
                    order,
                    job -> ((Job) job).weight(),
                    order == QueueOrder.PRIORITY ? job -> ((Job) job).priority() : null,
                    null,
                    null,
                    shares.isEmpty() ? null : new Partitions(job -> ((Job) job).name(), shares));
        }

        /** None, or up to three shares of at most 100 % together. */
        private Map<String, Integer> shares() {
            Map<String, Integer> shares = new TreeMap<>();
            int left = 100;
            for (String name : List.of("a", "b", "c")) {
                if (partitioned && left > 0 && random.chance(0.7)) {
                    int percent = 1 + random.nextInt(left);
                    shares.put(name, percent);
                    left -= percent;
                }
            }
            return shares;
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                BulkheadSnapshot snapshot = bulkhead.snapshot();
                if (!history.equals(model.history)
                        || snapshot.inUse() != model.inUse()
                        || snapshot.waiting() != model.waiting.size()
                        || !snapshot.partitions().equals(partitions())) { // assertions cost more than what they check
                    throw new AssertionError(history + " and " + snapshot + ", but the model has " + model.history
                            + ", " + model.inUse() + " in use and " + model.waiting.size() + " waiting");
                }
                history.clear();
                model.history.clear();
            }
            finish();
        }

        private List<PartitionSnapshot> partitions() {
            return model.percent.keySet().stream()
                    .sorted()
                    .map(name -> new PartitionSnapshot(
                            name, model.share(name), model.inUse(name), (int) model.waiting.stream()
                                    .filter(entry -> entry.partition.equals(name))
                                    .count()))
                    .toList();
        }

        private void step() {
            int what = random.nextInt(100);
            if (what < 45) {
                come();
            } else if (what < 70) {
                end();
            } else if (what < 82) {
                cancel();
            } else if (what < 97) {
                pass(Duration.ofMillis(random.nextInt(8)));
            } else {
                bulkhead.configure(configure());
            }
        }

        private void come() {
            int id = ++calls;
            // without priorities a place has none, also when the order is changed later
            int priority = model.order == QueueOrder.PRIORITY ? random.nextInt(3) : 0;
            Job job = new Job(
                    random.pick(List.of("a", "b", "c", "d")), random.chance(0.7) ? 1 : 1 + random.nextInt(5), priority);
            model.come(id, job, runtime.now());
            CompletableFuture<String> answer = pipeline.callAsyncWith(job, about -> {
                history.add("started " + id);
                CompletableFuture<String> stage = new CompletableFuture<>();
                stages.put(id, stage);
                return stage;
            });
            answers.put(id, answer);
            answer.whenComplete((result, failure) -> {
                stages.remove(id);
                answers.remove(id);
                if (failure != null && !(failure instanceof CancellationException)) {
                    history.add("rejected " + id);
                }
            });
        }

        private void end() {
            if (!stages.isEmpty()) {
                int id = random.pick(List.copyOf(stages.keySet()));
                model.end(id);
                stages.get(id).complete("good");
            }
        }

        private void cancel() {
            if (!answers.isEmpty()) {
                int id = random.pick(List.copyOf(answers.keySet()));
                model.cancel(id);
                answers.get(id).cancel(true);
            }
        }

        private void pass(Duration time) {
            model.timePasses(runtime.now() + time.toNanos());
            runtime.advance(time);
        }

        /** Whoever waits is let in or gives up, and all permits are there again. */
        private void finish() {
            runtime.runAll();
            while (!stages.isEmpty()) {
                List.copyOf(stages.values()).forEach(stage -> stage.complete("good"));
            }
            assertThat(answers).isEmpty();
            assertThat(bulkhead.isIdle()).isTrue();
            assertThat(runtime.pendingTimers()).isZero();
        }
    }
}
