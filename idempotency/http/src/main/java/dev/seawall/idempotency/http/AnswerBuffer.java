package dev.seawall.idempotency.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the body of an answer until it is complete. One that becomes too long, or is to be streamed, goes through: what there is
 * at once, the rest as it is written. Flushing does nothing before that, but for {@linkplain Way#isStream streams}.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class AnswerBuffer extends OutputStream {

    /** Where an answer goes that is not held back. */
    @FunctionalInterface
    public interface Way {

        /**
         * Whether the answer is a stream of events, which goes through once it is flushed.
         *
         * @return {@code false} unless overridden
         */
        default boolean isStream() {
            return false;
        }

        /**
         * Sends status and header fields.
         *
         * @return takes the body
         * @throws IOException if the client has gone
         */
        OutputStream open() throws IOException;
    }

    private final int most;
    private final Way way;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean passing;
    private @Nullable OutputStream open;

    /**
     * An empty buffer.
     *
     * @param most how many bytes are held back
     * @param way for a longer answer; opened at most once
     */
    public AnswerBuffer(int most, Way way) {
        this.most = most;
        this.way = way;
    }

    /**
     * Lets the answer through from now on.
     *
     * @throws IOException if the client has gone
     */
    public void pass() throws IOException {
        if (!passing) {
            passing = true; // even if it cannot be sent: the client may have got a part
            OutputStream body = way.open();
            open = body;
            held.writeTo(body);
            held.reset();
        }
    }

    /**
     * Whether the answer goes through.
     *
     * @return {@code false} as long as it can still be replaced
     */
    public boolean isPassing() {
        return passing;
    }

    /**
     * What was held back.
     *
     * @return a copy; no bytes once it goes through
     */
    public byte[] bytes() {
        return held.toByteArray();
    }

    /**
     * Forgets what was held back.
     *
     * @throws IllegalStateException if it has gone through
     */
    public void clear() {
        if (passing) {
            throw new IllegalStateException("the answer is on its way to the client");
        }
        held.reset();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!passing && length > most - held.size()) {
            pass();
        }
        if (passing) {
            target().write(bytes, offset, length);
        } else {
            held.write(bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!passing && way.isStream()) {
            pass();
        }
        if (passing) {
            target().flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (passing) {
            target().close();
        }
    }

    private OutputStream target() throws IOException {
        OutputStream body = open;
        if (body == null) {
            throw new IOException("the answer could not be sent");
        }
        return body;
    }
}
