package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.SagaStory.Deed;
import dev.seawall.benchmarks.killrun.SagaStory.Effect;
import dev.seawall.benchmarks.killrun.SagaStory.Line;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import dev.seawall.saga.SagaStatus;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of the run's own: which sagas are wanted, and what their tasks did; and what the store has beside that. */
final class SagaTruth {

    private static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private SagaTruth() {}

    static void create(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE wanted (id bigint PRIMARY KEY, started boolean NOT NULL DEFAULT FALSE)",
                // no key: what comes twice is to be seen
                "CREATE TABLE effect (n bigint GENERATED ALWAYS AS IDENTITY, at bigint NOT NULL, definition text NOT NULL,"
                        + " saga text NOT NULL, task text NOT NULL, deed text NOT NULL)");
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static void insert(Connection connection, String definition, String saga, String task, Deed deed)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO effect (at, definition, saga, task, deed) VALUES (" + NOW + ", ?, ?, ?, ?)")) {
            statement.setString(1, definition);
            statement.setString(2, saga);
            statement.setString(3, task);
            statement.setString(4, deed.name());
            statement.executeUpdate();
        }
    }

    static String in(String sql) {
        return Tables.standard().in(sql, Dialect.POSTGRESQL);
    }

    static long number(Connection connection, String sql) throws SQLException {
        return Truth.number(connection, in(sql));
    }

    static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(in(sql))) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    /** All sagas that there are. */
    static List<SagaStory> stories(Connection connection) throws SQLException {
        Map<String, List<Effect>> effects = effects(connection);
        Map<String, List<Line>> lines = lines(connection);
        List<SagaStory> stories = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        in(
                                "SELECT definition, id, status, state, coalesce(reason, ''), owner IS NOT NULL OR due_at IS NOT NULL FROM {saga}"))) {
            while (row.next()) {
                String definition = row.getString(1);
                String id = row.getString(2);
                stories.add(new SagaStory(
                        definition,
                        id,
                        SagaStatus.valueOf(row.getString(3)),
                        new String(row.getBytes(4), StandardCharsets.UTF_8),
                        row.getString(5),
                        row.getBoolean(6),
                        effects.getOrDefault(definition + "/" + id, List.of()),
                        lines.getOrDefault(definition + "/" + id, List.of())));
            }
        }
        return stories;
    }

    private static Map<String, List<Effect>> effects(Connection connection) throws SQLException {
        Map<String, List<Effect>> effects = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT definition, saga, at, task, deed FROM effect ORDER BY n")) {
            while (row.next()) {
                effects.computeIfAbsent(row.getString(1) + "/" + row.getString(2), saga -> new ArrayList<>())
                        .add(new Effect(row.getLong(3), row.getString(4), Deed.valueOf(row.getString(5))));
            }
        }
        return effects;
    }

    private static Map<String, List<Line>> lines(Connection connection) throws SQLException {
        Map<String, List<Line>> lines = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(in("SELECT definition, saga_id, rev, at, epoch, coalesce(step, ''),"
                                + " kind FROM {saga_log} ORDER BY definition, saga_id, rev, line = 0, line"))) {
            while (row.next()) {
                lines.computeIfAbsent(row.getString(1) + "/" + row.getString(2), saga -> new ArrayList<>())
                        .add(new Line(
                                row.getLong(3), row.getLong(4), row.getLong(5), row.getString(6), row.getString(7)));
            }
        }
        return lines;
    }
}
