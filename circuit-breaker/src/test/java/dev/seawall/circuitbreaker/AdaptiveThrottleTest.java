package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.Policy.Trait;
import dev.seawall.Result;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.AdaptiveThrottleEvent.CallRejected;
import dev.seawall.circuitbreaker.AdaptiveThrottleEvent.ConfigChanged;
import dev.seawall.test.Property;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rejects as many calls as the formula of the SRE book says, in virtual time. */
final class AdaptiveThrottleTest {

    private static final IOException DOWN = new IOException("down");

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final AdaptiveThrottle throttle = AdaptiveThrottle.of("users", AdaptiveThrottleConfig.defaults(), runtime);
    private final Pipeline pipeline = pipeline(throttle);

    private Pipeline pipeline(AdaptiveThrottle used) {
        return Pipeline.named("users")
                .runtime(runtime)
                .classifier(Bench.CLASSIFIER)
                .with(used)
                .build();
    }

    private Result<String> call(boolean succeeds, boolean async) {
        if (!async) {
            return pipeline.tryCall(() -> {
                if (succeeds) {
                    return "good";
                }
                throw DOWN;
            });
        }
        CompletableFuture<String> answer = pipeline.callAsync(
                () -> succeeds ? CompletableFuture.completedFuture("good") : CompletableFuture.failedFuture(DOWN));
        try {
            return new Result.Success<>(answer.join());
        } catch (RuntimeException failed) {
            Throwable cause = failed.getCause();
            return cause instanceof ThrottledException rejection
                    ? new Result.Rejected<>(rejection)
                    : new Result.Failure<>((Exception) cause);
        }
    }

    private void calls(int number, boolean succeed) {
        for (int i = 0; i < number; i++) {
            call(succeed, false);
        }
    }

    // ---- what is counted

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void successesAndFailures_areRequests_successesAreAccepts(boolean async) {
        call(true, async);
        call(true, async);
        call(false, async);

        assertThat(throttle.snapshot()).isEqualTo(new AdaptiveThrottleSnapshot("users", 3, 2, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rejections_areRequestsThatWereNotAccepted(boolean async) {
        int rejected = 0;
        for (int i = 0; i < 1_000; i++) {
            rejected += call(false, async) instanceof Result.Rejected<String> ? 1 : 0;
        }

        assertThat(rejected).isGreaterThan(800);
        assertThat(throttle.snapshot()).isEqualTo(new AdaptiveThrottleSnapshot("users", 1_000, 0, rejected, 0.95));
    }

    @Test
    void neutralEnds_areNeither() throws Exception {
        assertThatThrownBy(() -> pipeline.run(() -> {
                    throw new Bench.IgnoredException();
                }))
                .isInstanceOf(Bench.IgnoredException.class);
        assertThatThrownBy(() -> pipeline.run(() -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
        CompletableFuture<String> cancelled = pipeline.callAsync(CompletableFuture::new);
        cancelled.cancel(true);

        assertThat(throttle.snapshot().requests()).isZero();
    }

    @Test
    void errorsAndBadResults_areNotAccepted() {
        calls(10, true);
        assertThatThrownBy(() -> pipeline.run(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(pipeline.call(() -> "bad")).isEqualTo("bad");
        assertThatThrownBy(() -> pipeline.callAsync(() -> {
                            throw DOWN;
                        })
                        .join())
                .hasCause(DOWN);

        assertThat(throttle.snapshot().requests()).isEqualTo(13);
        assertThat(throttle.snapshot().accepts()).isEqualTo(10);
    }

    @Test
    void ownClassifier_goesBeforeThePipelines() {
        throttle.configure(AdaptiveThrottleConfig.builder()
                .classifier(Classifier.builder()
                        .onException(IOException.class, Outcome.SUCCESS)
                        .build())
                .build());

        calls(10, false);

        assertThat(throttle.snapshot().accepts()).isEqualTo(10);
    }

    @Test
    void callUnderWay_countsWhenItEnds() {
        CompletableFuture<String> stage = new CompletableFuture<>();

        pipeline.callAsync(() -> stage);
        assertThat(throttle.snapshot().requests()).isZero();
        stage.complete("good");

        assertThat(throttle.snapshot().requests()).isEqualTo(1);
    }

    @Test
    void results_leaveTheWindow() {
        calls(100, false);
        assertThat(throttle.isIdle()).isFalse();

        runtime.advance(Duration.ofMinutes(2));

        assertThat(throttle.snapshot()).isEqualTo(new AdaptiveThrottleSnapshot("users", 0, 0, 0, 0));
        assertThat(throttle.isIdle()).isTrue();
        assertThat(call(true, false)).isEqualTo(new Result.Success<>("good"));
    }

    // ---- the formula

    @Test
    void probability_anyCounts_isThatOfTheBook() {
        Property.named("probability of a rejection").check(random -> {
            double multiplier = random.pick(List.of(1.1, 1.5, 2.0, 3.0, 100.0));
            double most = random.pick(List.of(0.1, 0.95, 1.0));
            long requests = random.nextLong(random.pick(List.of(10L, 1_000L, 1_000_000_000L)));
            long accepts = random.nextLong(requests + 1);
            AdaptiveThrottleConfig config = AdaptiveThrottleConfig.builder()
                    .multiplier(multiplier)
                    .maxRejection(most)
                    .build();

            double expected = BigDecimal.valueOf(requests)
                    .subtract(BigDecimal.valueOf(multiplier).multiply(BigDecimal.valueOf(accepts)))
                    .divide(BigDecimal.valueOf(requests + 1), MathContext.DECIMAL64)
                    .max(BigDecimal.ZERO)
                    .min(BigDecimal.valueOf(most))
                    .doubleValue();

            assertThat(config.rejectionProbability(requests, accepts)).isCloseTo(expected, within(1e-9));
        });
    }

    @Test
    void halfOfTheCallsAccepted_nothingIsRejected() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(call(i % 2 == 0, false)).isNotInstanceOf(Result.Rejected.class);
        }
    }

    @Test
    void rejections_areAsFrequentAsTheProbability() {
        calls(100, true);
        calls(100, false);
        AdaptiveThrottleConfig steep = AdaptiveThrottleConfig.builder()
                .multiplier(1.000001)
                .maxRejection(0.3)
                .build();
        throttle.configure(steep);

        int rejected = 0;
        for (int i = 0; i < 10_000; i++) {
            rejected += call(false, false) instanceof Result.Rejected<String> ? 1 : 0;
        }

        assertThat(rejected / 10_000.0).isCloseTo(0.3, within(0.03));
    }

    /**
     * A dependency serves 100 calls a second and refuses the others at once. A minute of calm, then five times as many calls as it
     * serves, an outage, and more capacity than is needed.
     */
    @Test
    void overload_dependencyGetsTwiceWhatItServes_andIsFoundAgainAfterAnOutage() {
        Dependency dependency = new Dependency(100);

        dependency.run(60, 90);
        assertThat(dependency.made).as("calls made when all is well").isEqualTo(60 * 90);
        dependency.run(180, 500);
        dependency.run(60, 500);
        assertThat(dependency.made / 60.0).as("calls made a second").isCloseTo(200, within(15.0));
        assertThat(dependency.served).as("calls served").isEqualTo(60 * 100);

        dependency.capacity = 0;
        dependency.run(600, 500);
        dependency.run(60, 500);
        assertThat(dependency.made / 60.0)
                .as("calls made a second in an outage")
                .isCloseTo(25, within(4.0));

        dependency.capacity = 1_000;
        dependency.run(300, 500);
        dependency.run(60, 500);
        assertThat(dependency.served / 60.0).as("calls served a second again").isGreaterThan(475);
    }

    private final class Dependency {

        private int capacity;
        private int made;
        private int served;

        Dependency(int capacity) {
            this.capacity = capacity;
        }

        void run(int seconds, int callsInASecond) {
            made = 0;
            served = 0;
            for (int second = 0; second < seconds; second++) {
                int servedNow = 0;
                for (int i = 0; i < callsInASecond; i++) {
                    runtime.advance(Duration.ofSeconds(1).dividedBy(callsInASecond));
                    boolean free = servedNow < capacity;
                    Result<String> end = call(free, false);
                    made += end instanceof Result.Rejected<String> ? 0 : 1;
                    servedNow += end instanceof Result.Success<String> ? 1 : 0;
                }
                served += servedNow;
            }
        }
    }

    // ---- rejections, events, configuration

    @Test
    void rejection_tellsTheNumbers_andIsNoFailureToAPolicyOutside() {
        CircuitBreaker outside = CircuitBreaker.of("outside", CircuitBreakerConfig.defaults(), runtime);
        List<AdaptiveThrottleEvent> events = new ArrayList<>();
        throttle.on(AdaptiveThrottleEvent.class, events::add);
        Pipeline both = Pipeline.named("both")
                .runtime(runtime)
                .with(outside)
                .with(throttle)
                .build();
        calls(19, false);
        events.clear();
        while (events.isEmpty()) {
            Result<String> result = both.tryCall(() -> "good");
            if (result instanceof Result.Rejected<String> rejected) {
                AdaptiveThrottleSnapshot after = throttle.snapshot();
                ThrottledException rejection = (ThrottledException) rejected.rejection();
                assertThat(rejection.retryAfter()).isEmpty();
                assertThat(rejection.policy()).isEqualTo("users");
                assertThat(rejection.probability()).isBetween(0.0, 0.95);
                assertThat(rejection)
                        .hasMessageMatching("adaptive throttle 'users' rejects [0-9.]+ % of the calls: "
                                + after.accepts() + " of " + (after.requests() - 1)
                                + " were accepted in the last 2 min");
                assertThat(events).containsExactly(new CallRejected("users", rejection));
                assertThat(events.get(0).throttle()).isEqualTo("users");
            }
        }

        assertThat(outside.snapshot().failures()).isZero();
    }

    @Test
    void configure_changesTheWindowAndKeepsWhatIsYoungEnough() {
        List<ConfigChanged> events = new ArrayList<>();
        throttle.on(ConfigChanged.class, events::add);
        calls(4, true);
        runtime.advance(Duration.ofSeconds(100));
        calls(3, true);

        AdaptiveThrottleConfig shorter =
                AdaptiveThrottleConfig.builder().window(Duration.ofSeconds(60)).build();
        throttle.configure(shorter);

        assertThat(throttle.config()).isSameAs(shorter);
        assertThat(throttle.snapshot().requests()).isEqualTo(3);
        assertThat(events).containsExactly(new ConfigChanged("users", shorter));
        throttle.configure(shorter.toBuilder().multiplier(3).build());
        assertThat(throttle.snapshot().requests()).isEqualTo(3);
        assertThat(throttle.config().window()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void pipelineOnAnotherClock_isRefused() {
        Pipeline.Builder other = Pipeline.named("other").runtime(VirtualRuntime.create());

        assertThatThrownBy(() -> other.with(throttle).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'users' keeps its time on");
    }

    @Test
    void texts_nameItAndItsSettings() {
        calls(1, true);

        assertThat(throttle).hasToString("adaptive throttle 'users' (multiplier 2.0, last 2 min)");
        assertThat(throttle.snapshot()).hasToString("users: 1 requests, 1 accepted, 0 rejected, now rejects 0.0 %");
        assertThat(throttle.traits()).containsExactly(Trait.JUDGES);
    }

    @Test
    void defaults_areAsDocumented() {
        AdaptiveThrottleConfig config = AdaptiveThrottle.of("users").config();

        assertThat(config).isEqualTo(AdaptiveThrottleConfig.defaults());
        assertThat(config.window()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.multiplier()).isEqualTo(2);
        assertThat(config.maxRejection()).isEqualTo(0.95);
        assertThat(config.classifier()).isNull();
        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                Arguments.of("window must be longer than 0 s, was 0 s", refused(b -> b.window(Duration.ZERO))),
                Arguments.of(
                        "window must be at least 200 ms, was 199 ms", refused(b -> b.window(Duration.ofMillis(199)))),
                Arguments.of("multiplier must be over 1 and at most 100, was 1.0", refused(b -> b.multiplier(1))),
                Arguments.of("multiplier must be over 1 and at most 100, was 100.1", refused(b -> b.multiplier(100.1))),
                Arguments.of(
                        "multiplier must be over 1 and at most 100, was NaN", refused(b -> b.multiplier(Double.NaN))),
                Arguments.of("maxRejection must be over 0 and at most 1, was 0.0", refused(b -> b.maxRejection(0))),
                Arguments.of("maxRejection must be over 0 and at most 1, was 1.1", refused(b -> b.maxRejection(1.1))),
                Arguments.of("name must not be blank, was ' '", (Supplier<?>) () -> AdaptiveThrottle.of(" ")));
    }

    private static Supplier<?> refused(UnaryOperator<AdaptiveThrottleConfig.Builder> wrong) {
        return () -> wrong.apply(AdaptiveThrottleConfig.builder()).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void valueOutOfRange_isRefusedByName(String message, Supplier<?> wrong) {
        assertThatThrownBy(wrong::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void valueMissing_isNamed() {
        assertThatThrownBy(() -> throttle.configure(null)).hasMessage("config");
        assertThatThrownBy(() -> AdaptiveThrottle.of("users", null)).hasMessage("config");
        assertThatThrownBy(() -> AdaptiveThrottle.of("users", AdaptiveThrottleConfig.defaults(), null))
                .hasMessage("runtime");
    }
}
