package dev.seawall.saga;

import dev.seawall.Require;
import java.util.Objects;

/**
 * Names one saga among all.
 *
 * @param definition the name of its definition: 1 to 100 characters
 * @param id tells it from the others of that definition
 */
public record SagaKey(String definition, SagaId id) {

    private static final int LONGEST = 100;

    /** Checks the rules. */
    public SagaKey {
        Require.name(definition);
        Require.between("length of the definition's name", definition.length(), 1, LONGEST);
        Objects.requireNonNull(id, "id");
    }

    @Override
    public String toString() {
        return definition + "/" + id;
    }
}
