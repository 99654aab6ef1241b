package dev.seawall.outbox.jdbc;

import dev.seawall.Backoff;
import dev.seawall.VirtualRuntime;
import dev.seawall.jdbc.Tables;
import dev.seawall.outbox.jdbc.SimulatedBroker.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * One life of a relay: its worker, whose turns are taken one by one, and its heartbeat, which goes on from one statement to the
 * next. Neither goes on by itself. The heartbeat has a clock of its own, which stands still when it does: such a relay believes in
 * its leases for ever.
 */
final class SimulatedRelay implements AutoCloseable {

    static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

    static final Duration PUBLISH_TIMEOUT = Duration.ofMillis(200);
    private static final Backoff BACKOFF = Backoff.fixed(Duration.ofMillis(30));

    private final RelaySimulation simulation;
    private final Thread thread = Thread.currentThread();
    private final Baton heartbeat = new Baton();
    private final VirtualRuntime leaseClock = VirtualRuntime.create();
    private final SteeredDataSource connections;
    private final Line line;
    private final OutboxRelay relay;
    private final RelayWorker worker;
    private boolean working;
    private boolean dead;
    private boolean joined;
    private boolean acknowledging;
    private boolean failing;

    SimulatedRelay(RelaySimulation simulation, SimulatedBroker broker, String name, int batchRows) {
        this.simulation = simulation;
        this.connections = new SteeredDataSource(simulation.database(), simulation::rewrite, new Points());
        this.line = broker.new Line(() -> !dead);
        this.relay = OutboxRelay.builder(connections)
                .publisher(line)
                .name(name)
                .timeToLive(TIME_TO_LIVE)
                .runtime(leaseClock)
                .build();
        relay.on(RelayEvent.DatabaseFailed.class, failure -> forget());
        relay.on(RelayEvent.AttemptFailed.class, failed -> {
            if (failed.failure() instanceof TimeoutException) {
                line.overdue();
            }
        });
        relay.join();
        joined = true;
        heartbeat.await();
        this.worker = new RelayWorker(relay, settings(name, batchRows), connections, line, 0);
    }

    private RelaySettings settings(String name, int batchRows) {
        return new RelaySettings(
                Tables.standard(),
                name,
                1,
                batchRows,
                1 << 20,
                1 << 20,
                null,
                Duration.ofMillis(5),
                PUBLISH_TIMEOUT,
                Duration.ZERO,
                TIME_TO_LIVE,
                BACKOFF,
                1_000_000,
                ParkingPolicy.HOLD_KEY,
                false,
                false,
                simulation.runtime());
    }

    /** Where the simulation may have others go on. */
    private final class Points implements SteeredDataSource.Witness {

        @Override
        public void before(String sql) throws SQLException {
            if (!Thread.currentThread().equals(thread)) {
                heartbeat.pass();
            } else if (joined) {
                acknowledging |= sql.contains("DELETE FROM \"seawall_outbox_message\"");
                point();
            }
        }

        @Override
        public void after(String sql) throws SQLException {
            if (Thread.currentThread().equals(thread) && joined) {
                if (acknowledging && (sql.equals("COMMIT") || sql.contains("WITH own AS"))) {
                    acknowledging = false;
                    line.keepOnly(simulation.committed());
                }
                point();
            }
        }

        private void point() throws SQLException {
            simulation.point();
            if (failing) {
                failing = false;
                throw new SQLException("the connection is broken", "08006");
            }
        }
    }

    private void forget() {
        acknowledging = false;
        line.keepOnly(simulation.committed());
        line.forgotten();
    }

    boolean isDead() {
        return dead;
    }

    /** Whether one of its turns has begun and stands still. */
    boolean isWorking() {
        return working;
    }

    void work() throws InterruptedException {
        working = true;
        try {
            worker.work();
        } finally {
            working = false;
        }
    }

    /** Has the heartbeat go on to its next statement. */
    void beat() {
        heartbeat.step();
    }

    /** Its next statement fails, before it or after it. */
    void fail() {
        failing = true;
    }

    /** So much time passes in which nobody renews the leases. */
    void standStill(Duration time) {
        line.keepOnly(simulation.committed());
        line.forgotten();
        leaseClock.advance(time);
    }

    /** Nothing gets through any more. */
    void kill() {
        dead = true;
        connections.kill();
    }

    @Override
    public void close() {
        kill();
        heartbeat.release();
        relay.close();
        worker.disconnect();
    }
}
