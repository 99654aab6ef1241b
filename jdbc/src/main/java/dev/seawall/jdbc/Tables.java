package dev.seawall.jdbc;

import dev.seawall.Require;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Seawall's tables are called: {@code seawall_…} in the connection's own schema, unless set otherwise. Immutable.
 *
 * @param schema in which schema (MariaDB: database) they are; {@code null} for that of the connection. 1 to 48 lower-case letters,
 *     digits and underscores, with a letter or underscore first
 * @param prefix how their names begin; 1 to 24 of the same characters
 */
public record Tables(@Nullable String schema, String prefix) {

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final int LONGEST_SCHEMA = 48;
    private static final int LONGEST_PREFIX = 24;

    /** Checks both: they become part of SQL. */
    public Tables {
        if (schema != null) {
            requireName("schema", schema, LONGEST_SCHEMA);
        }
        requireName("prefix", prefix, LONGEST_PREFIX);
    }

    static void requireIdentifier(String setting, String name) {
        requireName(setting, name, LONGEST_SCHEMA);
    }

    private static void requireName(String setting, String name, int longest) {
        Require.between("length of " + setting, name.length(), 1, longest);
        Require.check(
                NAME.matcher(name).matches(),
                "%s must consist of lower-case letters, digits and underscores, and not begin with a digit, was '%s'",
                setting,
                name.replaceAll("[^ -~]", "?"));
    }

    /**
     * {@code seawall_…} in the schema of the connection.
     *
     * @return the names unless set otherwise
     */
    public static Tables standard() {
        return new Tables(null, "seawall_");
    }

    /**
     * A table's name as SQL takes it.
     *
     * @param table without the prefix
     * @param dialect how to quote
     * @return the qualified name, in quotes
     */
    public String name(String table, Dialect dialect) {
        return schemaPart(dialect) + dialect.quoted(prefix + table);
    }

    /**
     * Replaces names in SQL: {@code {table}} by the qualified, quoted name of a table, {@code {now}} by the dialect's present.
     *
     * @param sql with names in braces
     * @param dialect how to quote
     * @return ready to be prepared
     */
    public String in(String sql, Dialect dialect) {
        StringBuilder ready = new StringBuilder(sql.length() + 64);
        int from = 0;
        for (int open = sql.indexOf('{'); open >= 0; open = sql.indexOf('{', from)) {
            int close = sql.indexOf('}', open);
            String name = sql.substring(open + 1, close);
            ready.append(sql, from, open).append(name.equals("now") ? dialect.now() : name(name, dialect));
            from = close + 1;
        }
        return ready.append(sql, from, sql.length()).toString();
    }

    String schemaPart(Dialect dialect) {
        return schema == null ? "" : dialect.quoted(schema) + ".";
    }
}
