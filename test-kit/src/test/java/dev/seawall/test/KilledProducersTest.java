package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.Killer.Deed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Killer, processes, histories and their checker together: a program that a kill may hit anywhere, in a right and a wrong order. */
@Timeout(180)
final class KilledProducersTest {

    private static final int STRIKES = 20;
    private static final KillPlan PLAN = KillPlan.of(42)
            .every(Duration.ofMillis(100), Duration.ofMillis(300))
            .stopping(0.2, Duration.ofMillis(50), Duration.ofMillis(200))
            .restartingAfter(Duration.ZERO, Duration.ofMillis(50));

    @TempDir
    private Path folder;

    @Test
    void tellsOfTheCommitAfterPublishing_killedAnywhere_hasACleanHistory() throws Exception {
        HistoryReport report = historyOf("publish first");

        report.assertClean();
        assertThat(report.committed()).isPositive();
    }

    @Test
    void tellsOfTheCommitBeforePublishing_killedAnywhere_losesMessages() throws Exception {
        HistoryReport report = historyOf("commit first");

        assertThat(report.counts()).containsOnlyKeys(Kind.LOST);
        assertThat(report.count(Kind.LOST)).isBetween(1L, 2L * STRIKES); // one for each process that ever ran
    }

    private HistoryReport historyOf(String order) throws InterruptedException {
        Supplier<ChildJvm> producer = () -> ChildJvm.of(Producer.class)
                .args(folder.toString(), order)
                .jvmOptions("-XX:TieredStopAtLevel=1", "-Xmx32m")
                .start();
        try (Killer killer = Killer.start(PLAN, Map.of("one", producer, "two", producer))) {
            killer.awaitStrikes(STRIKES, Duration.ofSeconds(120));

            assertThat(killer.count(Deed.DIED)).as(killer::toString).isZero();
        }
        return HistoryCheck.create().read(folder).report();
    }

    /** Each process has a key of its own. */
    static final class Producer {

        private static final long WORK_NANOS = 200_000;

        private Producer() {}

        public static void main(String[] args) {
            ChildJvm.exitWithParent();
            boolean commitFirst = args[1].equals("commit first");
            String key = UUID.randomUUID().toString();
            try (HistoryWriter history = HistoryWriter.in(Path.of(args[0]))) {
                for (long number = 1; number < 1_000_000; number++) {
                    String id = UUID.randomUUID().toString();
                    HistoryEvent published = new Published(id, key, number, number, 0, 1, number);
                    HistoryEvent committed = new Added(id, key, number, Commit.COMMITTED);
                    history.write(new Added(id, key, number, Commit.UNKNOWN));
                    history.write(commitFirst ? committed : published);
                    LockSupport.parkNanos(WORK_NANOS);
                    history.write(commitFirst ? published : committed);
                }
            }
        }
    }
}
