package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How tables come to be, on every database. */
abstract class SchemaInstallerTck {

    private final Database database;

    SchemaInstallerTck(Server server) {
        this.database = server.create();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private String sql(Tables tables, String text) {
        try (Connection connection = database.getConnection()) {
            return tables.in(text, Dialect.of(connection));
        } catch (SQLException refused) {
            throw new AssertionError(refused);
        }
    }

    private void require(SchemaPart part) throws SQLException {
        try (Connection connection = database.getConnection()) {
            SchemaInstaller.require(connection, Tables.standard(), part);
        }
    }

    private static SchemaPart nodes(int version) {
        return new SchemaPart("nodes", 1, version, SchemaPart.class);
    }

    @Test
    void install_again_changesNothing() {
        SchemaInstaller installer = SchemaInstaller.of(database);
        installer.install();
        installer.install();

        assertThat(database.number(sql(Tables.standard(), "SELECT COUNT(*) FROM {schema}")))
                .isEqualTo(1);
    }

    @Test
    void install_bySeveralAtOnce_makesTheTablesOnce() {
        Tables tables = new Tables(null, "other_");
        List<CompletableFuture<Void>> installers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> SchemaInstaller.of(database, tables).install()))
                .toList();
        installers.forEach(CompletableFuture::join);

        assertThat(database.number(sql(tables, "SELECT COUNT(*) FROM {schema}")))
                .isEqualTo(1);
    }

    @Test
    void require_withoutTables_saysWhatToDo() {
        assertThatThrownBy(() -> require(SchemaPart.NODES))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the tables of nodes are not there")
                .hasMessageContaining("SchemaInstaller");
    }

    @Test
    void require_ofCodeOneVersionAheadOrTables_isContent() throws SQLException {
        SchemaInstaller.of(database).install();

        require(nodes(2)); // the code is ahead
        database.execute(sql(Tables.standard(), "UPDATE {schema} SET version = 2"));
        require(nodes(1)); // the tables are ahead
    }

    @Test
    void require_ofCodeTwoVersionsAway_isRefusedWithBothVersions() {
        SchemaInstaller.of(database).install();

        assertThatThrownBy(() -> require(nodes(3)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(
                        "have version 1, this code works with versions 2 to 4: bring the tables up to date");
        database.execute(sql(Tables.standard(), "UPDATE {schema} SET version = 9"));
        assertThatThrownBy(() -> require(nodes(1))).hasMessageContaining("bring the code up to date");
    }
}
