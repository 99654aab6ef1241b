package dev.seawall.payload;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Turns objects of one type into bytes and back.
 *
 * <p><b>Threads:</b> used by any number of threads at the same time.
 *
 * @param <T> the type
 */
public interface PayloadCodec<T> {

    /**
     * What the bytes are, as a media type.
     *
     * @return such as {@code application/json}
     */
    String contentType();

    /**
     * Writes an object.
     *
     * @param value what to write
     * @return its bytes
     * @throws Exception if it cannot be written
     */
    byte[] encode(T value) throws Exception;

    /**
     * Reads an object. The bytes may come from anyone: an implementation must not let them choose a class.
     *
     * @param bytes what was written, perhaps by another version or an attacker
     * @return the object
     * @throws Exception if these are not the bytes of one
     */
    T decode(byte[] bytes) throws Exception;

    /**
     * Bytes as they are.
     *
     * @return a codec of {@code application/octet-stream}
     */
    static PayloadCodec<byte[]> bytes() {
        return of("application/octet-stream", bytes -> bytes, bytes -> bytes);
    }

    /**
     * Text in UTF-8. Bytes that are none are refused.
     *
     * @return a codec of {@code text/plain}
     */
    static PayloadCodec<String> text() {
        return of("text/plain; charset=utf-8", text -> text.getBytes(StandardCharsets.UTF_8), PayloadCodec::utf8);
    }

    private static String utf8(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /**
     * A codec made of two functions.
     *
     * @param contentType what the bytes are, as a media type
     * @param encode writes an object
     * @param decode reads an object
     * @param <T> the type
     * @return a codec
     */
    static <T> PayloadCodec<T> of(String contentType, Step<T, byte[]> encode, Step<byte[], T> decode) {
        return new FunctionCodec<>(
                Objects.requireNonNull(contentType, "contentType"),
                Objects.requireNonNull(encode, "encode"),
                Objects.requireNonNull(decode, "decode"));
    }

    /**
     * One direction of a codec, or an upcaster.
     *
     * @param <A> from
     * @param <B> to
     */
    @FunctionalInterface
    interface Step<A, B> {

        /**
         * Makes one form of the other.
         *
         * @param value one form
         * @return the other
         * @throws Exception if it cannot be made
         */
        B apply(A value) throws Exception;
    }
}
