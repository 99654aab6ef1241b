package dev.seawall.outbox.postgresql;

import dev.seawall.Require;
import java.util.regex.Pattern;

/** The name that notifications go by. Channels belong to a database, not to a schema. */
final class Channel {

    static final String USUAL = "seawall_outbox";

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Channel() {}

    static String checked(String name) {
        Require.check(
                NAME.matcher(name).matches(),
                "channel must be 1 to 63 lower-case letters, digits and underscores and not begin with a digit, was '%s'",
                name.replaceAll("[^ -~]", "?"));
        return name;
    }
}
