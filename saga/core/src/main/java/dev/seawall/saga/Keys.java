package dev.seawall.saga;

import java.nio.charset.StandardCharsets;

/** Idempotency keys. */
final class Keys {

    private static final int LONGEST = 255;
    private static final String UNRESERVED = "-._~";

    private Keys() {}

    static String of(SagaKey saga, String step, boolean undoing) {
        String tail = "/" + step + (undoing ? "/compensation" : "/action");
        String key = saga.definition() + "/" + escaped(saga.id().value()) + tail;
        return key.length() <= LONGEST ? key : saga.definition() + "/" + Shape.sha256(key) + (undoing ? "/c" : "/a");
    }

    /** An id can have a slash, so that two keys could be the same without this. */
    private static String escaped(String id) {
        StringBuilder text = new StringBuilder();
        for (byte character : id.getBytes(StandardCharsets.US_ASCII)) {
            if (Character.isLetterOrDigit(character) || UNRESERVED.indexOf(character) >= 0) {
                text.append((char) character);
            } else {
                text.append('%')
                        .append(Character.forDigit(character >> 4, 16))
                        .append(Character.forDigit(character & 15, 16));
            }
        }
        return text.toString();
    }
}
