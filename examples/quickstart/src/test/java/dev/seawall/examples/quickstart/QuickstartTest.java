package dev.seawall.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuickstartTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Quickstart.run(List.of(args), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    @Test
    void run_unknownArgument_namesItAndReturns2() {
        int code = run("--fats");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--fats").contains("usage:");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void run_oneArgumentTooMany_returns2() {
        assertThat(run("--fast", "--fast")).isEqualTo(2);
    }

    @Test
    void run_help_printsUsageAndReturns0() {
        int code = run("--help");

        assertThat(code).isZero();
        assertThat(out.toString(UTF_8)).contains("usage:", "--fast");
    }

    @Test
    void run_playThatBreaks_saysWhyAndReturns1() {
        PrintStream broken = new PrintStream(out) {
            @Override
            public void println(String line) {
                throw new IllegalStateException("nobody listens");
            }
        };

        int code = Quickstart.run(List.of("--fast"), broken, new PrintStream(err, true, UTF_8));

        assertThat(code).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("nobody listens");
    }
}
