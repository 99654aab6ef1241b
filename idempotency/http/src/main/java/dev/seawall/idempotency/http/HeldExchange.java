package dev.seawall.idempotency.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What the handler sees: the body that was read, and an answer that is held back. All else is the real exchange's. */
final class HeldExchange extends HttpExchange implements AnswerBuffer.Way {

    private static final int NONE = -1;

    private final HttpExchange exchange;
    private final int mostBytes;
    private final AnswerBuffer body;
    private InputStream requestBody;
    private OutputStream responseBody;
    private int status = NONE;
    private long length;

    HeldExchange(HttpExchange exchange, byte[] requestBody, int mostBytes) {
        this.exchange = exchange;
        this.mostBytes = mostBytes;
        this.body = new AnswerBuffer(mostBytes, this);
        this.requestBody = new ByteArrayInputStream(requestBody);
        this.responseBody = body;
    }

    AnswerBuffer body() {
        return body;
    }

    boolean isAnswered() {
        return status != NONE;
    }

    @Override
    public OutputStream open() throws IOException {
        if (status == NONE) {
            throw new IOException("the handler writes a body before status and header fields");
        }
        exchange.sendResponseHeaders(status, length);
        return exchange.getResponseBody();
    }

    @Override
    public boolean isStream() {
        String type = getResponseHeaders().getFirst("Content-Type");
        return isAnswered() && type != null && type.startsWith("text/event-stream");
    }

    @Override
    public void sendResponseHeaders(int code, long responseLength) throws IOException {
        if (isAnswered()) {
            throw new IOException("the status was sent already");
        }
        status = code;
        length = responseLength;
        if (responseLength > mostBytes) {
            body.pass();
        }
    }

    @Override
    public int getResponseCode() {
        return status;
    }

    @Override
    public InputStream getRequestBody() {
        return requestBody;
    }

    @Override
    public OutputStream getResponseBody() {
        return responseBody;
    }

    @Override
    public void setStreams(@Nullable InputStream input, @Nullable OutputStream output) {
        requestBody = input == null ? requestBody : input;
        responseBody = output == null ? responseBody : output;
    }

    /** The real exchange is closed when the answer was sent. */
    @Override
    public void close() {
        if (body.isPassing()) {
            exchange.close();
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return exchange.getRequestHeaders();
    }

    @Override
    public Headers getResponseHeaders() {
        return exchange.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return exchange.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return exchange.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return exchange.getHttpContext();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return exchange.getProtocol();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        exchange.setAttribute(name, value);
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return exchange.getPrincipal();
    }
}
