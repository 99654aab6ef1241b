package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes and what stays, on every database. */
abstract class OldRowsTck {

    private final Database database;

    OldRowsTck(Server server) {
        this.database = server.create();
    }

    @BeforeEach
    void make() throws SQLException {
        database.execute(
                sql("CREATE TABLE {record} (id integer PRIMARY KEY, at bigint NOT NULL)"),
                sql("CREATE INDEX record_at ON {record} (at)"));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private String sql(String text) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Tables.standard().in(text, Dialect.of(connection));
        }
    }

    private int run(Chore chore) throws SQLException {
        return Transactions.of(database).autocommitted(chore::run);
    }

    @Test
    void run_withMoreThanABatch_deletesTheOldOnesBitByBitAndKeepsTheRest() throws Exception {
        Transactions.of(database).inTransaction(connection -> {
            try (var insert = connection.prepareStatement(sql("INSERT INTO {record} VALUES (?, {now} - ?)"))) {
                for (int i = 0; i < 2_500; i++) {
                    insert.setInt(1, i);
                    insert.setLong(2, i < 2_300 ? 7_200_000_000L : 0);
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
        Chore chore = Chore.deleting(Tables.standard(), "record", "at", Duration.ofHours(1));

        assertThat(run(chore)).isEqualTo(1_000);
        assertThat(run(chore)).isEqualTo(1_000);
        assertThat(run(chore)).isEqualTo(300);
        assertThat(run(chore)).isZero();

        assertThat(database.number(sql("SELECT COUNT(*) FROM {record}"))).isEqualTo(200);
        assertThat(database.number(sql("SELECT MIN(id) FROM {record}"))).isEqualTo(2_300);
    }

    @Test
    void deleting_withANameThatIsNone_isRefused() {
        assertThatThrownBy(() -> Chore.deleting(Tables.standard(), "a; DROP TABLE b", "at", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table must consist of lower-case letters");
        assertThatThrownBy(() -> Chore.deleting(Tables.standard(), "record", "at", Duration.ofDays(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("age");
    }
}
