package dev.seawall.benchmarks.throughput;

import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.benchmarks.throughput.Contender.Role;
import dev.seawall.saga.SagaEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sagas of four steps that do nothing, on PostgreSQL: beside others' workflows, bare commits, and full tables. */
final class SagaSubject implements Subject {

    private static final int CONNECTIONS = 24;
    private static final int MANY = 32;
    private static final int[] AT_ONCE = {1, 8, MANY, 128};
    private static final double TIMES_DBOS = 3;

    /**
     * How much is done.
     *
     * @param run how each number at once is measured
     * @param alone how a lone saga is measured beside its bare commits, in turns
     * @param peerMillis how long a peer runs, for each number at once
     * @param finished sagas in the tables that have ended
     * @param waiting sagas in the tables that wait
     */
    private record Size(Run run, Run alone, int peerMillis, int finished, int waiting) {

        static final Size CAREFUL = new Size(
                new Run(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(2), 5),
                new Run(TimeUnit.SECONDS.toNanos(3), TimeUnit.MILLISECONDS.toNanos(500), 21),
                10_000,
                1_000_000,
                100_000);
        static final Size QUICK = new Size(
                new Run(TimeUnit.SECONDS.toNanos(2), TimeUnit.MILLISECONDS.toNanos(700), 3),
                new Run(TimeUnit.SECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(200), 9),
                3_000,
                100_000,
                10_000);
    }

    private final PostgreSqlServer server;
    private final PostgreSqlServer dbosServer;
    private final HikariDataSource pool;
    private final SagaTables tables;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Bound> bounds = new ArrayList<>();

    SagaSubject() throws SQLException, IOException {
        String url = System.getProperty("throughput.url", "");
        server = PostgreSqlServer.find(url);
        dbosServer = server.another();
        pool = server.pool(CONNECTIONS);
        tables = new SagaTables(pool);
    }

    @Override
    public Report measure(boolean quick) throws Exception {
        Size size = quick ? Size.QUICK : Size.CAREFUL;
        Map<Integer, Double> own = new LinkedHashMap<>();
        try (SagaEngine engine = tables.engine()) {
            tables.runTemplate(engine);
            for (int atOnce : AT_ONCE) {
                own.put(atOnce, rate(engine, atOnce, size.run(), "Seawall"));
            }
            alone(engine, size.alone());
        }
        bounds.add(Bound.atLeast("sagas a second, " + MANY + " at once", 2_000, own.get(MANY), "sagas/s"));
        bounds.add(Bound.atLeast("sagas a second, 128 at once", 3_000, own.get(128), "sagas/s"));
        Map<Integer, Double> dbos = peer("dbos", "DBOS Transact 1.1.0-m6", size);
        own.forEach((atOnce, rate) -> bounds.add(Bound.atLeast(
                "beside DBOS Transact, " + atOnce + " at once", TIMES_DBOS, rate / dbos.get(atOnce), "×")));
        peer("temporal", "Temporal 1.38.0, in memory", size);
        fullTables(size);
        return new FindingsReport("Sagas of 4 steps on a " + server.description(), findings, bounds, notes(size));
    }

    private static List<String> notes(Size size) {
        return List.of(
                "So many callers start a saga each, wait for its end and start the next. Steps do nothing; the state is text"
                        + " of 100 characters.",
                "Seawall and DBOS keep everything in PostgreSQL, in a database each; Temporal's test server keeps it in"
                        + " memory and is not judged.",
                "The bare commits are one insert and four updates with two lines of history each, on one connection, in"
                        + " rounds that take turns with a lone saga.",
                String.format(
                        Locale.ROOT,
                        "Full tables: %,d sagas that have ended and %,d that wait for an hour, all with their histories.",
                        size.finished(),
                        size.waiting()));
    }

    private static String load(int atOnce) {
        return atOnce + " at once";
    }

    private double rate(SagaEngine engine, int atOnce, Run run, String who) throws InterruptedException {
        System.err.println("measuring " + who + ", " + load(atOnce) + " ...");
        Figure figure = run.of(new Contest(load(atOnce), atOnce, 1, List.of(own(who, engine))))
                .figures()
                .get(0);
        findings.add(new Finding(load(atOnce), who, Role.OWN, Finding.SAGAS, figure.perSecond()));
        return figure.median();
    }

    private Contender own(String who, SagaEngine engine) {
        return new Contender(who, Role.OWN, (thread, number) -> {
            tables.run(engine);
            return true;
        });
    }

    /** In turns with the commits that it cannot do without. */
    private void alone(SagaEngine engine, Run run) throws SQLException, InterruptedException {
        System.err.println("measuring a lone saga beside its commits ...");
        try (BareSaga bare = new BareSaga(pool.getConnection())) {
            Contender commits = new Contender("5 bare commits", Role.FLOOR, (thread, number) -> {
                try {
                    bare.run();
                    return true;
                } catch (SQLException broken) {
                    throw new IllegalStateException(broken);
                }
            });
            Outcome outcome = run.of(new Contest("alone, in turns", 1, 1, List.of(own("Seawall", engine), commits)));
            for (Figure figure : outcome.figures()) {
                findings.add(new Finding(
                        "alone, in turns",
                        figure.contender().name(),
                        figure.contender().role(),
                        Finding.SAGAS,
                        figure.perSecond()));
            }
            bounds.add(Bound.atMost(
                    "time of a lone saga beside its 5 bare commits",
                    1.3,
                    1 / outcome.factor(outcome.figures().get(1)),
                    "×"));
        }
    }

    private Map<Integer, Double> peer(String name, String who, Size size) throws IOException, InterruptedException {
        System.err.println("measuring " + who + " ...");
        List<Double> rates =
                PeerProcess.sagas(name, dbosServer.url(), size.peerMillis(), AT_ONCE);
        Map<Integer, Double> byNumber = new LinkedHashMap<>();
        for (int i = 0; i < AT_ONCE.length; i++) {
            byNumber.put(AT_ONCE[i], rates.get(i));
            findings.add(Finding.of(load(AT_ONCE[i]), who, Role.PEER, Finding.SAGAS, rates.get(i)));
        }
        return byNumber;
    }

    private void fullTables(Size size) throws SQLException, InterruptedException {
        System.err.println("measuring full tables ...");
        tables.tidy();
        double empty;
        try (SagaEngine engine = tables.engine()) {
            empty = rate(engine, MANY, size.run(), "Seawall, again");
        }
        tables.fill(size.finished(), size.waiting());
        try (SagaEngine engine = tables.engine()) {
            double full = rate(engine, MANY, size.run(), "Seawall, full tables");
            bounds.add(Bound.atLeast("full tables beside empty ones, " + MANY + " at once", 0.8, full / empty, "×"));
        }
    }

    @Override
    public void close() {
        pool.close();
        dbosServer.close();
        server.close();
    }
}
