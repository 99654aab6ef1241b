package dev.seawall.idempotency;

import dev.seawall.payload.EncodedPayload;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a store keeps it: an encoded payload, nothing for {@code null}, or the note that there was an answer that could not
 * be kept. Stores treat its {@link #bytes()} as opaque and give them back as they are.
 *
 * <p>Its text shows the size only. <b>Threads:</b> immutable.
 */
public final class StoredAnswer {

    private static final byte NOTHING = 0;
    private static final byte PAYLOAD = 1;
    private static final byte LOST = 2;

    private static final StoredAnswer OF_NOTHING = new StoredAnswer(new byte[] {NOTHING}, null);
    private static final StoredAnswer OF_LOST = new StoredAnswer(new byte[] {LOST}, null);

    private final byte[] bytes;
    private final @Nullable EncodedPayload payload;

    private StoredAnswer(byte[] bytes, @Nullable EncodedPayload payload) {
        this.bytes = bytes;
        this.payload = payload;
    }

    /**
     * An answer.
     *
     * @param payload the answer; {@code null} for none
     * @return its stored form
     */
    public static StoredAnswer of(@Nullable EncodedPayload payload) {
        return payload == null ? OF_NOTHING : new StoredAnswer(written(payload), payload);
    }

    /**
     * The note that the work was done and its answer was not kept.
     *
     * @return always the same
     */
    public static StoredAnswer lost() {
        return OF_LOST;
    }

    private static byte[] written(EncodedPayload payload) {
        byte[] type = payload.type().getBytes(StandardCharsets.US_ASCII);
        byte[] contentType = payload.contentType().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 + type.length + Integer.BYTES + contentType.length + payload.size())
                .put(PAYLOAD)
                .put((byte) type.length)
                .put(type)
                .putInt(payload.version())
                .put((byte) contentType.length)
                .put(contentType)
                .put(payload.bytes())
                .array();
    }

    /**
     * Reads what a store kept.
     *
     * @param bytes what {@link #bytes()} returned, not copied
     * @return the answer
     * @throws IllegalArgumentException if these are no bytes of an answer
     */
    public static StoredAnswer ofBytes(byte[] bytes) {
        if (Arrays.equals(bytes, OF_NOTHING.bytes)) {
            return OF_NOTHING;
        }
        if (Arrays.equals(bytes, OF_LOST.bytes)) {
            return OF_LOST;
        }
        try {
            return new StoredAnswer(bytes, read(ByteBuffer.wrap(bytes)));
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("a stored answer of " + bytes.length + " bytes is cut off", cut);
        }
    }

    private static EncodedPayload read(ByteBuffer bytes) {
        if (bytes.get() != PAYLOAD) {
            throw new IllegalArgumentException("a stored answer begins with a byte that this code does not know");
        }
        String type = text(bytes);
        int version = bytes.getInt();
        String contentType = text(bytes);
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        return EncodedPayload.of(type, version, contentType, content);
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[Byte.toUnsignedInt(bytes.get())];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /**
     * The answer in one piece.
     *
     * @return not a copy: it must not be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The answer.
     *
     * @return {@code null} if the answer is {@code null}, or {@linkplain #isLost() lost}
     */
    public @Nullable EncodedPayload payload() {
        return payload;
    }

    /**
     * Whether there was an answer that could not be kept.
     *
     * @return {@code true} for {@link #lost()}
     */
    public boolean isLost() {
        return bytes[0] == LOST;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredAnswer that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return isLost() ? "an answer that was not kept" : "an answer of " + bytes.length + " bytes";
    }
}
