package dev.seawall.benchmarks.throughput;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The five commits of a saga of four steps and nothing else: one connection, rows of the same size, no engine and no fence. */
final class BareSaga implements AutoCloseable {

    private static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    private static final String INSERT =
            "INSERT INTO plain_saga (definition, id, version, input_hash, status, state_type,"
                    + " state_version, content_type, state, progress, step, owner, start_token, epoch, rev, recoveries,"
                    + " cancel_requested, woken, created_at) VALUES ('order', ?, 1, ?, 'RUNNING', 'text', 1, 'text/plain',"
                    + " ?, ?, ?, ?, ?, 1, 0, 0, FALSE, FALSE, " + NOW + ")";
    private static final String UPDATE =
            "WITH u AS (UPDATE plain_saga SET rev = rev + 1, state = ?, progress = ?, step = ?,"
                    + " status = ?, ended_at = CASE WHEN ? THEN " + NOW
                    + " END, owner = CASE WHEN ? THEN NULL ELSE owner END"
                    + " WHERE definition = 'order' AND id = ? RETURNING definition, id, rev, epoch)"
                    + " INSERT INTO plain_log SELECT u.definition, u.id, u.rev, l.line, " + NOW
                    + ", 'node', u.epoch, ?, l.kind, 1, NULL"
                    + " FROM u, (VALUES (1, 'done'), (2, 'begun')) AS l (line, kind)";

    private final byte[] state = SagaTables.STATE.getBytes(StandardCharsets.UTF_8);
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement update;
    private long number;

    BareSaga(Connection connection) throws SQLException {
        this.connection = connection;
        this.insert = connection.prepareStatement(INSERT);
        this.update = connection.prepareStatement(UPDATE);
    }

    void run() throws SQLException {
        String id = "order-" + number++;
        List<String> progress = new ArrayList<>(List.of("@shape 0123456789abcdef"));
        insert.setString(1, id);
        insert.setString(2, "0".repeat(64));
        insert.setBytes(3, state);
        insert.setString(4, String.join("\n", progress));
        insert.setString(5, "step-1");
        insert.setString(6, "0".repeat(36));
        insert.setLong(7, number);
        insert.executeUpdate();
        for (int step = 1; step <= SagaTables.STEPS; step++) {
            progress.add("step-" + step + " DONE 0 false");
            boolean ends = step == SagaTables.STEPS;
            update.setBytes(1, state);
            update.setString(2, String.join("\n", progress));
            update.setString(3, "step-" + (step + 1));
            update.setString(4, ends ? "COMPLETED" : "RUNNING");
            update.setBoolean(5, ends);
            update.setBoolean(6, ends);
            update.setString(7, id);
            update.setString(8, "step-" + step);
            update.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
