package dev.seawall.idempotency;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns answers into what is stored and back: by registered types, and encrypted if a cipher is given. For those who keep answers
 * in a way of their own; {@link Idempotency} has one.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class AnswerFormat {

    private static final String ENCRYPTED = "seawall-encrypted";
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final String ANSWER = "";

    private final PayloadTypes types;
    private final @Nullable AnswerCipher cipher;

    private AnswerFormat(PayloadTypes types, @Nullable AnswerCipher cipher) {
        this.types = Objects.requireNonNull(types, "types");
        this.cipher = cipher;
    }

    /**
     * Answers of registered types.
     *
     * @param types their names and codecs, and how large an answer may be
     * @param cipher encrypts them, names of types included; {@code null} to keep them readable. Answers that were kept without are
     *     refused
     * @return a format
     */
    public static AnswerFormat of(PayloadTypes types, @Nullable AnswerCipher cipher) {
        return new AnswerFormat(types, cipher);
    }

    /**
     * Writes an answer.
     *
     * @param key whose answer it is
     * @param value the answer
     * @return what to store
     * @throws dev.seawall.payload.PayloadException if its class is not registered, it is too large or its codec fails
     * @throws AnswerLostException if the cipher fails
     */
    public StoredAnswer write(Key key, @Nullable Object value) {
        return write(key, ANSWER, value);
    }

    /** The point, such as that of a phase, keeps one encrypted result from being put in the place of another. */
    StoredAnswer write(Key key, String point, @Nullable Object value) {
        StoredAnswer plain = StoredAnswer.of(value == null ? null : types.encode(value));
        if (cipher == null) {
            return plain;
        }
        try {
            byte[] encrypted = cipher.encrypt(plain.bytes(), context(key, point));
            return StoredAnswer.of(EncodedPayload.of(ENCRYPTED, 1, CONTENT_TYPE, encrypted));
        } catch (Exception broken) {
            keepInterrupt(broken);
            throw new AnswerLostException("the cipher could not encrypt an answer of " + key, broken);
        }
    }

    /**
     * Reads an answer.
     *
     * @param key whose answer it is
     * @param stored what was stored
     * @return the answer
     * @throws dev.seawall.payload.PayloadException if this code does not know its type or cannot read it
     * @throws AnswerLostException if it was not kept, or cannot be decrypted
     */
    public @Nullable Object read(Key key, StoredAnswer stored) {
        return read(key, ANSWER, stored);
    }

    @Nullable
    Object read(Key key, String point, StoredAnswer stored) {
        StoredAnswer plain = cipher == null || stored.isLost() ? stored : decrypted(cipher, key, point, stored);
        if (plain.isLost()) {
            throw AnswerLostException.notKept(key);
        }
        EncodedPayload payload = plain.payload();
        return payload == null ? null : types.decode(payload);
    }

    private static StoredAnswer decrypted(AnswerCipher cipher, Key key, String point, StoredAnswer stored) {
        EncodedPayload payload = stored.payload();
        if (payload == null || !payload.type().equals(ENCRYPTED)) {
            throw new AnswerLostException(
                    "the answer of " + key + " was stored without encryption, and is refused", null);
        }
        try {
            return StoredAnswer.ofBytes(cipher.decrypt(payload.bytes(), context(key, point)));
        } catch (Exception broken) {
            keepInterrupt(broken);
            throw new AnswerLostException("the cipher could not decrypt the answer of " + key, broken);
        }
    }

    private static void keepInterrupt(Exception broken) {
        if (broken instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] context(Key key, String point) {
        byte[] name = Hashes.utf8(point);
        byte[] context = new byte[Hashes.LENGTH + name.length];
        System.arraycopy(key.hash(), 0, context, 0, Hashes.LENGTH);
        System.arraycopy(name, 0, context, Hashes.LENGTH, name.length);
        return context;
    }

    @Override
    public String toString() {
        return types + (cipher == null ? "" : ", encrypted");
    }
}
