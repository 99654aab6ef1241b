package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.HistoryReport.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HistoryWriterTest {

    @TempDir
    private Path folder;

    static Stream<HistoryEvent> events() {
        return Stream.of(
                new Added("id", "key", -1, Commit.COMMITTED),
                new Added("tab\tline\nreturn\rslash\\t", "", Long.MAX_VALUE, Commit.UNKNOWN),
                new Added("ä€😀\u0000\u001f\u2028", "\\", 0, Commit.ROLLED_BACK),
                new Published("id", "key", 1, 2, 3, 4, 5),
                new Published("\t", "\n", Long.MIN_VALUE, Long.MAX_VALUE, -1, -2, -3),
                new Applied("id", "consumer"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void line_ofAnyEvent_isReadAsThatEvent(HistoryEvent event) {
        String line = HistoryLines.write(event);

        assertThat(line).doesNotContain("\n", "\r");
        assertThat(HistoryLines.read(line)).isEqualTo(event);
    }

    @Test
    void write_severalWritersInOneFolder_areReadTogether() {
        try (HistoryWriter one = HistoryWriter.in(folder);
                HistoryWriter two = HistoryWriter.in(folder)) {
            one.write(new Added("a", "key", 1, Commit.COMMITTED));
            two.write(new Published("a", "key", 1, 1, 0, 1, 1));

            HistoryReport report = HistoryCheck.create().read(folder).report();

            assertThat(report.isClean()).isTrue();
            assertThat(report.committed()).isEqualTo(1);
        }
    }

    @Test
    void read_everyTornEnd_isIgnored() throws IOException {
        String last = HistoryLines.write(new Added("ä", "key", 12, Commit.COMMITTED));
        byte[] bytes = last.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= bytes.length; length++) {
            Path run = Files.createDirectory(folder.resolve("torn at " + length));
            try (HistoryWriter writer = HistoryWriter.in(run)) {
                writer.write(new Added("whole", "key", 1, Commit.COMMITTED));
            }
            Path file = run.resolve(ProcessHandle.current().pid() + "-1.history");
            Files.write(file, Arrays.copyOf(bytes, length), StandardOpenOption.APPEND);

            assertThat(HistoryCheck.create().read(run).report().committed()).isEqualTo(1);
        }
    }

    @Test
    void read_strangeLine_isRefusedWithItsPlace() throws IOException {
        Path file = folder.resolve("1-1.history");
        Files.writeString(file, "A\ta\tkey\t1\tCOMMITTED\nnonsense\nA\ta\tkey\t1\tCOMMITTED\n");

        assertThatThrownBy(() -> HistoryCheck.create().read(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line 2 of " + file + ": no line of a history: 'nonsense'");
    }

    @Test
    void read_otherFilesOfTheFolder_areLeftAlone() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "nonsense\n");

        assertThat(HistoryCheck.create().read(folder).report().isClean()).isTrue();
    }

    @Test
    void write_processKilledMeanwhile_keepsWhatWasWritten() throws Exception {
        try (ChildJvm child =
                ChildJvm.of(Recording.class).args(folder.toString()).start()) {
            child.awaitLine("wrote 5000"::equals, Duration.ofSeconds(30));

            child.kill();
        }

        HistoryReport report = HistoryCheck.create().read(folder).report();
        assertThat(report.committed()).isGreaterThanOrEqualTo(5_000);
        assertThat(report.counts()).containsOnlyKeys(Kind.LOST);
    }

    /** Writes until it is killed. */
    static final class Recording {

        private Recording() {}

        public static void main(String[] args) {
            ChildJvm.exitWithParent();
            try (HistoryWriter writer = HistoryWriter.in(Path.of(args[0]))) {
                for (long number = 1; number < 10_000_000; number++) {
                    writer.write(new Added("id" + number, "key", number, Commit.COMMITTED));
                    if (number % 5_000 == 0) {
                        System.out.println("wrote " + number);
                    }
                }
            }
        }
    }
}
