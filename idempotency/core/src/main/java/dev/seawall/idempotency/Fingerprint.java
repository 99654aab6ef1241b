package dev.seawall.idempotency;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests apart that come with the same key: a SHA-256 of what the request asks for. Take in what decides about the effect,
 * and leave out what changes from try to try, such as a time or a trace id.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Fingerprint {

    private final byte[] hash;

    private Fingerprint(byte[] hash) {
        this.hash = hash;
    }

    /**
     * The fingerprint of bytes.
     *
     * @param content such as the body of a request
     * @return its fingerprint
     */
    public static Fingerprint of(byte[] content) {
        return new Fingerprint(Hashes.ofParts(content));
    }

    /**
     * The fingerprint of a text.
     *
     * @param content such as the parameters of a request
     * @return that of its bytes in UTF-8
     */
    public static Fingerprint of(String content) {
        return of(Hashes.utf8(content));
    }

    /**
     * The fingerprint of an HTTP request.
     *
     * @param method such as {@code POST}
     * @param path with the query
     * @param body the body, or no bytes
     * @return the fingerprint of all three; what moves from one to the other makes another one
     */
    public static Fingerprint of(String method, String path, byte[] body) {
        return new Fingerprint(Hashes.ofParts(Hashes.utf8(method), Hashes.utf8(path), body));
    }

    /**
     * What stores keep.
     *
     * @return a copy, 32 bytes
     */
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fingerprint that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    /** Shows nothing: a fingerprint of a short text lets one guess it. */
    @Override
    public String toString() {
        return "fingerprint";
    }
}
