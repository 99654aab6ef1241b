package dev.seawall.idempotency.jdbc;

import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;

/** Deletes records that have ended. Whether one has is asked again when it is locked: it may have been claimed anew meanwhile. */
record Purge(Tables tables, int most) implements Chore {

    static final int AT_ONCE = 1_000;

    Purge {
        Objects.requireNonNull(tables, "tables");
    }

    @Override
    public String name() {
        return "ended records of " + tables.prefix() + "idempotency";
    }

    @Override
    public int run(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        try (PreparedStatement statement = connection.prepareStatement(tables.in(sql(dialect), dialect))) {
            statement.setInt(1, most);
            return statement.executeUpdate();
        }
    }

    private static String sql(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL ->
                "DELETE FROM {idempotency} WHERE expires_at <= {now} AND key_hash = ANY (ARRAY("
                        + "SELECT key_hash FROM {idempotency} WHERE expires_at <= (SELECT {now}) "
                        + "ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))";
            case MARIADB -> "DELETE FROM {idempotency} WHERE expires_at <= {now} ORDER BY expires_at LIMIT ?";
            case H2 -> "DELETE FROM {idempotency} WHERE expires_at <= {now} LIMIT ?";
        };
    }
}
