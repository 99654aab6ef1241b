package dev.seawall.benchmarks.killrun;

import dev.seawall.Backoff;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.outbox.jdbc.OutboxRelay;
import dev.seawall.test.ChildJvm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** One relay. */
final class RelayProcess {

    private static final long TRY_AGAIN_NANOS = 200_000_000;

    private RelayProcess() {}

    /** {@code args}: port of the database, of the broker, name. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        while (!started(args)) {
            ResilienceRuntime.shared().sleep(TRY_AGAIN_NANOS);
        }
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    /** A relay that cannot reach its database when it starts says so, and it is up to us to try again. */
    private static boolean started(String[] args) {
        OutboxRelay relay = OutboxRelay.builder(Connections.to(Postgres.url(Integer.parseInt(args[0]), args[2])))
                .publisher(new BrokerPublisher(Integer.parseInt(args[1])))
                .name(args[2])
                .timeToLive(Plan.TIME_TO_LIVE)
                .publishTimeout(Plan.PUBLISH_TIMEOUT)
                .workers(Plan.WORKERS)
                .batch(Plan.BATCH_ROWS, 1 << 20)
                .retry(1_000_000, Backoff.exponential(Duration.ofMillis(20)).withCap(Duration.ofMillis(500)))
                .build();
        try {
            relay.start();
            return true;
        } catch (DatabaseException unreachable) {
            return false;
        }
    }
}
