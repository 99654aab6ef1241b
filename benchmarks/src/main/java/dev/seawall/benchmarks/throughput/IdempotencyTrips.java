package dev.seawall.benchmarks.throughput;

import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Counts the round trips of one request: statements that are executed, commands that Redis is sent. */
final class IdempotencyTrips {

    private static final int BUSINESS = 3;
    private static final int REQUESTS = 100;

    private final List<Bound> bounds = new ArrayList<>();

    List<Bound> onPostgreSql(IdempotencyTables tables) throws SQLException {
        CountedStatements counted = new CountedStatements(tables.pool());
        IdempotencyWork work = new IdempotencyWork(counted.connections());
        JdbcIdempotency inTransaction = IdempotencyTables.inTransaction(IdempotencyTables.SMALL);
        Idempotency byClaim = IdempotencyTables.byClaim(JdbcIdempotency.store(counted.connections()));
        count(
                "same transaction: statements besides the work's three",
                2,
                BUSINESS,
                work.inTransaction(inTransaction),
                counted::executed);
        count("same transaction, replay: statements", 1, 0, work.replayInTransaction(inTransaction), counted::executed);
        claims("on PostgreSQL: statements", byClaim, counted::executed);
        return bounds;
    }

    List<Bound> onRedis(Idempotency byClaim, LongSupplier sent) {
        claims("on Redis: commands", byClaim, sent);
        return bounds;
    }

    private void claims(String where, Idempotency byClaim, LongSupplier sent) {
        count("claim and completion " + where, 2, 0, IdempotencyWork.nothingByClaim(byClaim), sent);
        count("replay of a completed claim " + where, 1, 0, IdempotencyWork.replayByClaim(byClaim), sent);
    }

    /** The first requests find out about the database, and put there what is to be replayed. */
    private void count(String what, int most, int besides, Operation operation, LongSupplier sent) {
        for (int i = 0; i < 2 * IdempotencyWork.REPLAYED_KEYS; i++) {
            operation.run(0, i);
        }
        long before = sent.getAsLong();
        for (int i = 0; i < REQUESTS; i++) {
            operation.run(0, i);
        }
        double each = (double) (sent.getAsLong() - before) / REQUESTS - besides;
        bounds.add(Bound.atMost(what, most, each, ""));
    }
}
