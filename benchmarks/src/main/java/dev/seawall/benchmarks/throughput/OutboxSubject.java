package dev.seawall.benchmarks.throughput;

import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.benchmarks.throughput.Contender.Role;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The outbox on PostgreSQL: drains beside its peers, traffic, what a producer pays, and a snapshot that somebody holds. */
final class OutboxSubject implements Subject {

    private static final int CONNECTIONS = 24;

    /**
     * How much is done.
     *
     * @param messages of a drain of ours and of the bare statement
     * @param drains how many of these are measured
     * @param gruelbox messages of its drain: it needs longer for each
     * @param namastack messages of its drain
     * @param broker messages of a drain to a broker
     * @param trafficNanos how long producers run
     * @param cost how a producer's cost is measured
     */
    private record Size(
            int messages, int drains, int gruelbox, int namastack, int broker, long trafficNanos, Run cost) {

        static final Size CAREFUL = new Size(
                200_000,
                5,
                10_000,
                20_000,
                50_000,
                TimeUnit.SECONDS.toNanos(10),
                new Run(TimeUnit.SECONDS.toNanos(3), TimeUnit.MILLISECONDS.toNanos(500), 41));
        static final Size QUICK = new Size(
                30_000,
                3,
                1_500,
                1_500,
                5_000,
                TimeUnit.SECONDS.toNanos(2),
                new Run(TimeUnit.MILLISECONDS.toNanos(500), TimeUnit.MILLISECONDS.toNanos(150), 11));
    }

    private final PostgreSqlServer server;
    private final HikariDataSource pool;
    private final OutboxTables tables;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Bound> bounds = new ArrayList<>();

    OutboxSubject() throws SQLException, IOException {
        server = PostgreSqlServer.find(System.getProperty("throughput.url", ""));
        pool = server.pool(CONNECTIONS);
        tables = new OutboxTables(pool);
    }

    @Override
    public Report measure(boolean quick) throws Exception {
        Size size = quick ? Size.QUICK : Size.CAREFUL;
        drains(size);
        heldSnapshot(size);
        traffic(size);
        brokers(size);
        cost(size);
        return new FindingsReport(
                "Outbox on a " + server.description(),
                findings,
                bounds,
                List.of(
                        String.format(
                                Locale.ROOT,
                                "Payloads of %d bytes, %,d keys; Seawall with %d workers and in the order of its keys.",
                                OutboxTables.PAYLOAD_BYTES,
                                OutboxTables.KEYS,
                                OutboxTables.WORKERS),
                        "A drain is timed from the first message that is published until no work is left. Publishers and"
                                + " handlers do nothing.",
                        String.format(
                                Locale.ROOT,
                                "Seawall and the bare statement drain %,d messages, gruelbox %,d and namastack %,d: rates"
                                        + " are compared, not times.",
                                size.messages(),
                                size.gruelbox(),
                                size.namastack()),
                        "gruelbox 4.2.268 keeps no order. A relay keeps up if less waits when producers stop than they"
                                + " add in a second."));
    }

    private static void telling(String what) {
        System.err.println("measuring " + what + " ...");
    }

    private Finding found(Finding finding) {
        findings.add(finding);
        return finding;
    }

    private Finding rates(String load, String who, Role role, List<Double> values) {
        return found(new Finding(load, who, role, Finding.MESSAGES, values));
    }

    // ---- drains

    private void drains(Size size) throws Exception {
        telling("drains");
        OutboxDrain drain = new OutboxDrain(tables);
        drain.own(size.messages()); // to warm up
        drain.bound(size.messages() / 2);
        List<Double> own = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        for (int i = 0; i < size.drains(); i++) {
            own.add(drain.own(size.messages()));
            bare.add(drain.bound(size.messages()));
        }
        Finding ours = rates("drain", "Seawall", Role.OWN, own);
        double gruelbox = peer("gruelbox", size.gruelbox(), "gruelbox 4.2.268, no order");
        double namastack = peer("namastack", size.namastack(), "namastack 1.6.0");
        Finding bound = rates("drain", "DELETE … SKIP LOCKED", Role.FLOOR, bare);
        bounds.add(Bound.atLeast("drain: beside gruelbox", 20, ours.median() / gruelbox, "×"));
        bounds.add(Bound.atLeast("drain: beside namastack", 10, ours.median() / namastack, "×"));
        bounds.add(Bound.atLeast("drain: beside the bare statement", 0.5, ours.median() / bound.median(), "×"));
    }

    private double peer(String name, int messages, String who) throws IOException, InterruptedException {
        telling("a drain of " + name);
        return rates("drain", who, Role.PEER, List.of(PeerProcess.drain(name, server.url(), messages)))
                .median();
    }

    private void heldSnapshot(Size size) throws SQLException {
        telling("drains under a held snapshot");
        OutboxDrain drain = new OutboxDrain(tables);
        tables.tidy();
        List<Double> free = new ArrayList<>();
        for (int i = 0; i < size.drains(); i++) {
            free.add(drain.own(size.messages() / 2));
        }
        List<Double> held = drain.underHeldSnapshot(size.messages() / 2, size.drains());
        String load = "drains in a row";
        Finding usual = rates(load, "Seawall", Role.OWN, free);
        rates(load, "Seawall, a snapshot held", Role.OWN, held);
        bounds.add(Bound.atLeast(
                "held snapshot: the last drain beside those without",
                0.5,
                held.get(held.size() - 1) / usual.median(),
                "×"));
        tables.empty();
        tables.tidy();
    }

    // ---- producers

    private void traffic(Size size) throws SQLException, InterruptedException {
        double ten = 0;
        for (int messages : new int[] {1, 10, 100}) {
            String load = OutboxTraffic.PRODUCERS + " producers, " + messages + " a transaction";
            telling(load);
            OutboxTraffic.Seen seen =
                    new OutboxTraffic(tables, messages, Double.POSITIVE_INFINITY).run(size.trafficNanos());
            tell(load, seen);
            bounds.add(Bound.atMost(load + ": waiting when they stop", 1, seen.backlogSeconds(), "s of what they add"));
            ten = messages == 10 ? seen.inPerSecond() / messages : ten;
            tables.tidy();
        }
        String load = OutboxTraffic.PRODUCERS + " producers, 10 a transaction, half the rate";
        telling(load);
        OutboxTraffic.Seen seen = new OutboxTraffic(tables, 10, ten / 2).run(size.trafficNanos());
        tell(load, seen);
        bounds.add(Bound.atMost(load + ": p99 from commit to publish", 50, seen.p99Millis(), Finding.MILLIS));
    }

    private void tell(String load, OutboxTraffic.Seen seen) {
        found(Finding.of(load, "committed", Role.OWN, Finding.MESSAGES, seen.inPerSecond()));
        found(Finding.of(load, "published meanwhile", Role.OWN, Finding.MESSAGES, seen.outPerSecond()));
        found(Finding.of(load, "commit to publish, p50", Role.OWN, Finding.MILLIS, seen.p50Millis()));
        found(Finding.of(load, "commit to publish, p99", Role.OWN, Finding.MILLIS, seen.p99Millis()));
    }

    private void brokers(Size size) throws Exception {
        try (RabbitQueue queue = RabbitQueue.find()) {
            if (queue == null) {
                telling("nothing to RabbitMQ, which does not listen");
            } else {
                broker(queue, size);
            }
        }
        try (KafkaProcess kafka = KafkaProcess.start()) {
            broker(kafka, size);
        }
    }

    private void broker(Broker broker, Size size) throws Exception {
        telling(broker.load());
        findings.addAll(new BrokerDrains(tables, broker, size.broker()).measure(size.drains()));
    }

    private void cost(Size size) throws SQLException, InterruptedException {
        tables.empty();
        tables.tidy();
        Outcome outcome =
                size.cost().of(List.of(new OutboxCost(tables).contest())).get(0);
        for (Figure figure : outcome.figures()) {
            found(new Finding(
                    outcome.contest().title(),
                    figure.contender().name(),
                    figure.contender().role(),
                    Finding.TRANSACTIONS,
                    figure.perSecond()));
        }
        bounds.add(Bound.atMost(
                "a producer's transaction beside one with a plain insert",
                1.15,
                1 / outcome.factor(outcome.bestPeer()),
                "×"));
    }

    @Override
    public void close() {
        pool.close();
        server.close();
    }
}
