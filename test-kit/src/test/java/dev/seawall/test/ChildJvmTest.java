package dev.seawall.test;

import static dev.seawall.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ChildJvmTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration IMPATIENCE = Duration.ofMillis(300);

    @Test
    void start_argumentsOptionsEnvironment_reachTheProgram() throws Exception {
        var builder = ChildJvm.of(ChildProgram.class)
                .args("tell", "one two")
                .jvmOptions("-Dtold=by option")
                .environment("TOLD", "by environment");

        try (ChildJvm child = builder.start()) {
            assertThat(child.exited().get(30, TimeUnit.SECONDS)).isZero();
            assertThat(child.awaitLine("no line end"::equals, PATIENCE)).isEqualTo("no line end");
            assertThat(child.lines())
                    .contains("argument one two", "property by option", "environment by environment", "error output");
        }
    }

    @Test
    void exited_statusOfTheProgram_isTold() throws Exception {
        try (ChildJvm child = ChildJvm.of(ChildProgram.class).args("exit", "7").start()) {
            assertThat(child.exited().get(30, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(child.isAlive()).isFalse();
            assertThat(child).hasToString("process " + child.pid() + " (ChildProgram exit 7), ended with status 7");
        }
    }

    @Test
    void awaitLine_oneAfterTheOther_looksAtEachOnce() throws Exception {
        try (ChildJvm child = program("count")) {
            assertThat(child.awaitLine(line -> line.startsWith("count"), PATIENCE))
                    .isEqualTo("count 1");
            assertThat(child.awaitLine(line -> line.startsWith("count"), PATIENCE))
                    .isEqualTo("count 2");
        }
    }

    @Test
    void awaitLine_lineThatDoesNotCome_failsWithWhatCame() throws Exception {
        try (ChildJvm child = program("wait")) {
            child.awaitLine("ready"::equals, PATIENCE);

            assertThatThrownBy(() -> child.awaitLine("never"::equals, IMPATIENCE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("no such line within 300 ms from process " + child.pid()
                            + " (ChildProgram wait), running\nready");
        }
    }

    @Test
    void awaitLine_programEnds_failsAtOnce() {
        try (ChildJvm child = ChildJvm.of(ChildProgram.class).args("exit", "1").start()) {
            assertThatThrownBy(() -> child.awaitLine("never"::equals, Duration.ofDays(1)))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void lines_floodOfOutput_areBounded() throws Exception {
        try (ChildJvm child = program("flood")) {
            child.exited().get(30, TimeUnit.SECONDS);
            eventually(() -> assertThat(child.lines()).endsWith("done"));

            assertThat(child.lines()).hasSize(1_000).startsWith("line 4003").contains("line 5000", "x".repeat(8_000));
        }
    }

    @Test
    void kill_runningProgram_endsItWithoutItsHooks() throws Exception {
        try (ChildJvm child = program("wait")) {
            child.awaitLine("ready"::equals, PATIENCE);

            child.kill();

            assertThat(child.isAlive()).isFalse();
            assertThat(child.exited().get(1, TimeUnit.SECONDS)).isEqualTo(137);
            assertThatThrownBy(() -> child.awaitLine("hook"::equals, PATIENCE)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void kill_stoppedProgram_endsIt() throws Exception {
        try (ChildJvm child = program("count")) {
            child.awaitLine("count 1"::equals, PATIENCE);
            child.stop();

            child.kill();

            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void kill_interruptedThread_killsAllTheSame() {
        try (ChildJvm child = program("wait")) {
            Thread.currentThread().interrupt();

            child.kill();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void stop_countingProgram_standsStillUntilResumed() throws Exception {
        try (ChildJvm child = program("count")) {
            child.awaitLine("count 3"::equals, PATIENCE);

            child.stop();
            drain(child);

            assertThatThrownBy(() -> child.awaitLine(line -> true, IMPATIENCE)).isInstanceOf(AssertionError.class);
            assertThat(child.isAlive()).isTrue();
            child.resume();
            assertThat(child.awaitLine(line -> true, PATIENCE)).startsWith("count ");
        }
    }

    @Test
    void stop_endedProgram_isRefused() {
        try (ChildJvm child = program("wait")) {
            child.kill();

            assertThatThrownBy(child::stop)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("ended with status 137 cannot get a signal");
        }
    }

    @Test
    void close_runningProgram_killsIt() {
        ChildJvm child = program("wait");

        child.close();
        child.close();

        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void exitWithParent_parentIsKilled_childEndsByItself() throws Exception {
        try (ChildJvm parent = program("parent", "wait")) {
            String told = parent.awaitLine(line -> line.startsWith("child "), PATIENCE);
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(told.substring(6))).orElseThrow();
            assertThat(child.isAlive()).isTrue();

            parent.kill();

            assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    @Test
    void shutdown_parentIsTerminated_childIsKilled() throws Exception {
        try (ChildJvm parent = program("parent", "wait without watch")) {
            String told = parent.awaitLine(line -> line.startsWith("child "), PATIENCE);
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(told.substring(6))).orElseThrow();

            ProcessHandle.of(parent.pid()).orElseThrow().destroy();

            assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
            parent.exited().get(30, TimeUnit.SECONDS);
        }
    }

    /** What it wrote before it was stopped is still under way. */
    private static void drain(ChildJvm child) throws InterruptedException {
        boolean quiet = false;
        while (!quiet) {
            try {
                child.awaitLine(line -> true, IMPATIENCE);
            } catch (AssertionError nothing) {
                quiet = true;
            }
        }
    }

    private static ChildJvm program(String... args) {
        return ChildJvm.of(ChildProgram.class)
                .args(args)
                .jvmOptions("-XX:TieredStopAtLevel=1", "-Xmx32m")
                .start();
    }
}
