package dev.seawall.idempotency.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PlannedTest {

    @Test
    void on_asTheTableGrows_hasOtherTextsAfterTenTimesTheUses() throws Exception {
        try (Database database = Server.H2.create();
                Connection connection = database.getConnection()) {
            SchemaInstaller.of(database).install(JdbcIdempotency.SCHEMA);
            Planned<String> planned = new Planned<>(Tables.standard(), table -> table.sql("SELECT 1"));
            TreeMap<Integer, String> changes = new TreeMap<>();

            for (int use = 0; use <= 20_000; use++) {
                String sql = planned.on(connection);
                if (changes.isEmpty() || !changes.lastEntry().getValue().equals(sql)) {
                    changes.put(use, sql);
                }
            }

            assertThat(changes)
                    .containsOnlyKeys(0, 100, 1_000, 10_000)
                    .containsEntry(0, "SELECT 1")
                    .containsEntry(10_000, "SELECT 1 /* 3 */");
        }
    }
}
