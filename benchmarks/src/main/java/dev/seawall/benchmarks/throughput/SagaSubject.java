package dev.seawall.benchmarks.throughput;

import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.benchmarks.throughput.Contender.Role;
import dev.seawall.saga.SagaEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Sagas of four steps that do nothing, on PostgreSQL: beside others' workflows, bare commits, and full tables. */
final class SagaSubject implements Subject {

    private static final int CONNECTIONS = 24;
    private static final int MANY = 32;
    private static final int[] AT_ONCE = {1, 8, MANY, 128};
    private static final Map<Integer, Double> LEAST = Map.of(MANY, 2_000.0, 128, 3_000.0);
    private static final double TIMES_DBOS = 3;

    /**
     * How much is done.
     *
     * @param run how each number at once is measured, for each contender
     * @param alone how a lone saga is measured beside its bare commits, in turns
     * @param finished sagas in the tables that have ended
     * @param waiting sagas in the tables that wait
     */
    private record Size(Run run, Run alone, int finished, int waiting) {

        static final Size CAREFUL = new Size(
                new Run(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(2), 5),
                new Run(TimeUnit.SECONDS.toNanos(3), TimeUnit.MILLISECONDS.toNanos(500), 21),
                1_000_000,
                100_000);
        static final Size QUICK = new Size(
                new Run(TimeUnit.SECONDS.toNanos(2), TimeUnit.MILLISECONDS.toNanos(700), 3),
                new Run(TimeUnit.SECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(200), 9),
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
        try (SagaEngine engine = tables.engine();
                SagaPeer dbos = new SagaPeer("dbos", dbosServer.url());
                SagaPeer temporal = new SagaPeer("temporal", "")) {
            tables.runTemplate(engine);
            for (int atOnce : AT_ONCE) {
                beside(engine, dbos, temporal, atOnce, size.run());
            }
            alone(engine, size.alone());
        }
        fullTables(size);
        return new FindingsReport("Sagas of 4 steps on a " + server.description(), findings, bounds, notes(size));
    }

    /** All three in turns, round by round: whatever else the machine does meets all of them. */
    private void beside(SagaEngine engine, SagaPeer dbos, SagaPeer temporal, int atOnce, Run run)
            throws InterruptedException {
        System.err.println("measuring " + load(atOnce) + " ...");
        List<Double> own = new ArrayList<>();
        List<Double> ofDbos = new ArrayList<>();
        List<Double> ofTemporal = new ArrayList<>();
        for (int round = 0; round <= run.rounds(); round++) {
            long nanos = round == 0 ? run.warmUpNanos() : run.roundNanos();
            double ours = new Run(0, nanos, 1)
                    .of(contest(engine, atOnce))
                    .figures()
                    .get(0)
                    .median();
            double theirs = dbos.rate(atOnce, nanos);
            double others = temporal.rate(atOnce, nanos);
            if (round > 0) { // the first one is to warm up
                own.add(ours);
                ofDbos.add(theirs);
                ofTemporal.add(others);
            }
        }
        Finding mine = found(atOnce, "Seawall", Role.OWN, own);
        found(atOnce, "DBOS Transact 1.1.0-m6", Role.PEER, ofDbos);
        found(atOnce, "Temporal 1.38.0, in memory", Role.PEER, ofTemporal);
        List<Double> ratios = IntStream.range(0, own.size())
                .mapToObj(round -> own.get(round) / ofDbos.get(round))
                .toList();
        double ratio = Figure.median(ratios);
        double least = LEAST.getOrDefault(atOnce, 0.0);
        if (least > 0) {
            bounds.add(Bound.atLeast("sagas a second, " + load(atOnce), least, mine.median(), "sagas/s"));
            bounds.add(Bound.atLeast("beside DBOS Transact, " + load(atOnce), TIMES_DBOS, ratio, "×"));
        } else { // a few wait for the disk, whoever keeps them: they are compared with their bare commits
            findings.add(Finding.of(load(atOnce), "Seawall beside DBOS Transact", Role.OWN, Finding.TIMES, ratio));
        }
    }

    private Finding found(int atOnce, String who, Role role, List<Double> rates) {
        Finding finding = new Finding(load(atOnce), who, role, Finding.SAGAS, rates);
        findings.add(finding);
        return finding;
    }

    private static List<String> notes(Size size) {
        return List.of(
                "So many callers start a saga each, wait for its end and start the next. Steps do nothing; the state is text"
                        + " of 100 characters.",
                "Seawall and DBOS keep everything in PostgreSQL, in a database each; Temporal's test server keeps it in"
                        + " memory and is not judged. They take turns, round by round; ratios are medians over the rounds.",
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
        Figure figure = run.of(contest(engine, atOnce)).figures().get(0);
        findings.add(new Finding(load(atOnce), who, Role.OWN, Finding.SAGAS, figure.perSecond()));
        return figure.median();
    }

    private Contest contest(SagaEngine engine, int atOnce) {
        return new Contest(load(atOnce), atOnce, 1, List.of(own("Seawall", engine)));
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
