package dev.seawall.saga;

import dev.seawall.Require;
import java.util.regex.Pattern;

/** The rule for names that go into keys and into the stored progress. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private Names() {}

    static String checked(String what, String name) {
        Require.check(
                NAME.matcher(name).matches(),
                "the name of a %s must have 1 to 100 letters, digits, dots, underscores and hyphens, "
                        + "with a letter or digit first, was '%s'",
                what,
                name.replaceAll("[^ -~]", "?"));
        return name;
    }
}
