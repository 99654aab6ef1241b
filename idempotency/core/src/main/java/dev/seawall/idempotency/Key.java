package dev.seawall.idempotency;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Names a request: all that come with the same tenant, operation and key are one request. The key is usually what the caller
 * sent, such as an {@code Idempotency-Key} header or the id of a message.
 *
 * <p>Only a hash of the three is kept, here and in the stores. Keys are often secrets, or let others read an answer: the text of
 * this object shows the operation and the beginning of the hash. A key that is easy to guess is easy to find from its hash.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Key {

    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_NAME = 100;
    private static final int SHORT = 4;

    private final String operation;
    private final byte[] hash;

    private Key(String tenant, String operation, String key) {
        requireVisible("tenant", tenant, 0, LONGEST_NAME);
        requireVisible("operation", operation, 1, LONGEST_NAME);
        requireVisible("key", key, 1, LONGEST_KEY);
        this.operation = operation;
        this.hash = Hashes.ofParts(Hashes.utf8(tenant), Hashes.utf8(operation), Hashes.utf8(key));
    }

    /**
     * A key of one of several tenants. The tenant must come from the caller's proven identity, never from what the request says.
     *
     * @param tenant whose request it is, 0 to 100 visible ASCII characters
     * @param operation what is asked for, 1 to 100 visible ASCII characters; shown in events and log lines
     * @param key which request, 1 to 255 visible ASCII characters
     * @return a key
     * @throws InvalidKeyException if one of them is none of these; the message does not show it
     */
    public static Key of(String tenant, String operation, String key) {
        return new Key(tenant, operation, key);
    }

    /**
     * A key where there are no tenants.
     *
     * @param operation what is asked for, 1 to 100 visible ASCII characters; shown in events and log lines
     * @param key which request, 1 to 255 visible ASCII characters
     * @return the same key as with an empty tenant
     * @throws InvalidKeyException if one of them is none of these; the message does not show it
     */
    public static Key of(String operation, String key) {
        return new Key("", operation, key);
    }

    private static void requireVisible(String part, String text, int least, int most) {
        if (text.length() < least || text.length() > most) {
            throw new InvalidKeyException(
                    "the " + part + " must have " + least + " to " + most + " characters, had " + text.length());
        }
        if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new InvalidKeyException(
                    "the " + part + " must consist of visible ASCII characters (0x21 to 0x7e), had others");
        }
    }

    /**
     * What is asked for.
     *
     * @return the operation
     */
    public String operation() {
        return operation;
    }

    /**
     * What stores know the key by.
     *
     * @return a copy of the SHA-256 of tenant, operation and key, 32 bytes
     */
    public byte[] hash() {
        return hash.clone();
    }

    /**
     * The beginning of the hash, to find a key in log lines and events. Not unique.
     *
     * @return 8 hexadecimal digits
     */
    public String shortHash() {
        return HexFormat.of().formatHex(hash, 0, SHORT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return operation + "#" + shortHash();
    }
}
