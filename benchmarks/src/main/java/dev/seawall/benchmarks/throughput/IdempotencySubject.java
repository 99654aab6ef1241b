package dev.seawall.benchmarks.throughput;

import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.benchmarks.throughput.Contender.Role;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.redis.RedisIdempotencyStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Idempotency on PostgreSQL and Redis: beside the bare work, beside the usual scheme, with a full table, and in round trips. */
final class IdempotencySubject implements Subject {

    private static final int CONNECTIONS = 34;
    private static final int[] THREADS = {1, 8, 32};
    private static final int[] REDIS_THREADS = {1, 8, 16};
    private static final String REQUESTS = "requests/s";

    /** What a client sends, not what its scripts do. */
    private static final Pattern SENT = Pattern.compile("cmdstat_(?:evalsha|eval|fcall|script\\S*):calls=(\\d+)");

    /**
     * How much is done.
     *
     * @param run how a contest is measured
     * @param records in the full table
     */
    private record Size(Run run, long records) {

        static final Size CAREFUL =
                new Size(new Run(TimeUnit.SECONDS.toNanos(3), TimeUnit.MILLISECONDS.toNanos(300), 31), 10_000_000);
        static final Size QUICK =
                new Size(new Run(TimeUnit.MILLISECONDS.toNanos(600), TimeUnit.MILLISECONDS.toNanos(150), 9), 1_000_000);
    }

    private final PostgreSqlServer server;
    private final HikariDataSource pool;
    private final IdempotencyTables tables;
    private final IdempotencyWork work;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Bound> bounds = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    IdempotencySubject() throws SQLException, IOException {
        server = PostgreSqlServer.find(System.getProperty("throughput.url", ""));
        pool = server.pool(CONNECTIONS);
        tables = new IdempotencyTables(pool);
        work = new IdempotencyWork(pool);
    }

    @Override
    public Report measure(boolean quick) throws Exception {
        Size size = quick ? Size.QUICK : Size.CAREFUL;
        notes.add("Requests are new ones, except replays; answers have " + IdempotencyTables.ANSWER.length()
                + " characters. Ratios are medians over rounds that the contenders share.");
        notes.add(
                "The usual scheme inserts a row and commits, does the work, and updates the row: no owner, no end of a"
                        + " claim, no fence, no fingerprint that is compared. On Redis: SET NX, and SET. idempotency4j, which"
                        + " would be the peer, cannot be had from Maven Central.");
        inTransaction(size.run());
        byClaim(size.run());
        depth(size);
        redis(size.run());
        return new FindingsReport("Idempotency on a " + server.description(), findings, bounds, notes);
    }

    private Outcome contest(Run run, String name, int threads, List<Contender> contenders)
            throws SQLException, InterruptedException {
        tables.tidy();
        Outcome outcome =
                run.of(List.of(new Contest(name, threads, 1, contenders))).get(0);
        for (Figure figure : outcome.figures()) {
            Contender who = figure.contender();
            findings.add(new Finding(outcome.contest().title(), who.name(), who.role(), REQUESTS, figure.perSecond()));
        }
        return outcome;
    }

    private static double beside(Outcome outcome) {
        return outcome.factor(outcome.bestPeer());
    }

    private void note(Outcome outcome) {
        notes.add(String.format(
                Locale.ROOT, "%s: %.2f × the peer.", outcome.contest().title(), beside(outcome)));
    }

    // ---- on PostgreSQL

    private void inTransaction(Run run) throws SQLException, InterruptedException {
        for (int threads : THREADS) {
            Outcome outcome = contest(
                    run,
                    "a transaction of three statements",
                    threads,
                    List.of(
                            new Contender(
                                    "Seawall, same transaction",
                                    Role.OWN,
                                    work.inTransaction(IdempotencyTables.inTransaction(IdempotencyTables.SMALL))),
                            new Contender("bare", Role.PEER, work.bare()),
                            new Contender("bare, and a row by key", Role.FLOOR, work.bareAndRow())));
            bounds.add(Bound.atLeast(outcome.contest().title() + ": beside the bare one", 0.65, beside(outcome), "×"));
        }
    }

    private void byClaim(Run run) throws SQLException, InterruptedException {
        Idempotency claims = tables.byClaim(IdempotencyTables.SMALL);
        for (int threads : THREADS) {
            note(contest(
                    run,
                    "a claim around such a transaction",
                    threads,
                    List.of(
                            new Contender("Seawall", Role.OWN, work.byClaim(claims)),
                            new Contender("usual scheme", Role.PEER, work.usual()))));
        }
        for (int threads : THREADS) {
            note(contest(
                    run,
                    "a claim around nothing, PostgreSQL",
                    threads,
                    List.of(
                            new Contender("Seawall", Role.OWN, IdempotencyWork.nothingByClaim(claims)),
                            new Contender("usual scheme", Role.PEER, work.nothingAsUsual()))));
        }
        contest(
                run,
                "a replay",
                8,
                List.of(
                        new Contender(
                                "same transaction",
                                Role.OWN,
                                work.replayInTransaction(IdempotencyTables.inTransaction(IdempotencyTables.SMALL))),
                        new Contender("claim, PostgreSQL", Role.OWN, IdempotencyWork.replayByClaim(claims))));
        bounds.addAll(new IdempotencyTrips().onPostgreSql(tables));
    }

    private void depth(Size size) throws SQLException, InterruptedException {
        System.err.printf(Locale.ROOT, "loading %,d records ...%n", size.records());
        BTree index = tables.fill(size.records());
        String name = String.format(Locale.ROOT, "a table of %,d records", size.records());
        Outcome inTransaction = contest(
                size.run(),
                name + ", same transaction",
                8,
                List.of(
                        new Contender(
                                "full",
                                Role.OWN,
                                work.inTransaction(IdempotencyTables.inTransaction(IdempotencyTables.FULL))),
                        new Contender(
                                "small",
                                Role.PEER,
                                work.inTransaction(IdempotencyTables.inTransaction(IdempotencyTables.SMALL)))));
        Outcome byClaim = contest(
                size.run(),
                name + ", claim around nothing",
                8,
                List.of(
                        new Contender(
                                "full",
                                Role.OWN,
                                IdempotencyWork.nothingByClaim(tables.byClaim(IdempotencyTables.FULL))),
                        new Contender(
                                "small",
                                Role.PEER,
                                IdempotencyWork.nothingByClaim(tables.byClaim(IdempotencyTables.SMALL)))));
        for (Outcome outcome : List.of(inTransaction, byClaim)) {
            bounds.add(Bound.atLeast(outcome.contest().title() + ": beside one of 10,000", 0.8, beside(outcome), "×"));
        }
        notes.add(String.format(
                Locale.ROOT,
                "The index of keys has %,d pages for %,d entries, %.0f a page: a search reads %d pages, with 10 million"
                        + " entries %d, with 100 million %d (computed from the pages).",
                index.pages(),
                index.entries(),
                index.perPage(),
                index.levelsAt(index.entries()),
                index.levelsAt(10_000_000),
                index.levelsAt(100_000_000)));
    }

    // ---- on Redis

    private void redis(Run run) throws IOException, SQLException, InterruptedException {
        RedisProcess redis = RedisProcess.start();
        RedisClient client = RedisClient.create(redis.uri());
        try (redis;
                StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
                StatefulRedisConnection<String, String> plain = client.connect();
                RedisIdempotencyStore store = RedisIdempotencyStore.builder(connection)
                        .timeout(Duration.ofSeconds(10))
                        .build()) {
            Idempotency claims = IdempotencyTables.byClaim(store);
            for (int threads : REDIS_THREADS) {
                note(contest(
                        run,
                        "a claim around nothing, " + redis.kind(),
                        threads,
                        List.of(
                                new Contender("Seawall", Role.OWN, IdempotencyWork.nothingByClaim(claims)),
                                new Contender("usual scheme", Role.PEER, usualOnRedis(plain)))));
            }
            contest(
                    run,
                    "a replay, " + redis.kind(),
                    8,
                    List.of(new Contender("claim, Redis", Role.OWN, IdempotencyWork.replayByClaim(claims))));
            bounds.addAll(new IdempotencyTrips().onRedis(claims, () -> sent(plain)));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static Operation usualOnRedis(StatefulRedisConnection<String, String> connection) {
        SetArgs day = SetArgs.Builder.px(Duration.ofDays(1));
        return (thread, number) -> {
            String key = "usual:" + IdempotencyTables.nextNumber();
            return "OK"
                            .equals(connection
                                    .sync()
                                    .set(key, "STARTED", SetArgs.Builder.nx().px(Duration.ofDays(1))))
                    && "OK".equals(connection.sync().set(key, IdempotencyTables.ANSWER, day));
        };
    }

    /** How many commands clients have sent so far. */
    private static long sent(StatefulRedisConnection<String, String> connection) {
        Matcher counts = SENT.matcher(connection.sync().info("commandstats"));
        long sum = 0;
        while (counts.find()) {
            sum += Long.parseLong(counts.group(1));
        }
        return sum;
    }

    @Override
    public void close() {
        pool.close();
        server.close();
    }
}
