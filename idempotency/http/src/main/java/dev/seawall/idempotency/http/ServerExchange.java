package dev.seawall.idempotency.http;

import java.io.IOException;

/**
 * A request and its answer, for those who adapt a server. Its body is given to the handler by {@link #proceed}, and what the handler
 * answers is held back in an {@link AnswerBuffer}.
 *
 * @param <X> what the handler may throw
 */
public interface ServerExchange<X extends Exception> extends ServerRequest {

    /**
     * Reads the body.
     *
     * @param most how many bytes are wanted at most
     * @return the body; more than {@code most} bytes of it if it is longer
     * @throws IOException if it cannot be read
     */
    byte[] body(int most) throws IOException;

    /**
     * Runs the handler.
     *
     * @param body what it is to read
     * @param mostBytes of its answer that are held back; a longer one goes through
     * @throws X if the handler throws it
     */
    void proceed(byte[] body, int mostBytes) throws X;

    /**
     * Runs the handler on the request and the answer as they are, with nothing held back.
     *
     * @throws X if the handler throws it
     */
    void pass() throws X;

    /**
     * What the handler has answered so far.
     *
     * @return {@link HttpAnswer#isKept} is {@code false} if a part of it has gone through
     */
    HttpAnswer answered();

    /**
     * Sends what was held back.
     *
     * @throws IOException if the client has gone
     */
    void sendAnswered() throws IOException;

    /**
     * Sends another answer in the place of what was held back.
     *
     * @param answer what to send
     * @throws IOException if the client has gone
     */
    void send(HttpAnswer answer) throws IOException;
}
