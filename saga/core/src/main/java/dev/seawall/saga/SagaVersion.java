package dev.seawall.saga;

import dev.seawall.Require;

/**
 * A definition in one of its versions.
 *
 * @param definition its name
 * @param version at least 1
 */
public record SagaVersion(String definition, int version) {

    /** Checks the rules. */
    public SagaVersion {
        Require.name(definition);
        Require.atLeast("version", version, 1);
    }

    @Override
    public String toString() {
        return definition + " v" + version;
    }
}
