package dev.seawall.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Rows that answer one question, Seawall's own first. */
record Group(String title, Class<? extends Row> type, List<String> methods) {

    static final String PLAIN = "Floor.plainCall";
    static final String TWIN = "Floor.plainCallAgain";
    static final String CLOCK = "Floor.nanoTime";

    static final List<Group> ALL = List.of(
            of("Floor", Floor.class, "plainCall", "plainCallAgain", "nanoTime"),
            of(
                    "Circuit breaker, success",
                    BreakerSuccess.class,
                    "seawall",
                    "seawallSlowCalls",
                    "seawallInFlight",
                    "resilience4j",
                    "failsafe"),
            of("The same with 2 % failures", BreakerMixed.class, "seawall", "resilience4j", "failsafe"),
            of(
                    "Circuit breaker, open rejection",
                    BreakerOpen.class,
                    "seawall",
                    "resilience4j",
                    "resilience4jStackless",
                    "failsafe"),
            of(
                    "The same through four layers, polluted profiles",
                    BreakerOpenPolluted.class,
                    "seawall",
                    "resilience4jStackless",
                    "failsafe"),
            of(
                    "Retry, success at first attempt",
                    RetrySuccess.class,
                    "seawall",
                    "seawallBudget",
                    "resilience4j",
                    "failsafe"),
            of(
                    "Bulkhead, room for all",
                    BulkheadSuccess.class,
                    "seawall",
                    "seawallAdaptive",
                    "semaphore",
                    "resilience4j",
                    "failsafe"),
            of(
                    "Rate limiter, permits for all",
                    LimiterSuccess.class,
                    "seawall",
                    "resilience4j",
                    "bucket4j",
                    "guava",
                    "failsafe"),
            of("Timeout, in time", TimeoutSuccess.class, "seawall", "failsafe", "resilience4jOtherThread"),
            of("Retry around circuit breaker, success", StackSuccess.class, "seawall", "resilience4j", "failsafe"),
            of(
                    "Retry, rate limiter, circuit breaker, bulkhead, success",
                    FourSuccess.class,
                    "seawall",
                    "resilience4j",
                    "failsafe"),
            of(
                    "Other ways to call retry and breaker",
                    Modes.class,
                    "seawallCallWith",
                    "seawallTryCall",
                    "seawallCallAsync"));

    private static Group of(String title, Class<? extends Row> type, String... methods) {
        return new Group(title, type, Arrays.asList(methods));
    }

    /** Names of all rows, such as {@code BreakerSuccess.seawall}. */
    List<String> rows() {
        return methods.stream()
                .map(method -> type.getSimpleName() + "." + method)
                .toList();
    }

    /** The row that the others of this group are compared with. */
    String reference() {
        return rows().get(0);
    }
}
