package dev.seawall.idempotency.servlet;

import dev.seawall.idempotency.http.AnswerBuffer;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** An answer whose body is held back. Status and header fields are the real answer's, which is not committed meanwhile. */
final class HeldResponse extends HttpServletResponseWrapper implements AnswerBuffer.Way {

    private final AnswerBuffer body;
    private @Nullable PrintWriter writer;
    private @Nullable ServletOutputStream stream;
    private @Nullable String errorMessage; // none: no error page is wanted
    private int errorStatus;

    HeldResponse(HttpServletResponse response, int mostBytes) {
        super(response);
        this.body = new AnswerBuffer(mostBytes, this);
    }

    AnswerBuffer body() {
        return body;
    }

    @Nullable
    String errorMessage() {
        return errorMessage;
    }

    int errorStatus() {
        return errorStatus;
    }

    /** What stands in the writer belongs to the answer. */
    void end() {
        if (writer != null) {
            writer.flush();
        }
    }

    private HttpServletResponse real() {
        return (HttpServletResponse) getResponse();
    }

    @Override
    public OutputStream open() throws IOException {
        return real().getOutputStream();
    }

    @Override
    public boolean isStream() {
        String type = getContentType();
        return type != null && type.startsWith("text/event-stream");
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (writer != null) {
            throw new IllegalStateException("getWriter was called before");
        }
        ServletOutputStream known = stream;
        if (known == null) {
            known = new HeldStream(body);
            stream = known;
        }
        return known;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (stream != null) {
            throw new IllegalStateException("getOutputStream was called before");
        }
        PrintWriter known = writer;
        if (known == null) {
            Charset charset = Charset.forName(getCharacterEncoding());
            setCharacterEncoding(charset.name()); // so that Content-Type says it, as it does without the filter
            known = new PrintWriter(new OutputStreamWriter(body, charset));
            writer = known;
        }
        return known;
    }

    @Override
    public void flushBuffer() throws IOException {
        end();
        body.flush();
        if (body.isPassing()) {
            super.flushBuffer();
        }
    }

    @Override
    public boolean isCommitted() {
        return body.isPassing() || errorMessage != null;
    }

    @Override
    public void reset() {
        resetBuffer();
        super.reset();
        writer = null;
        stream = null;
    }

    @Override
    public void resetBuffer() {
        end();
        body.clear();
    }

    @Override
    public void sendError(int status) {
        sendError(status, "");
    }

    @Override
    public void sendError(int status, @Nullable String message) {
        if (isCommitted()) {
            throw new IllegalStateException("the answer is on its way to the client");
        }
        resetBuffer();
        errorStatus = status;
        errorMessage = message == null ? "" : message;
    }

    @Override
    public void sendRedirect(String location) {
        sendRedirect(location, SC_FOUND, true);
    }

    /** As Servlet 6.1 has it, where the server would commit the answer otherwise. */
    public void sendRedirect(String location, int status, boolean clearBuffer) {
        if (clearBuffer) {
            resetBuffer();
        }
        setStatus(status);
        setHeader("Location", location);
    }

    /** The length is known in the end; until then, a wrong one must not get into the way of another answer. */
    @Override
    public void setContentLength(int length) {}

    @Override
    public void setContentLengthLong(long length) {}

    /** The way into the buffer. */
    private static final class HeldStream extends ServletOutputStream {

        private final AnswerBuffer body;

        HeldStream(AnswerBuffer body) {
            this.body = body;
        }

        @Override
        public void write(int b) throws IOException {
            body.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            body.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            body.flush();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw ReadRequest.refusedAsync();
        }
    }
}
