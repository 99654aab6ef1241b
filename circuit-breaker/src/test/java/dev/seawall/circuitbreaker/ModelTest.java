package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.TrialLost;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.WouldHaveOpened;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten million random operations on a breaker and on a {@link ModelBreaker}: they agree after each. */
final class ModelTest {

    private static final int CASES = 20_000;
    private static final int OPERATIONS = 500;
    private static final List<Integer> SCALES = List.of(1, 10, 50, 50, 500);
    private static final int MOST_UNDER_WAY = 8;
    private static final IOException DOWN = new IOException("down");
    private static final Bench.IgnoredException IGNORED = new Bench.IgnoredException();
    private static final StackOverflowError BROKEN = new StackOverflowError();
    private static final List<CircuitBreakerConfig> CONFIGS = configs();
    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.SUCCESS, Outcome.SUCCESS, Outcome.FAILURE, Outcome.FAILURE, Outcome.NEUTRAL);

    @Test
    void breaker_tenMillionRandomOperations_agreesWithItsModel() {
        Property.named("a breaker is what its documentation says").cases(CASES).check(random -> {
            Run run = new Run(random);
            for (int i = 0; i < OPERATIONS; i++) {
                String operation = run.operate();
                run.compare(i, operation);
            }
            run.end();
        });
    }

    private static List<CircuitBreakerConfig> configs() {
        SeededRandom random = new SeededRandom(1);
        return Stream.generate(() -> config(random)).limit(1_000).toList();
    }

    private static CircuitBreakerConfig config(SeededRandom random) {
        Window window = window(random);
        int trials = random.nextInt(1, 5);
        return CircuitBreakerConfig.builder()
                .window(window)
                .minimumCalls(random.nextInt(1, most(window) + 1))
                .failureRateThreshold(random.pick(List.of(30.0, 50.0, 66.6, 100.0)))
                .slowCallDuration(random.chance(0.5) ? Duration.ofMillis(50) : null)
                .slowCallsInFlight(random.chance(0.8))
                .slowCallRateThreshold(random.pick(List.of(50.0, 100.0)))
                .openDelay(Backoff.exponential(Duration.ofMillis(random.nextInt(1, 200))))
                .trials(trials)
                .trialSuccesses(random.nextInt(1, trials + 1))
                .trialLease(Duration.ofMillis(random.nextInt(1, 100)))
                .recoveryRamp(Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(1, 200)))
                .timedTransition(random.nextBoolean())
                .build();
    }

    private static int most(Window window) {
        if (window instanceof Window.Any any) {
            return any.windows().stream().mapToInt(ModelTest::most).min().orElseThrow();
        }
        return window instanceof Window.Count count ? count.calls() : 5;
    }

    private static Window window(SeededRandom random) {
        return random.chance(0.8) ? single(random) : Window.anyOf(single(random), single(random), single(random));
    }

    private static Window single(SeededRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> Window.count(random.nextInt(1, 8));
            case 1 -> Window.time(Duration.ofMillis(100), random.pick(List.of(1, 2, 3, 10)));
            case 2 -> Window.consecutive(random.nextInt(1, 5));
            default -> Window.failures(random.nextInt(1, 5), Duration.ofMillis(random.nextInt(1, 200)));
        };
    }

    /** A call in both breakers at once. */
    private record Pending(Permit permit, ModelBreaker.Call call) {}

    /** One case. */
    private static final class Run {

        private final SeededRandom random;
        private final VirtualRuntime runtime = VirtualRuntime.create();
        private final CircuitBreaker breaker;
        private final ModelBreaker model;
        private final Pipeline pipeline;
        private final List<Pending> underWay = new ArrayList<>();
        private CircuitBreakerSnapshot kept;
        private int wouldHaveOpened;
        private int trialsLost;

        Run(SeededRandom random) {
            this.random = random;
            CircuitBreakerConfig config = random.pick(CONFIGS);
            this.breaker = CircuitBreaker.of("model", config, runtime);
            this.model = new ModelBreaker(config, runtime);
            this.pipeline = Pipeline.named("model")
                    .runtime(runtime)
                    .classifier(Bench.CLASSIFIER)
                    .with(breaker)
                    .build();
            this.kept = breaker.snapshot();
            breaker.on(WouldHaveOpened.class, event -> wouldHaveOpened++);
            breaker.on(TrialLost.class, event -> trialsLost++);
        }

        String operate() {
            int choice = random.nextInt(200);
            if (choice < 60) {
                return callNow();
            } else if (choice < 90) {
                return start();
            } else if (choice < 120) {
                return endOne();
            } else if (choice < 124) {
                return forgetOne();
            } else if (choice < 185) {
                return advance();
            }
            return order(choice);
        }

        // ---- calls

        private String callNow() {
            Outcome outcome = random.pick(OUTCOMES);
            ModelBreaker.Call call = model.admit();
            boolean admitted = switch (random.nextInt(3)) {
                case 0 -> callByPermit(outcome);
                case 1 -> callSync(outcome);
                default -> callAsync(outcome);
            };
            check(admitted == (call != null), "admission");
            if (call != null) {
                model.settle(call, outcome);
            }
            return "call that ends at once";
        }

        private boolean callByPermit(Outcome outcome) {
            Permit permit = acquire();
            if (permit != null) {
                permit.settle(outcome);
            }
            return permit != null;
        }

        private @Nullable Permit acquire() {
            try {
                return breaker.acquire();
            } catch (CircuitOpenException rejection) {
                check(rejection.retryAfter().map(Duration::toNanos).orElse(-1L) == model.retryAfterNanos, "hint");
                return null;
            }
        }

        private boolean callSync(Outcome outcome) {
            try {
                pipeline.call(() -> endIn(outcome));
                return true;
            } catch (CircuitOpenException rejection) {
                return false;
            } catch (Exception | StackOverflowError expected) {
                return true;
            }
        }

        private String endIn(Outcome outcome) throws Exception {
            switch (outcome) {
                case SUCCESS -> {
                    return "good";
                }
                case NEUTRAL -> throw IGNORED;
                case FAILURE -> {
                    if (random.nextBoolean()) {
                        throw DOWN;
                    }
                    if (random.nextBoolean()) {
                        throw BROKEN;
                    }
                }
            }
            return "bad";
        }

        private boolean callAsync(Outcome outcome) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> answer = pipeline.callAsync(() -> stage);
            if (answer.isDone()) {
                return false;
            }
            switch (outcome) {
                case SUCCESS -> stage.complete("good");
                case FAILURE -> stage.completeExceptionally(DOWN);
                case NEUTRAL -> answer.cancel(true);
            }
            return true;
        }

        // ---- calls that stay under way

        private String start() {
            if (underWay.size() == MOST_UNDER_WAY) {
                return endOne();
            }
            ModelBreaker.Call call = model.admit();
            Permit permit = acquire();
            check((permit != null) == (call != null), "admission");
            if (permit != null && call != null) {
                underWay.add(new Pending(permit, call));
            }
            return "start of a call";
        }

        private String endOne() {
            if (underWay.isEmpty()) {
                return "nothing";
            }
            Pending pending = underWay.remove(random.nextInt(underWay.size()));
            Outcome outcome = random.pick(OUTCOMES);
            pending.permit().settle(outcome);
            pending.permit().failure(); // a permit ends once
            model.settle(pending.call(), outcome);
            return "end of a call";
        }

        private String forgetOne() {
            if (!underWay.isEmpty()) {
                underWay.remove(random.nextInt(underWay.size()));
            }
            return "a call that never ends";
        }

        // ---- time, orders

        private String advance() {
            int millis = random.pick(SCALES);
            Duration time = random.nextBoolean()
                    ? Duration.ofMillis(random.nextInt(millis + 1))
                    : Duration.ofNanos(random.nextLong(millis * 1_000_000L));
            if (random.chance(0.001)) {
                time = Duration.ofDays(random.nextInt(1, 400));
            }
            runtime.advance(time);
            model.timePassed();
            return "time";
        }

        private String order(int choice) {
            switch (choice) {
                case 185, 186 -> to(State.CLOSED, breaker::reset);
                case 187 -> to(State.FORCED_OPEN, breaker::forceOpen);
                case 188 -> to(State.DISABLED, breaker::disable);
                case 189 -> to(State.SHADOW, breaker::shadow);
                case 190, 191, 192, 193 -> {
                    CircuitBreakerConfig config = change();
                    breaker.configure(config);
                    model.configure(config);
                    return "configure";
                }
                case 194, 195, 196 -> kept = breaker.snapshot();
                default -> {
                    if (choice < 198 || breaker.state() != State.CLOSED) {
                        breaker.restore(kept);
                        model.restore(kept);
                        return "restore";
                    }
                }
            }
            return "order";
        }

        private void to(State state, Runnable order) {
            order.run();
            model.order(state);
        }

        /** Another configuration, often with the same window. */
        private CircuitBreakerConfig change() {
            CircuitBreakerConfig changed = random.pick(CONFIGS);
            return random.nextBoolean()
                    ? changed
                    : changed.toBuilder()
                            .window(breaker.config().window())
                            .minimumCalls(1)
                            .build();
        }

        // ---- comparing

        private static void check(boolean agrees, String what) {
            if (!agrees) { // without the matchers of an assertion, for there are millions
                throw new AssertionError("breaker and model do not agree: " + what);
            }
        }

        void compare(int number, String operation) {
            CircuitBreakerSnapshot actual = breaker.snapshot();
            CircuitBreakerSnapshot expected = model.snapshot();
            if (!actual.equals(expected)
                    || wouldHaveOpened != model.wouldHaveOpened
                    || trialsLost != model.trialsLost
                    || breaker.state() != expected.state()) {
                throw new AssertionError("after operation " + number + " (" + operation + ") with " + breaker.config()
                        + "\nexpected " + expected + " " + expected.results() + " " + expected.openings()
                        + "\nbut was  "
                        + actual + " " + actual.results() + " " + actual.openings() + "\nlost trials "
                        + model.trialsLost + " and " + trialsLost + ", would have opened " + model.wouldHaveOpened
                        + " and " + wouldHaveOpened);
            }
        }

        void end() {
            breaker.reset();
            assertThat(runtime.pendingTimers()).isZero();
        }
    }
}
