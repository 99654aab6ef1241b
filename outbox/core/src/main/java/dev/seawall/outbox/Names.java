package dev.seawall.outbox;

import dev.seawall.Require;
import java.util.Map;
import java.util.regex.Pattern;

/** What topics, keys and headers may be, so that every table and broker takes them. */
final class Names {

    static final String OWN_HEADERS = "seawall-";

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]+");
    private static final int LONGEST = 200;
    private static final int LONGEST_HEADER_NAME = 100;
    private static final int LONGEST_HEADER_VALUE = 2_000;
    private static final int MOST_IN_HEADERS = 16_000;

    private Names() {}

    static String topic(String topic) {
        Require.between("length of topic", topic.length(), 1, LONGEST);
        Require.check(
                topic.chars().allMatch(c -> c > ' ' && c <= '~'),
                "topic must consist of visible ASCII characters, was '%s'",
                topic.replaceAll("[^!-~]", "?"));
        return topic;
    }

    static String key(String key) {
        Require.between("length of key", key.length(), 1, LONGEST);
        Require.check(isText(key), "key must be text without control characters and lone surrogates");
        return key;
    }

    static void headers(Map<String, String> headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            header(header.getKey(), header.getValue());
            size += header.getKey().length() + header.getValue().length();
        }
        Require.check(
                size <= MOST_IN_HEADERS, "headers must have at most %s characters, had %s", MOST_IN_HEADERS, size);
    }

    private static void header(String name, String value) {
        Require.between("length of a header's name", name.length(), 1, LONGEST_HEADER_NAME);
        Require.check(
                HEADER_NAME.matcher(name).matches(),
                "the name of a header must consist of letters, digits and hyphens, was '%s'",
                name.replaceAll("[^!-~]", "?"));
        Require.check(
                !name.regionMatches(true, 0, OWN_HEADERS, 0, OWN_HEADERS.length()),
                "headers that begin with %s are taken, was %s",
                OWN_HEADERS,
                name);
        Require.check(
                value.length() <= LONGEST_HEADER_VALUE,
                "header %s must have at most %s characters, had %s",
                name,
                LONGEST_HEADER_VALUE,
                value.length());
        Require.check(isText(value), "header %s must not have control characters or lone surrogates", name);
    }

    /** No control characters, which do harm in logs and protocols, and nothing that UTF-8 cannot tell apart. */
    private static boolean isText(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
