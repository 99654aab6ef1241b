package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Classifier;
import dev.seawall.Deadline;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random attempts, in virtual time: who starts when, who wins and who is cancelled is as a naive simulation says. */
final class HedgeTwinTest {

    private static final int CASES = 20_000;
    private static final long NEVER = Long.MAX_VALUE;

    private enum Kind {
        OK,
        FAILS,
        BAD_RESULT,
        NEUTRAL,
        ERROR,
        REJECTED
    }

    /** What an attempt does, and how many milliseconds it takes. A rejected one takes none. */
    private record Play(Kind kind, long takes) {}

    /** A random case. No two things happen at the same time: an attempt's end falls on a millisecond of its own. */
    private record Case(
            List<Play> script,
            long delay,
            int burst, // less than 0 for no budget
            long deadline,
            long cancelAt) {

        static Case of(SeededRandom random) {
            int attempts = random.nextInt(2, 7);
            long delay = random.nextInt(10) == 0 ? 0 : random.nextInt(1, 20) * 10L;
            List<Play> script = IntStream.range(0, attempts)
                    .mapToObj(i -> new Play(
                            random.nextBoolean() ? Kind.FAILS : random.pick(List.of(Kind.values())),
                            random.nextInt(0, 50) * 10L + i + 1))
                    .toList();
            return new Case(
                    script,
                    delay,
                    random.nextBoolean() ? -1 : random.nextInt(0, 4),
                    random.nextInt(3) == 0 ? random.nextInt(1, 50) * 10L + 8 : NEVER,
                    random.nextInt(5) == 0 ? random.nextInt(0, 50) * 10L + 9 : NEVER);
        }
    }

    /** What came of it. Attempts are told by their number. */
    private record Course(List<Long> starts, List<Integer> cancelled, String end, long endedAt, int hedgesPaid) {}

    // ---- the naive simulation: looks at each millisecond

    private static final class Twin {

        private final Case input;
        private final List<Long> starts = new ArrayList<>();
        private final TreeSet<Integer> running = new TreeSet<>();
        private final TreeSet<Integer> lost = new TreeSet<>();
        private final List<Integer> cancelled = new ArrayList<>();
        private boolean refused;
        private @Nullable String end;

        Twin(Case input) {
            this.input = input;
        }

        Course run() {
            long time = 0;
            start(time);
            while (true) {
                endAttempts(time);
                if (end == null && time == input.cancelAt()) {
                    cancelled.addAll(running);
                    end = "cancelled";
                }
                if (end != null) {
                    return new Course(starts, cancelled, end, time, input.burst() < 0 ? 0 : starts.size() - 1);
                }
                while (mayStart(time)) {
                    start(time);
                    endAttempts(time);
                }
                time += end == null ? 1 : 0;
            }
        }

        private boolean mayStart(long time) {
            int next = starts.size() + 1;
            boolean due = time == starts.get(next - 2) + input.delay();
            if (end != null || refused || next > input.script().size() || !due || time >= input.deadline()) {
                return false;
            }
            refused = input.burst() >= 0 && starts.size() - 1 == input.burst();
            return !refused;
        }

        private void start(long time) {
            starts.add(time);
            running.add(starts.size());
        }

        private void endAttempts(long time) {
            for (int number : List.copyOf(running)) {
                Play play = play(number);
                long takes = play.kind() == Kind.REJECTED ? 0 : play.takes();
                if (end == null && time == starts.get(number - 1) + takes) {
                    running.remove(number);
                    if (play.kind() == Kind.OK || play.kind() == Kind.ERROR) {
                        cancelled.addAll(running);
                        end = number + " " + play.kind();
                    } else {
                        lost.add(number);
                        end = running.isEmpty() ? lastEnd() : null;
                    }
                }
            }
        }

        private String lastEnd() {
            int best = lost.stream()
                    .filter(number -> play(number).kind() != Kind.REJECTED)
                    .findFirst()
                    .orElse(1);
            return best + " " + play(best).kind();
        }

        private Play play(int number) {
            return input.script().get(number - 1);
        }
    }

    // ---- the same with a real hedge

    private static final class Ended extends IOException {

        private static final long serialVersionUID = 1L;

        Ended(String message) {
            super(message);
        }
    }

    private static final class Real {

        private final Case input;
        private final VirtualRuntime runtime = VirtualRuntime.create();
        private final List<Long> starts = new ArrayList<>();
        private final List<Integer> cancelled = new ArrayList<>();
        private final Gate gate = new Gate();
        private final Hedge hedge;
        private final Pipeline pipeline;
        private final @Nullable RetryBudget budget;
        private long endedAt = -1;

        Real(Case input) {
            this.input = input;
            this.budget = input.burst() < 0 ? null : RetryBudget.of(0, 0, input.burst(), runtime);
            this.hedge = Hedge.of(
                    "twin",
                    HedgeConfig.builder()
                            .delay(HedgeDelay.fixed(Duration.ofMillis(input.delay())))
                            .maxAttempts(input.script().size())
                            .budget(budget)
                            .build());
            this.pipeline = Pipeline.named("twin")
                    .runtime(runtime)
                    .inheritDeadline()
                    .classifier(Classifier.builder()
                            .onResult(String.class, text -> text.endsWith("BAD_RESULT"), Outcome.FAILURE)
                            .onResult(String.class, text -> text.endsWith("NEUTRAL"), Outcome.NEUTRAL)
                            .build())
                    .with(hedge)
                    .with(gate)
                    .build();
            for (int i = 0; i < input.script().size(); i++) {
                if (input.script().get(i).kind() == Kind.REJECTED) {
                    gate.reject(i + 1, null);
                }
            }
        }

        Course run() {
            CompletableFuture<String> future = input.deadline() == NEVER
                    ? pipeline.callAsync(this::start)
                    : Deadline.after(Duration.ofMillis(input.deadline()), runtime)
                            .call(() -> pipeline.callAsync(this::start));
            future.whenComplete((result, failure) -> endedAt = millis());
            if (input.cancelAt() != NEVER) {
                runtime.advance(Duration.ofMillis(input.cancelAt()));
                future.cancel(true);
            }
            runtime.runAll();
            gate.times.forEach(time -> starts.add((time - 1) / 1_000_000));
            HedgeSnapshot snapshot = hedge.snapshot();
            assertThat(snapshot.hedges()).isEqualTo(starts.size() - 1);
            assertThat(snapshot.hedgedCalls()).isEqualTo(starts.size() > 1 ? 1 : 0);
            int paid = budget == null ? 0 : input.burst() - budget.available();
            return new Course(starts, cancelled, end(future), endedAt, paid);
        }

        private long millis() {
            return (runtime.now() - 1) / 1_000_000;
        }

        private static String end(CompletableFuture<String> future) {
            if (future.isCancelled()) {
                return "cancelled";
            }
            return future.handle((result, failure) -> {
                        if (failure == null) {
                            return result;
                        }
                        return failure instanceof Gate.Closed ? "1 REJECTED" : String.valueOf(failure.getMessage());
                    })
                    .join();
        }

        private CompletionStage<String> start() {
            int number = hedge.currentAttempt();
            Play play = input.script().get(number - 1);
            String text = number + " " + play.kind();
            CompletableFuture<String> stage = new CompletableFuture<>();
            runtime.schedule(Duration.ofMillis(play.takes()).toNanos(), () -> {
                switch (play.kind()) {
                    case FAILS -> stage.completeExceptionally(new Ended(text));
                    case ERROR -> stage.completeExceptionally(new AssertionError(text));
                    default -> stage.complete(text);
                }
            });
            stage.whenComplete((result, failure) -> {
                if (stage.isCancelled()) {
                    cancelled.add(number);
                }
            });
            return stage;
        }
    }

    @Test
    void calls_randomAttempts_goAsTheNaiveTwinSays() {
        long[] hedges = new long[1];

        Property.named("a hedged call goes as its documentation says")
                .cases(CASES)
                .check(random -> {
                    Case input = Case.of(random);
                    Course expected = new Twin(input).run();

                    Course course = new Real(input).run();

                    assertThat(sorted(course)).as("%s", input).isEqualTo(sorted(expected));
                    hedges[0] += course.starts().size() - 1;
                });

        assertThat(hedges[0]).as("hedges compared").isGreaterThan(CASES);
    }

    /** In which order losers are cancelled is nobody's business. */
    private static Course sorted(Course course) {
        List<Integer> cancelled = course.cancelled().stream().sorted().toList();
        return new Course(course.starts(), cancelled, course.end(), course.endedAt(), course.hedgesPaid());
    }
}
