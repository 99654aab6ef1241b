package dev.seawall.saga;

import dev.seawall.Require;

/**
 * Tells a saga from the others of its definition. Who starts a saga chooses the id, such as an order's: starting it a second time
 * then does nothing.
 *
 * @param value 1 to 200 visible ASCII characters
 */
public record SagaId(String value) {

    private static final int LONGEST = 200;

    /** Checks the rule. */
    public SagaId {
        Require.between("length of the saga's id", value.length(), 1, LONGEST);
        Require.check(
                value.chars().allMatch(c -> c > ' ' && c <= '~'),
                "a saga's id must consist of visible ASCII characters, was '%s'",
                value.replaceAll("[^ -~]", "?"));
    }

    /**
     * An id.
     *
     * @param value 1 to 200 visible ASCII characters
     * @return the id
     */
    public static SagaId of(String value) {
        return new SagaId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
