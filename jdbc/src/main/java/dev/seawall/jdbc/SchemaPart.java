package dev.seawall.jdbc;

import dev.seawall.Require;
import java.util.Objects;

/**
 * A part of Seawall's tables, in a version: what one module needs. Its SQL is in the module's jar, in files
 * {@code META-INF/seawall/<dialect>/V<version>.<number>__<name>.sql}, which Flyway takes as they are with the placeholders
 * {@code schema} (such as {@code "app".}, or nothing) and {@code prefix}.
 *
 * @param name what it is called in the table of versions
 * @param number tells its files from those of other parts; what it builds on has a smaller one
 * @param version the one that the code was written for, at least 1. The code also works with the version before, and with the
 *     next one, so that a cluster can be brought up to date one node after another
 * @param module any class of the module whose jar has the files
 */
public record SchemaPart(String name, int number, int version, Class<?> module) {

    /** Nodes and partitions, which every other part needs. */
    public static final SchemaPart NODES = new SchemaPart("nodes", 1, 1, SchemaPart.class);

    /** Checks the ranges. */
    public SchemaPart {
        Require.name(name);
        Require.atLeast("number", number, 1);
        Require.atLeast("version", version, 1);
        Objects.requireNonNull(module, "module");
    }

    String file(Dialect dialect, int version) {
        return "/META-INF/seawall/" + dialect.folder() + "/V" + version + "." + number + "__" + name + ".sql";
    }

    int oldestUsable() {
        return Math.max(1, version - 1);
    }

    int newestUsable() {
        return version + 1;
    }
}
