package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TablesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\"; DROP TABLE orders; --",
                "a`b",
                "Upper",
                "1st",
                "with space",
                "ümlaut",
                "abcdefghijklmnopqrstuvwxyz"
            })
    void tables_prefixThatIsNoPlainName_isRefused(String prefix) {
        assertThatThrownBy(() -> new Tables(null, prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix");
    }

    @Test
    void tables_schemaThatIsNoPlainName_isRefused() {
        assertThatThrownBy(() -> new Tables("a.b", "seawall_"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema must consist of lower-case letters, digits and underscores");
    }

    @Test
    void in_namesInBraces_areQualifiedAndQuoted() {
        Tables tables = new Tables("app", "sw_");

        assertThat(tables.in("SELECT a FROM {node} WHERE b = {other}.c", Dialect.POSTGRESQL))
                .isEqualTo("SELECT a FROM \"app\".\"sw_node\" WHERE b = \"app\".\"sw_other\".c");
        assertThat(Tables.standard().in("DELETE FROM {node}", Dialect.MARIADB)).isEqualTo("DELETE FROM `seawall_node`");
        assertThat(Tables.standard().in("SELECT {now}", Dialect.POSTGRESQL)).contains("clock_timestamp()");
    }
}
