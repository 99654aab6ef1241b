package dev.seawall.test;

import static dev.seawall.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.test.Killer.Action;
import dev.seawall.test.Killer.Deed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class KillerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final KillPlan PLAN = KillPlan.of(1)
            .every(Duration.ofMillis(20), Duration.ofMillis(60))
            .restartingAfter(Duration.ZERO, Duration.ofMillis(50));

    private final Queue<ChildJvm> started = new ConcurrentLinkedQueue<>();

    @AfterEach
    void noProcessIsLeft() {
        assertThat(started).noneMatch(ChildJvm::isAlive);
    }

    @Test
    void strikes_killsAndStops_areCarriedOutAndUndone() throws Exception {
        KillPlan plan = PLAN.stopping(0.5, Duration.ofMillis(50), Duration.ofMillis(150));
        try (Killer killer = Killer.start(plan, Map.of("a", () -> program("wait"), "b", () -> program("wait")))) {

            killer.awaitStrikes(20, PATIENCE);
            killer.finish();

            assertThat(killer.count(Deed.KILLED)).isPositive();
            assertThat(killer.count(Deed.STOPPED)).isPositive();
            assertThat(killer.disruptions()).isGreaterThanOrEqualTo(20);
            assertThat(killer.count(Deed.STARTED)).isEqualTo(2 + killer.count(Deed.KILLED));
            assertThat(stateAfter(killer.actions())).containsOnlyKeys("a", "b").doesNotContainValue(Deed.STOPPED);
            assertThat(started.stream().filter(ChildJvm::isAlive)).hasSize(2);
        }
    }

    @Test
    void actions_ofOneNode_followEachOther() throws Exception {
        try (Killer killer = Killer.start(PLAN, Map.of("a", () -> program("wait")))) {
            killer.awaitStrikes(5, PATIENCE);
            killer.finish();

            List<Deed> deeds = killer.actions().stream().map(Action::deed).toList();
            for (int index = 0; index < deeds.size(); index++) {
                assertThat(deeds.get(index)).isEqualTo(index % 2 == 0 ? Deed.STARTED : Deed.KILLED);
            }
        }
    }

    @Test
    void processThatEndsByItself_isCountedAndStartedAgain() {
        KillPlan plan = PLAN.stopping(1, Duration.ZERO, Duration.ZERO);
        try (Killer killer = Killer.start(plan, Map.of("a", () -> program("exit")))) {
            eventually(() -> assertThat(killer.count(Deed.DIED)).isGreaterThan(1));

            assertThat(killer.count(Deed.KILLED)).isZero();
            assertThat(killer.disruptions()).isGreaterThan(1);
            assertThat(started).hasSizeGreaterThan(1);
        }
    }

    @Test
    void finish_noStrikeFollows() throws Exception {
        try (Killer killer = Killer.start(PLAN, Map.of("a", () -> program("wait")))) {
            killer.awaitStrikes(1, PATIENCE);
            killer.finish();
            long strikes = killer.disruptions();

            assertThatThrownBy(() -> killer.awaitStrikes((int) strikes + 1, Duration.ofMillis(300)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("only " + strikes + " of " + (strikes + 1) + " strikes within 300 ms");
        }
    }

    @Test
    void startThatFails_isToldToWhoeverWaits() {
        Supplier<ChildJvm> broken = () -> {
            throw new IllegalArgumentException("no such program");
        };
        try (Killer killer = Killer.start(PLAN, Map.of("a", broken))) {
            assertThatThrownBy(() -> killer.awaitStrikes(1, PATIENCE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no such program");
        }
    }

    @Test
    void toString_figures_areThere() throws Exception {
        try (Killer killer = Killer.start(PLAN, Map.of("b", () -> program("wait"), "a", () -> program("wait")))) {
            killer.awaitStrikes(1, PATIENCE);
            assertThat(killer.toString()).startsWith("killer of [a, b] (seed 1): started ");
        }
    }

    @Test
    void plan_wrongFigures_areRefused() {
        assertThatThrownBy(() -> PLAN.stopping(1.5, Duration.ZERO, Duration.ZERO))
                .hasMessage("stopRate must be from 0.0 to 1.0, was 1.5");
        assertThatThrownBy(() -> PLAN.every(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("least must not be longer than most, was 2 s > 1 s");
        assertThatThrownBy(() -> Killer.start(PLAN, Map.of()))
                .hasMessage("nodes must have at least one process, had none");
    }

    private static Map<String, Deed> stateAfter(List<Action> actions) {
        Map<String, Deed> states = new HashMap<>();
        actions.forEach(action -> states.put(action.node(), action.deed()));
        return states;
    }

    private ChildJvm program(String what) {
        ChildJvm child = ChildJvm.of(ChildProgram.class)
                .args(what, "0")
                .jvmOptions("-XX:TieredStopAtLevel=1", "-Xmx32m")
                .start();
        started.add(child);
        return child;
    }
}
