package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Outcome;
import dev.seawall.RetryAfter;
import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random configurations and scripts: the attempts of a retry start when those of a naive simulation do. */
final class RetryTwinTest {

    private static final int CASES = 20_000;
    private static final int CALLS = 3;

    /** What the other side says about coming back, in an exception. */
    private static final class Busy extends IOException {

        private static final long serialVersionUID = 1L;
        private final transient Duration hint;

        Busy(Duration hint) {
            this.hint = hint;
        }
    }

    private static final class Hopeless extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** One attempt of a script; rejected ones carry the hint of the rejection or none. */
    private record Play(Kind kind, Duration takes, @Nullable Duration hint) {}

    private enum Kind {
        OK,
        FAILS,
        BUSY,
        BAD_RESULT,
        NEUTRAL,
        HOPELESS,
        REJECTED
    }

    /** A random case. All durations are whole milliseconds. */
    private record Case(
            long seed,
            int maxAttempts,
            Backoff backoff,
            @Nullable Duration maxDuration,
            @Nullable Duration deadline,
            boolean retryRejections,
            int budgetTenths, // of a retry each call allows; less than 0 for no budget
            int burst,
            List<List<Play>> calls) {

        static Case of(SeededRandom random) {
            long seed = random.nextLong();
            List<List<Play>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(script(random));
            }
            return new Case(
                    seed,
                    random.nextInt(5) == 0 ? RetryConfig.UNLIMITED : random.nextInt(1, 7),
                    backoff(random),
                    random.nextInt(3) == 0 ? millis(random, 1, 2_000) : null,
                    random.nextInt(3) == 0 ? millis(random, 1, 2_000) : null,
                    random.nextBoolean(),
                    random.nextInt(3) == 0 ? random.nextInt(0, 15) : -1,
                    random.nextInt(4),
                    calls);
        }

        private static List<Play> script(SeededRandom random) {
            List<Play> script = new ArrayList<>();
            Kind[] kinds = Kind.values();
            for (int i = random.nextInt(9); i > 0; i--) {
                Kind kind = random.nextBoolean() ? Kind.FAILS : kinds[random.nextInt(kinds.length)];
                Duration takes = random.nextBoolean() ? Duration.ZERO : millis(random, 0, 300);
                script.add(new Play(kind, takes, random.nextBoolean() ? millis(random, 0, 500) : null));
            }
            script.add(new Play(Kind.OK, Duration.ZERO, null));
            return script;
        }

        private static Backoff backoff(SeededRandom random) {
            Duration initial = millis(random, 1, 200);
            Backoff backoff = switch (random.nextInt(6)) {
                case 0 -> Backoff.none();
                case 1 -> Backoff.fixed(initial);
                case 2 -> Backoff.linear(initial);
                case 3 -> Backoff.fibonacci(initial);
                case 4 -> Backoff.of(initial, millis(random, 0, 100));
                default -> Backoff.exponential(initial, 1 + random.nextInt(3));
            };
            return backoff.withJitter(Jitter.values()[random.nextInt(Jitter.values().length)]);
        }

        private static Duration millis(SeededRandom random, int least, int bound) {
            return Duration.ofMillis(random.nextInt(least, bound));
        }

        RetryConfig config(@Nullable RetryBudget budget) {
            return RetryConfig.builder()
                    .maxAttempts(maxAttempts)
                    .backoff(backoff)
                    .maxDuration(maxDuration)
                    .retryAfter(RetryAfter.fromException(Busy.class, busy -> busy.hint))
                    .retryRejections(retryRejections)
                    .budget(budget)
                    .classifier(Classifier.builder()
                            .onException(Hopeless.class, Outcome.NEUTRAL)
                            .onResult(String.class, "bad"::equals, Outcome.FAILURE)
                            .onResult(String.class, "unclear"::equals, Outcome.NEUTRAL)
                            .build())
                    .build();
        }
    }

    /**
     * The naive simulation: one loop, one clock, whole numbers. Returns when attempts started, rejected ones
     * included, and after each call when it ended.
     */
    private static List<Long> simulate(Case input, RandomGenerator random) {
        List<Long> times = new ArrayList<>();
        long now = 0;
        int tenths = input.burst() * 10;
        for (List<Play> script : input.calls()) {
            tenths = Math.min(input.burst() * 10, tenths + input.budgetTenths());
            long start = now;
            long delay = 0;
            for (int attempt = 1; ; attempt++) {
                Play play = script.get(Math.min(attempt, script.size()) - 1);
                boolean rejected = play.kind() == Kind.REJECTED;
                times.add(now);
                now += rejected ? 0 : play.takes().toNanos();
                boolean again = switch (play.kind()) {
                    case FAILS, BUSY, BAD_RESULT -> true;
                    case REJECTED -> input.retryRejections() && play.hint() != null;
                    default -> false;
                };
                if (!again || attempt == input.maxAttempts()) {
                    break;
                }
                boolean hinted = rejected || play.kind() == Kind.BUSY;
                long hint = hinted && play.hint() != null ? play.hint().toNanos() : 0;
                delay = Math.max(input.backoff().delayNanos(attempt, delay, random), hint);
                boolean late = input.deadline() != null
                        && now + delay >= start + input.deadline().toNanos();
                boolean tooLong = input.maxDuration() != null
                        && now + delay > start + input.maxDuration().toNanos();
                boolean broke = input.budgetTenths() >= 0 && tenths < 10;
                if (late || tooLong || broke) {
                    break;
                }
                tenths -= input.budgetTenths() >= 0 ? 10 : 0;
                now += delay;
            }
            times.add(now);
        }
        return times;
    }

    /** The same with a real retry. */
    private static List<Long> run(Style style, Case input) {
        VirtualRuntime runtime = VirtualRuntime.create(input.seed());
        RetryBudget budget = input.budgetTenths() < 0
                ? null
                : RetryBudget.of(input.budgetTenths() / 10.0, 0, input.burst(), runtime);
        Gate gate = new Gate();
        Bench bench = new Bench(style, runtime, input.config(budget), builder -> {}, gate).deadline(input.deadline());
        long origin = runtime.now();
        List<Long> times = new ArrayList<>();
        for (List<Play> script : input.calls()) {
            gate.clear();
            for (int i = 0; i < script.size(); i++) {
                if (script.get(i).kind() == Kind.REJECTED) {
                    gate.reject(i + 1, script.get(i).hint());
                }
            }
            bench.call(script.stream()
                    .filter(play -> play.kind() != Kind.REJECTED)
                    .map(RetryTwinTest::step)
                    .toArray(Step[]::new));
            gate.times.forEach(time -> times.add(time - origin));
            times.add(runtime.now() - origin);
        }
        return times;
    }

    private static Step step(Play play) {
        Step step = switch (play.kind()) {
            case OK, REJECTED -> Step.returns("ok");
            case BAD_RESULT -> Step.returns("bad");
            case NEUTRAL -> Step.returns("unclear");
            case FAILS -> Step.fails(new IOException());
            case HOPELESS -> Step.fails(new Hopeless());
            case BUSY -> Step.fails(new Busy(play.hint()));
        };
        return step.taking(play.takes());
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC_LATER"})
    void attempts_randomConfigurationsAndScripts_startWhenThoseOfTheNaiveTwinDo(Style style) {
        long[] attempts = new long[1];
        Property.named("attempts start when those of a naive simulation do")
                .cases(CASES)
                .check(random -> {
                    Case input = Case.of(random);

                    List<Long> times = run(style, input);

                    assertThat(times)
                            .as("%s", input)
                            .isEqualTo(simulate(
                                    input, VirtualRuntime.create(input.seed()).random()));
                    attempts[0] += times.size() - CALLS;
                });
        assertThat(attempts[0]).as("attempts compared").isGreaterThan(3L * CASES);
    }
}
