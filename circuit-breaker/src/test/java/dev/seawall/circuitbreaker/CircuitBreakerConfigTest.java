package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.RetryAfter;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import java.util.Collections;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a configuration may be, and what is said of one that may not be. */
final class CircuitBreakerConfigTest {

    private static CircuitBreakerConfig.Builder builder() {
        return CircuitBreakerConfig.builder();
    }

    private static Arguments refused(String message, Supplier<?> wrong) {
        return Arguments.of(message, wrong);
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                refused(
                        "failureRateThreshold must be over 0 and at most 100 percent, was 0.0",
                        () -> builder().failureRateThreshold(0).build()),
                refused(
                        "failureRateThreshold must be over 0 and at most 100 percent, was 100.1",
                        () -> builder().failureRateThreshold(100.1).build()),
                refused(
                        "failureRateThreshold must be over 0 and at most 100 percent, was NaN",
                        () -> builder().failureRateThreshold(Double.NaN).build()),
                refused(
                        "slowCallRateThreshold must be over 0 and at most 100 percent, was -1.0",
                        () -> builder().slowCallRateThreshold(-1).build()),
                refused(
                        "slowCallRateThreshold must be over 0 and at most 100 percent, was Infinity",
                        () -> builder()
                                .slowCallRateThreshold(Double.POSITIVE_INFINITY)
                                .build()),
                refused(
                        "minimumCalls must be at least 1, was 0",
                        () -> builder().minimumCalls(0).build()),
                refused(
                        "minimumCalls must be at most the 10 calls of the window, was 11; no rate would ever be judged",
                        () -> builder()
                                .window(Window.count(10))
                                .minimumCalls(11)
                                .build()),
                refused(
                        "slowCallDuration must be longer than 0 s, was 0 s",
                        () -> builder().slowCallDuration(Duration.ZERO).build()),
                refused(
                        "openDuration must be longer than 0 s, was 0 s",
                        () -> builder().openDuration(Duration.ZERO)),
                refused(
                        "openDuration must be longer than 0 s, was -1 s",
                        () -> builder().openDuration(Duration.ofSeconds(-1))),
                refused(
                        "trials must be from 1 to 1000, was 0",
                        () -> builder().trials(0).build()),
                refused(
                        "trials must be from 1 to 1000, was 1001",
                        () -> builder().trials(1_001).build()),
                refused(
                        "trialSuccesses must be from 1 to the 5 trials, was 0",
                        () -> builder().trialSuccesses(0).build()),
                refused(
                        "trialSuccesses must be from 1 to the 5 trials, was 6",
                        () -> builder().trialSuccesses(6).build()),
                refused(
                        "trialLease must be longer than 0 s, was 0 s",
                        () -> builder().trialLease(Duration.ZERO).build()),
                refused("window calls must be from 1 to 100000, was 0", () -> Window.count(0)),
                refused("window calls must be from 1 to 100000, was 100001", () -> Window.count(100_001)),
                refused("window length must be longer than 0 s, was 0 s", () -> Window.time(Duration.ZERO)),
                refused("window slots must be from 1 to 100, was 0", () -> Window.time(Duration.ofSeconds(1), 0)),
                refused("window slots must be from 1 to 100, was 101", () -> Window.time(Duration.ofDays(1), 101)),
                refused(
                        "window length must be at least 10 ms for each of its 10 slots, was 99 ms",
                        () -> Window.time(Duration.ofMillis(99))),
                refused(
                        "recoveryRamp must not be negative, was -1 s",
                        () -> builder().recoveryRamp(Duration.ofSeconds(-1)).build()),
                refused(
                        "minimumCalls must be at most the 9 calls of the window, was 10; no rate would ever be judged",
                        () -> builder()
                                .window(Window.anyOf(Window.count(10), Window.consecutive(3), Window.count(9)))
                                .minimumCalls(10)
                                .build()),
                refused("number of windows must be from 2 to 8, was 1", () -> Window.anyOf(Window.count(1))),
                refused(
                        "number of windows must be from 2 to 8, was 9",
                        () -> new Window.Any(Collections.nCopies(9, Window.count(1)))),
                refused(
                        "windows must not be nested, was last 1 calls or 2 failures in a row",
                        () -> Window.anyOf(Window.count(1), Window.anyOf(Window.count(1), Window.consecutive(2)))),
                refused("consecutive failures must be from 1 to 100000, was 0", () -> Window.consecutive(0)),
                refused("consecutive failures must be from 1 to 100000, was 100001", () -> Window.consecutive(100_001)),
                refused(
                        "failure count must be from 1 to 10000, was 0",
                        () -> Window.failures(0, Duration.ofSeconds(1))),
                refused(
                        "failure count must be from 1 to 10000, was 10001",
                        () -> Window.failures(10_001, Duration.ofSeconds(1))),
                refused("failure period must be longer than 0 s, was 0 s", () -> Window.failures(1, Duration.ZERO)),
                refused("name must not be blank, was ' '", () -> CircuitBreaker.of(" ")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void valueOutOfRange_isRefusedByName(String message, Supplier<?> wrong) {
        assertThatThrownBy(wrong::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> missing() {
        return Stream.of(
                refused("window", () -> builder().window(null).build()),
                refused("openDelay", () -> builder().openDelay(null).build()),
                refused("retryAfter", () -> builder().retryAfter(null).build()),
                refused("recoveryRamp", () -> builder().recoveryRamp(null).build()),
                refused("trialLease", () -> builder().trialLease(null).build()),
                refused("name", () -> CircuitBreaker.of(null)),
                refused("config", () -> CircuitBreaker.of("users", null)),
                refused("runtime", () -> CircuitBreaker.of("users", CircuitBreakerConfig.defaults(), null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("missing")
    void valueMissing_isNamed(String what, Supplier<?> wrong) {
        assertThatThrownBy(wrong::get).isInstanceOf(NullPointerException.class).hasMessage(what);
    }

    @Test
    void configure_null_isRefusedAndChangesNothing() {
        CircuitBreaker breaker = CircuitBreaker.of("users", CircuitBreakerConfig.defaults(), VirtualRuntime.create());

        assertThatThrownBy(() -> breaker.configure(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("config");
        assertThat(breaker.config()).isSameAs(CircuitBreakerConfig.defaults());
    }

    @Test
    void extremes_areAllowed() {
        CircuitBreakerConfig config = builder()
                .window(Window.count(100_000))
                .minimumCalls(100_000)
                .failureRateThreshold(Double.MIN_VALUE)
                .slowCallRateThreshold(100)
                .slowCallDuration(Duration.ofNanos(1))
                .openDuration(Duration.ofSeconds(Long.MAX_VALUE))
                .trials(1_000)
                .trialSuccesses(1_000)
                .trialLease(Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(new Bench(Style.SYNC, config).calls(End.SUCCESS).state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void defaults_areAsDocumented() {
        CircuitBreakerConfig config = CircuitBreakerConfig.defaults();

        assertThat(config.window()).isEqualTo(Window.count(100));
        assertThat(config.failureRateThreshold()).isEqualTo(50);
        assertThat(config.minimumCalls()).isEqualTo(20);
        assertThat(config.slowCallDuration()).isNull();
        assertThat(config.slowCallRateThreshold()).isEqualTo(100);
        assertThat(config.openDelay())
                .hasToString(Backoff.fixed(Duration.ofSeconds(30)).toString());
        assertThat(config.trials()).isEqualTo(5);
        assertThat(config.trialSuccesses()).isEqualTo(3);
        assertThat(config.trialLease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.slowCallsInFlight()).isTrue();
        assertThat(config.recoveryRamp()).isZero();
        assertThat(config.timedTransition()).isFalse();
        assertThat(config.classifier()).isNull();
    }

    @Test
    void minimumCalls_notSet_isThatOfASmallerCountWindow() {
        assertThat(builder().window(Window.count(7)).build().minimumCalls()).isEqualTo(7);
        assertThat(builder()
                        .window(Window.anyOf(Window.count(21), Window.count(8)))
                        .build()
                        .minimumCalls())
                .isEqualTo(8);
        assertThat(builder().window(Window.count(21)).build().minimumCalls()).isEqualTo(20);
        assertThat(builder().window(Window.time(Duration.ofSeconds(1))).build().minimumCalls())
                .isEqualTo(20);
    }

    @Test
    void toBuilder_keepsEveryValue() {
        CircuitBreakerConfig config = new CircuitBreakerConfig(
                Window.failures(3, Duration.ofSeconds(4)),
                12.5,
                7,
                Duration.ofSeconds(2),
                34.5,
                false,
                Backoff.fixed(Duration.ofSeconds(9)),
                RetryAfter.fromRejections(),
                8,
                6,
                Duration.ofSeconds(11),
                Duration.ofSeconds(12),
                true,
                Classifier.defaults());

        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    @Test
    void windows_tellWhatTheyLookAt() {
        assertThat(Window.count(7)).hasToString("last 7 calls");
        assertThat(Window.time(Duration.ofSeconds(10))).hasToString("last 10 s in 10 slots");
        assertThat(Window.consecutive(5)).hasToString("5 failures in a row");
        assertThat(Window.failures(5, Duration.ofSeconds(10))).hasToString("5 failures within 10 s");
        assertThat(Window.anyOf(Window.count(7), Window.consecutive(5)))
                .hasToString("last 7 calls or 5 failures in a row");
    }
}
