package dev.seawall.payload;

import dev.seawall.Require;
import java.util.regex.Pattern;

/** What a type may be called: names go into rows, headers and log lines, so they can do no harm there. */
final class TypeName {

    private static final int LONGEST = 100;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private TypeName() {}

    static String checked(String name) {
        Require.between("length of the type's name", name.length(), 1, LONGEST);
        Require.check(
                FORM.matcher(name).matches(),
                "the name of a type must consist of letters, digits, '.', '_' and '-', and begin with a letter or digit, "
                        + "was '%s'",
                name.replaceAll("[^ -~]", "?"));
        return name;
    }
}
