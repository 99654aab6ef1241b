package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.testdatabases.Connections;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that only follows: a server of its own, started a second time as a standby. */
final class StandbyTest {

    @Test
    void open_onAStandby_isRefused(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        server(data).close();
        Files.createFile(data.resolve("standby.signal"));
        try (EmbeddedPostgres standby = server(data)) {
            String url = standby.getJdbcUrl("postgres", "postgres");
            try (Connection connection = DriverManager.getConnection(url);
                    var row = connection.createStatement().executeQuery("SELECT pg_is_in_recovery()")) {
                row.next();
                assertThat(row.getBoolean(1)).isTrue();
            }
            Connections dataSource = new Connections() {
                @Override
                public Connection getConnection() throws SQLException {
                    return DriverManager.getConnection(url);
                }
            };

            assertThatThrownBy(() -> DedicatedConnection.open(dataSource, Duration.ofSeconds(10)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("it is a replica or set to read-only");
        }
    }

    private static EmbeddedPostgres server(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("hot_standby", "on")
                .start();
    }
}
