package dev.seawall.saga;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.VirtualRuntime;
import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class SagaDefinitionTest {

    private static final SagaAction<String, String> DONE = (state, context) -> state;
    private static final SagaCompensation<String> UNDONE = (state, context) -> {};

    private static SagaBuilder<String> define() {
        return Saga.define("order", 1, String.class);
    }

    private static void refused(ThrowingCallable definition, String message) {
        assertThatThrownBy(definition)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void build_ruleBroken_tellsWhichAndWhere() {
        refused(() -> define().build(), "saga 'order' must have at least 1 step, had none");
        refused(() -> define().step("a").run(DONE).step("a"), "two steps or branches of saga 'order' are called 'a'");
        refused(() -> define().pivot("a").run(DONE).pivot("b"), "saga 'order' has a second pivot, 'b'");
        refused(
                () -> define().pivot("a")
                        .run(DONE)
                        .step("b")
                        .run(DONE)
                        .compensate(UNDONE)
                        .build(),
                "step 'b' must not have a compensation: from the pivot on there is only forward");
        refused(
                () -> define().step("a").run(DONE).retryForEver().build(),
                "step 'a' must not retry for ever: only the pivot and what is behind it may");
        refused(
                () -> define().pivot("a")
                        .run(DONE)
                        .await("b", String.class, ofHours(1))
                        .fold((s, p) -> s)
                        .build(),
                "'b' must go on when its time is over: behind the pivot there is nothing else");
        refused(
                () -> define().step("a b"),
                "the name of a step must have 1 to 100 letters, digits, dots, underscores and hyphens, with a letter or digit "
                        + "first, was 'a b'");
        refused(() -> define().parallel("a", g -> g.branch("b").run(DONE)), "'a' must have at least 2 branches, had 1");
        refused(() -> define().deadline(Duration.ZERO), "deadline must be longer than 0 s, was 0 s");
    }

    @Test
    void build_tooManySteps_isRefused() {
        SagaBuilder<String> saga = define();
        for (int i = 0; i < 101; i++) {
            saga.step("s" + i).run(DONE);
        }

        refused(saga::build, "saga 'order' must have at most 100 steps, had 101");
    }

    @Test
    void register_localStepsWithoutConnections_isRefused() {
        Saga<String> saga = define().step("a")
                .runInTransaction((state, connection) -> state)
                .build();
        SagaStore store = InMemorySagas.create(VirtualRuntime.create()).node("n");

        refused(
                () -> SagaEngine.builder(store).register(saga).build(),
                "saga order v1 has local steps, which the store cannot run: it has no connections");
    }

    @Test
    void fingerprint_shapeChanges_isAnother() {
        Saga<String> saga = define().step("a").run(DONE).build();

        assertThat(define().step("a").run((s, c) -> s + s).build().fingerprint())
                .isEqualTo(saga.fingerprint());
        assertThat(define().step("b").run(DONE).build().fingerprint()).isNotEqualTo(saga.fingerprint());
        assertThat(define().step("a").run(DONE).compensate(UNDONE).build().fingerprint())
                .isNotEqualTo(saga.fingerprint());
        assertThat(define().pivot("a").run(DONE).build().fingerprint()).isNotEqualTo(saga.fingerprint());
    }

    @Test
    void mermaid_allKinds_drawsThem() {
        String chart = define().step("a")
                .run(DONE)
                .compensate(UNDONE)
                .sleep("b", ofMinutes(5))
                .pivot("c")
                .run(DONE)
                .build()
                .mermaid();

        assertThat(chart).isEqualTo("""
                flowchart TD
                    start([start])
                    s0["a"]
                    start --> s0
                    s0 -. undo .-> s0u["undo a"]
                    s1(["b, 5 min"])
                    s0 --> s1
                    s2{{"c, pivot"}}
                    s1 --> s2
                    completed([completed])
                    s2 --> completed
                """);
    }

    @Test
    void key_idHasSlashesOrIsLong_staysDistinctVisibleAndShort() {
        SagaId slashes = SagaId.of("a/b");
        SagaKey longest = new SagaKey("d".repeat(100), SagaId.of("/".repeat(200)));

        assertThat(Keys.of(new SagaKey("order", slashes), "pay", false)).isEqualTo("order/a%2fb/pay/action");
        assertThat(Keys.of(new SagaKey("order", slashes), "pay", true)).isEqualTo("order/a%2fb/pay/compensation");
        assertThat(Keys.of(longest, "s".repeat(100), true))
                .hasSizeLessThanOrEqualTo(255)
                .matches("[!-~]+")
                .isNotEqualTo(Keys.of(longest, "s".repeat(100), false));
    }

    @Test
    void progress_writtenAndRead_isTheSame() {
        EncodedPayload result = EncodedPayload.of("booking", 2, "application/json; x=\"y\"", new byte[] {1, 2, 10});
        Progress progress = Progress.start("0123456789abcdef", "00-1-2-03")
                .compensating("because\nof it")
                .until(Duration.ofMillis(1_234))
                .with(List.of(
                        Mark.of("a", Mark.Phase.DONE),
                        new Mark("b", Mark.Phase.BEGUN, 3, true, null),
                        new Mark("c", Mark.Phase.UNDOING, 0, false, result)));

        assertThat(ProgressText.read(ProgressText.write(progress))).isEqualTo(progress);
        refused(() -> ProgressText.read("something else"), "its progress is not in the form 'seawall-saga 1'");
    }
}
