package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.benchmarks.killrun.KeyEvent.Kind;
import dev.seawall.idempotency.ClaimLostException;
import dev.seawall.idempotency.Execution;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.Mismatch;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import dev.seawall.test.SeededRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and tells what became of them. A key that begins with {@value #IN_TRANSACTION} is executed in the transaction of
 * its effect, a row in a table. One with {@value #BY_CLAIM} is executed under a claim; its effects are outside the database, and
 * what it tells about them is their only trace.
 */
final class Caller {

    static final String IN_TRANSACTION = "t-";
    static final String BY_CLAIM = "c-";
    private static final List<String> PHASES = List.of("charge", "ship");

    private static final double FAILS = 0.08;
    private static final double ROLLS_BACK = 0.05;

    /** How long the work takes, at each place where it may. */
    enum Pace {
        /** No time, and nothing fails. */
        SMOOTH,
        /** Sometimes longer than a claim. */
        ROUGH
    }

    private final DataSource connections;
    private final KeyLog log;
    private final Defect defect;
    private final Pace pace;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final JdbcIdempotency inTransaction =
            JdbcIdempotency.builder().maxWait(Duration.ofMillis(100)).build();
    private final Idempotency byClaim;

    Caller(DataSource connections, KeyLog log, Defect defect, Pace pace) {
        this.connections = connections;
        this.log = log;
        this.defect = defect;
        this.pace = pace;
        this.byClaim = Idempotency.builder(new TroubledStore(JdbcIdempotency.store(connections), connections, defect))
                .claimFor(IdempotencyPlan.CLAIM_FOR)
                .build();
    }

    /** What the work under a claim consists of: every second key has recovery points. */
    static List<String> phases(String key) {
        return key.startsWith(BY_CLAIM) && Math.floorMod(key.charAt(key.length() - 1), 2) == 0 ? PHASES : List.of();
    }

    /** One call of a caller. */
    private record Attempt(String key, String variant, String id, long from, SeededRandom random) {

        KeyEvent event(Kind kind, String detail) {
            return new KeyEvent(kind, key, id, variant, detail, from, System.nanoTime());
        }

        Receipt receipt(List<String> phases) {
            return new Receipt(variant, id, phases);
        }
    }

    /** The answer; {@code null} if there is none for this request, or not yet. */
    @Nullable
    String call(String key, String variant, SeededRandom random) {
        Attempt attempt = new Attempt(key, variant, UUID.randomUUID().toString(), System.nanoTime(), random);
        try {
            Outcome<String> outcome = key.startsWith(IN_TRANSACTION) ? inTransaction(attempt) : byClaim(attempt);
            return outcome == null ? null : answered(attempt, outcome);
        } catch (ClaimLostException takenOver) {
            log.write(attempt.event(Kind.LOST, ""));
        } catch (SQLException | RuntimeException broken) {
            // the network, the database, or the work, which fails now and then: whoever asks again finds out
        }
        return null;
    }

    private @Nullable String answered(Attempt attempt, Outcome<String> outcome) {
        if (outcome instanceof Executed<String> executed) {
            log.write(attempt.event(Kind.EXECUTED, executed.value()));
            return executed.value();
        }
        if (outcome instanceof Replayed<String> replayed) {
            log.write(attempt.event(Kind.REPLAYED, replayed.value()));
            return replayed.value();
        }
        if (outcome instanceof Mismatch) {
            log.write(attempt.event(Kind.MISMATCHED, ""));
        }
        return null;
    }

    // ---- in the transaction of the effect

    /** {@code null} if it was rolled back, or nobody can tell. */
    private @Nullable Outcome<String> inTransaction(Attempt attempt) throws SQLException {
        if (defect == Defect.ANSWER_BY_ITSELF) {
            return answerByItself(attempt);
        }
        return transaction(connection -> execute(connection, attempt, effect(connection, attempt)), attempt.random());
    }

    private Outcome<String> execute(Connection connection, Attempt attempt, Step effect) throws SQLException {
        return inTransaction.execute(connection, key(attempt), Fingerprint.of(attempt.variant()), () -> {
            log.write(attempt.event(Kind.ENTERED, ""));
            effect.take();
            think(attempt);
            failSometimes(attempt);
            log.write(attempt.event(Kind.LEFT, ""));
            return attempt.receipt(List.of()).text();
        });
    }

    private Step effect(Connection connection, Attempt attempt) {
        return () -> {
            if (defect == Defect.EFFECT_BY_ITSELF) {
                try (Connection own = connections.getConnection()) {
                    insert(own, attempt);
                }
            } else {
                insert(connection, attempt);
            }
        };
    }

    private @Nullable Outcome<String> answerByItself(Attempt attempt) throws SQLException {
        Outcome<String> outcome = transaction(connection -> execute(connection, attempt, () -> {}), attempt.random());
        if (outcome instanceof Executed) {
            think(attempt);
            try (Connection own = connections.getConnection()) {
                insert(own, attempt);
            }
        }
        return outcome;
    }

    /** Something that the database may refuse. */
    @FunctionalInterface
    private interface Step {
        void take() throws SQLException;
    }

    /** Something on a connection. */
    @FunctionalInterface
    private interface Work {
        Outcome<String> on(Connection connection) throws SQLException;
    }

    private @Nullable Outcome<String> transaction(Work work, SeededRandom random) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            boolean commits = false;
            try {
                Outcome<String> outcome = work.on(connection);
                commits = pace == Pace.SMOOTH || !random.chance(ROLLS_BACK);
                if (commits) {
                    connection.commit();
                    return outcome;
                }
                return null;
            } finally {
                if (!commits) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        }
    }

    private static void insert(Connection connection, Attempt attempt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO effect VALUES (?, ?)")) {
            statement.setString(1, attempt.key());
            statement.setString(2, attempt.id());
            statement.executeUpdate();
        }
    }

    // ---- under a claim

    private Outcome<String> byClaim(Attempt attempt) {
        return byClaim.execute(key(attempt), Fingerprint.of(attempt.variant()), execution -> {
            log.write(attempt.event(Kind.ENTERED, ""));
            try {
                List<String> results = new ArrayList<>();
                for (String name : phases(attempt.key())) {
                    results.add(phase(execution, attempt, name));
                }
                think(attempt);
                failSometimes(attempt);
                return attempt.receipt(results).text();
            } finally {
                log.write(attempt.event(Kind.LEFT, ""));
            }
        });
    }

    private String phase(Execution execution, Attempt attempt, String name) {
        think(attempt);
        failSometimes(attempt);
        String result = execution.once(name, () -> {
            log.write(attempt.event(Kind.RAN, name));
            think(attempt);
            return attempt.id();
        });
        if (result.equals(attempt.id())) {
            log.write(attempt.event(Kind.SAVED, name));
        }
        return result;
    }

    private static Key key(Attempt attempt) {
        return Key.of("killrun", attempt.key());
    }

    private void failSometimes(Attempt attempt) {
        if (pace == Pace.ROUGH && attempt.random().chance(FAILS)) {
            throw new IllegalStateException("the work has failed, as it does now and then");
        }
    }

    private void think(Attempt attempt) {
        if (pace == Pace.SMOOTH) {
            return;
        }
        double luck = attempt.random().nextDouble();
        int most = luck < 0.5 ? 1 : luck < 0.93 ? 15 : luck < 0.97 ? 100 : 2_000;
        try {
            runtime.sleep(TimeUnit.MILLISECONDS.toNanos(attempt.random().nextInt(most)));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
