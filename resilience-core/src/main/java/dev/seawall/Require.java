package dev.seawall;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Checks of configuration values. Each returns the value if it is in range, else throws an
 * {@link IllegalArgumentException} that names the setting, what is allowed and what was given.
 */
public final class Require {

    private static final int LONGEST_NAME = 200;

    private Require() {}

    /**
     * Checks the name of a policy or a pipeline.
     *
     * @param name 1 to 200 characters, not all white space, no control characters
     * @return the name
     */
    public static String name(String name) {
        Objects.requireNonNull(name, "name");
        check(
                name.length() <= LONGEST_NAME,
                "name must have at most %s characters, had %s",
                LONGEST_NAME,
                name.length());
        check(
                name.chars().noneMatch(Character::isISOControl),
                "name must not contain control characters, was '%s'",
                name.replaceAll("\\p{Cc}", "?")); // not as it was: a line feed in a log line can forge the next one
        check(!name.isBlank(), "name must not be blank, was '%s'", name);
        return name;
    }

    /**
     * Checks a whole number.
     *
     * @param setting what the value is called
     * @param value the value
     * @param least smallest allowed value
     * @return the value
     */
    public static int atLeast(String setting, int value, int least) {
        check(value >= least, "%s must be at least %s, was %s", setting, least, value);
        return value;
    }

    /**
     * Checks a whole number.
     *
     * @param setting what the value is called
     * @param value the value
     * @param least smallest allowed value
     * @param most largest allowed value
     * @return the value
     */
    public static int between(String setting, int value, int least, int most) {
        check(value >= least && value <= most, "%s must be from %s to %s, was %s", setting, least, most, value);
        return value;
    }

    /**
     * Checks a number. {@code NaN} is never in range.
     *
     * @param setting what the value is called
     * @param value the value
     * @param least smallest allowed value
     * @param most largest allowed value
     * @return the value
     */
    public static double between(String setting, double value, double least, double most) {
        check(value >= least && value <= most, "%s must be from %s to %s, was %s", setting, least, most, value);
        return value;
    }

    /**
     * Checks that a duration is longer than nothing.
     *
     * @param setting what the value is called
     * @param value the value
     * @return the value
     */
    public static Duration positive(String setting, Duration value) {
        Objects.requireNonNull(value, setting);
        check(
                !value.isNegative() && !value.isZero(),
                "%s must be longer than 0 s, was %s",
                setting,
                Durations.format(value));
        return value;
    }

    /**
     * Checks that a duration is not negative.
     *
     * @param setting what the value is called
     * @param value the value
     * @return the value
     */
    public static Duration notNegative(String setting, Duration value) {
        Objects.requireNonNull(value, setting);
        check(!value.isNegative(), "%s must not be negative, was %s", setting, Durations.format(value));
        return value;
    }

    /**
     * Checks a rule that spans several settings.
     *
     * @param holds whether it holds
     * @param message rule, then values, with {@code %s} for each argument
     * @param arguments what the message shows
     */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
    public static void check(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
