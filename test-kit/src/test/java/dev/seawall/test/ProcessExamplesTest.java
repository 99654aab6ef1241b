package dev.seawall.test;

import static dev.seawall.test.HistoryEvent.Commit.COMMITTED;
import static dev.seawall.test.HistoryEvent.Commit.UNKNOWN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.Killer.Deed;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of processes, networks and histories in the documentation, which shows their regions as they are. */
@Timeout(120)
final class ProcessExamplesTest {

    @TempDir
    private Path folder;

    @Test
    void proxy_latencyThenNothingThenHealed() throws IOException {
        try (EchoServer server = new EchoServer()) {
            // @start region=proxy
            try (FaultProxy network = FaultProxy.to("localhost", server.port());
                    Socket client = new Socket("localhost", network.port())) {
                network.apply(NetworkFault.latency(ofMillis(50)));
                client.getOutputStream().write('?'); // the answer comes after 100 ms
                assertThat(client.getInputStream().read()).isEqualTo('?');

                network.apply(NetworkFault.cutAfter(2, NetworkFault.Direction.ANSWERS));
                client.getOutputStream().write(new byte[] {1, 2, 3});
                assertThat(client.getInputStream().readAllBytes()).containsExactly(1, 2); // and then the end

                network.heal();
            }
            // @end
        }
    }

    @Test
    void child_stoppedResumedKilled() throws InterruptedException {
        // @start region=child
        try (ChildJvm node =
                ChildJvm.of(Node.class).args("n1").jvmOptions("-Xmx64m").start()) {
            node.awaitLine("ready"::equals, ofSeconds(30));

            node.stop(); // like a very long pause of the garbage collector
            node.resume();

            node.kill(); // kill -9
            assertThat(node.exited()).isCompletedWithValue(137);
        }
        // @end
    }

    // @start region=node
    static final class Node {

        private Node() {}

        public static void main(String[] args) throws InterruptedException {
            ChildJvm.exitWithParent(); // no orphan, even if the test is killed itself
            System.out.println("ready");
            new CountDownLatch(1).await(); // in place of work
        }
    }
    // @end

    @Test
    void killer_twoNodes_areKilledAndStartedAgain() throws InterruptedException {
        // @start region=killer
        Supplier<ChildJvm> node = () -> ChildJvm.of(Node.class).start();
        KillPlan plan = KillPlan.of(7)
                .every(ofMillis(50), ofMillis(200)) // something happens,
                .stopping(0.3, ofMillis(300), ofMillis(600)); // in 3 of 10 cases a stop instead of a kill

        try (Killer killer = Killer.start(plan, Map.of("n1", node, "n2", node))) {
            killer.awaitStrikes(10, ofSeconds(60));
            killer.finish(); // all nodes run again, and can do what is left to do

            assertThat(killer.count(Deed.DIED)).as(killer::toString).isZero(); // none by itself
        }
        // @end
    }

    @Test
    void history_written_thenJudged() {
        // @start region=history
        try (HistoryWriter history = HistoryWriter.in(folder)) { // one for each process
            history.write(new Added("id-1", "order-7", 1, UNKNOWN)); // before the commit
            history.write(new Added("id-1", "order-7", 1, COMMITTED)); // after it
            history.write(new Published("id-1", "order-7", 1, 500, 3, 12, 90_001)); // by whoever is the broker
        }

        HistoryReport report = HistoryCheck.create()
                .allowDuplicates(100, 57) // 100 in flight at each of 57 kills
                .expectEffectsOf("ledger")
                .read(folder)
                .add(new Applied("id-1", "ledger")) // from the consumer's own table
                .report();

        report.assertClean();
        // @end
        assertThat(report)
                .hasToString("1 committed, 0 rolled back, 0 unknown of 1 keys; 1 published, "
                        + "0 duplicates (5700 allowed), 1 applied; no violation");
    }
}
