package dev.seawall.saga.test;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaResult;
import dev.seawall.saga.SagaStepFailedException;
import org.junit.jupiter.api.Test;

final class SagaTesterTest {

    private static Saga<String> order(Participants services) {
        return Saga.define("order", 1, String.class)
                .step("reserve")
                .run(services.action("reserve", state -> state + " reserved"))
                .compensate(services.compensation("reserve"))
                .sleep("rest", ofMinutes(5))
                .step("pay")
                .run(services.action("pay", state -> state + " paid"))
                .compensate(services.compensation("pay"))
                .pivot("confirm")
                .run(services.action("confirm", state -> state + " confirmed"))
                .step("notify")
                .run(services.action("notify", state -> state + " notified"))
                .build();
    }

    private static Saga<String> refused(Participants services) {
        return Saga.define("refused", 1, String.class)
                .step("a")
                .run(services.action("a", state -> state + "a"))
                .compensate(services.compensation("a"))
                .parallel(
                        "both",
                        g -> g.branch("b")
                                .run((state, context) -> {
                                    services.act("b", context);
                                    return "rb";
                                })
                                .compensate((state, result, context) -> services.undo("b", context))
                                .branch("c")
                                .run((state, context) -> {
                                    services.act("c", context);
                                    return "rc";
                                })
                                .fold((state, result) -> state + result))
                .step("d")
                .run((state, context) -> {
                    throw new SagaStepFailedException("no");
                })
                .build();
    }

    @Test
    void crashEverywhere_sagaCompletes_sameEndEachTime() {
        // @start region="tester"
        SagaTester<String> tester = SagaTester.of(
                services -> Saga.define("greet", 1, String.class)
                        .step("hello")
                        .run(services.action("hello", state -> state + " hello"))
                        .compensate(services.compensation("hello"))
                        .build(),
                "I say");

        int points = tester.crashEverywhere();
        // @end
        assertThat(points).isEqualTo(6); // the start, the action, the end: before and after each
        assertThat(tester.run().result()).isEqualTo(new SagaResult.Completed<>("I say hello"));
    }

    @Test
    void crashEverywhere_allKindsOfSteps_sameEndEachTime() {
        assertThat(SagaTester.of(SagaTesterTest::order, "order").crashEverywhere())
                .isEqualTo(20);
        assertThat(SagaTester.of(SagaTesterTest::refused, "").crashEverywhere()).isEqualTo(22);
    }

    @Test
    void standStillEverywhere_allKindsOfSteps_sameEndEachTime() {
        assertThat(SagaTester.of(SagaTesterTest::order, "order").standStillEverywhere())
                .isEqualTo(20);
        assertThat(SagaTester.of(SagaTesterTest::refused, "").standStillEverywhere())
                .isEqualTo(22);
    }

    @Test
    void crashEverywhere_effectWithoutCompensation_tellsThePoint() {
        SagaTester<String> careless = SagaTester.of(
                services -> Saga.define("careless", 1, String.class)
                        .step("a")
                        .run((state, context) -> state + context.attempt() + context.isInDoubt())
                        .build(),
                "");

        assertThatThrownBy(careless::crashEverywhere)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("CRASH at point 2, after the start: the saga ended as");
    }
}
