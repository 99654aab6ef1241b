package dev.seawall.idempotency.http;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An answer of a server, and its stored form. Its text shows the status only.
 *
 * <p><b>Threads:</b> immutable, as long as nobody writes to the body.
 */
public final class HttpAnswer {

    private static final byte NOT_KEPT = 0;
    private static final byte COMPLETE = 1;
    private static final byte ERROR_PAGE = 2;

    private final byte kind;
    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    private HttpAnswer(byte kind, int status, Map<String, List<String>> headers, byte[] body) {
        this.kind = kind;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * A complete answer.
     *
     * @param status from 100 to 999
     * @param headers as they are sent
     * @param body not copied
     * @return an answer
     */
    public static HttpAnswer of(int status, Map<String, List<String>> headers, byte[] body) {
        return new HttpAnswer(COMPLETE, status, copy(headers, name -> true), body);
    }

    /**
     * The wish for the server's own page about an error.
     *
     * @param status of the error
     * @param headers as they are sent
     * @param message what the page is to say
     * @return an answer whose body is made by the server
     */
    public static HttpAnswer errorPage(int status, Map<String, List<String>> headers, String message) {
        return new HttpAnswer(
                ERROR_PAGE, status, copy(headers, name -> true), message.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The note that there was an answer which is not kept, because it was too long or did not end.
     *
     * @param status of the answer
     * @return a note
     */
    public static HttpAnswer notKept(int status) {
        return new HttpAnswer(NOT_KEPT, status, Map.of(), new byte[0]);
    }

    private static Map<String, List<String>> copy(Map<String, List<String>> headers, Predicate<String> wanted) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        headers.forEach((name, values) -> {
            if (wanted.test(name)) {
                copy.put(name, List.copyOf(values));
            }
        });
        return copy;
    }

    /**
     * The status.
     *
     * @return its code
     */
    public int status() {
        return status;
    }

    /**
     * The header fields.
     *
     * @return a copy of names and values, in their order
     */
    public Map<String, List<String>> headers() {
        return copy(headers, name -> true);
    }

    /**
     * The body, or the message of an {@linkplain #isErrorPage() error page}.
     *
     * @return not a copy: it must not be changed
     */
    public byte[] body() {
        return body;
    }

    /**
     * Whether the answer can be given again.
     *
     * @return {@code false} for the note that it was not kept
     */
    public boolean isKept() {
        return kind != NOT_KEPT;
    }

    /**
     * Whether the server is to make the body, as {@code sendError} of a servlet asks for.
     *
     * @return {@code true} if the body is the message of the page
     */
    public boolean isErrorPage() {
        return kind == ERROR_PAGE;
    }

    HttpAnswer withHeaders(Predicate<String> wanted) {
        return new HttpAnswer(kind, status, copy(headers, wanted), body);
    }

    HttpAnswer withHeader(String name, String value) {
        Map<String, List<String>> more = headers();
        more.put(name, List.of(value));
        return new HttpAnswer(kind, status, more, body);
    }

    byte[] toBytes() {
        List<byte[]> words = new ArrayList<>();
        headers.forEach((name, values) -> values.forEach(value -> {
            words.add(name.getBytes(StandardCharsets.UTF_8));
            words.add(value.getBytes(StandardCharsets.UTF_8));
        }));
        int length =
                words.stream().mapToInt(word -> Integer.BYTES + word.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(1 + 2 * Integer.BYTES + length + body.length)
                .put(kind)
                .putInt(status)
                .putInt(words.size());
        words.forEach(word -> bytes.putInt(word.length).put(word));
        return bytes.put(body).array();
    }

    /** Throws an {@link IllegalArgumentException} for what {@link #toBytes()} did not write. */
    static HttpAnswer ofBytes(byte[] stored) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(stored);
            byte kind = bytes.get();
            int status = bytes.getInt();
            int words = bytes.getInt();
            if (kind < NOT_KEPT || kind > ERROR_PAGE || words < 0) {
                throw new IllegalArgumentException("a stored HTTP answer has a form that this code does not know");
            }
            Map<String, List<String>> headers = new LinkedHashMap<>();
            for (int i = 0; i < words; i += 2) {
                headers.computeIfAbsent(word(bytes), none -> new ArrayList<>()).add(word(bytes));
            }
            byte[] body = new byte[bytes.remaining()];
            bytes.get(body);
            return new HttpAnswer(kind, status, headers, body);
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("a stored HTTP answer of " + stored.length + " bytes is cut off", cut);
        }
    }

    private static String word(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] word = new byte[length];
        bytes.get(word);
        return new String(word, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return status + (isKept() ? "" : ", not kept");
    }
}
