package dev.seawall.idempotency.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request whose body was read, and can be read again. */
final class ReadRequest extends HttpServletRequestWrapper {

    private final byte[] body;
    private @Nullable BufferedReader reader;
    private @Nullable ServletInputStream stream;
    private @Nullable Map<String, String[]> parameters;

    ReadRequest(HttpServletRequest request, byte[] body) {
        super(request);
        this.body = body;
    }

    static IllegalStateException refusedAsync() {
        return new IllegalStateException(
                "a request with an idempotency key cannot be served asynchronously: answer before the servlet returns");
    }

    @Override
    public ServletInputStream getInputStream() {
        if (reader != null) {
            throw new IllegalStateException("getReader was called before");
        }
        ServletInputStream known = stream;
        if (known == null) {
            known = new BodyStream(body);
            stream = known;
        }
        return known;
    }

    @Override
    public BufferedReader getReader() {
        if (stream != null) {
            throw new IllegalStateException("getInputStream was called before");
        }
        BufferedReader known = reader;
        if (known == null) {
            known = new BufferedReader(
                    new InputStreamReader(new ByteArrayInputStream(body), charset(StandardCharsets.ISO_8859_1)));
            reader = known;
        }
        return known;
    }

    private Charset charset(Charset otherwise) {
        String named = getCharacterEncoding();
        return named == null ? otherwise : Charset.forName(named);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        Map<String, String[]> known = parameters;
        if (known == null) {
            known = isForm()
                    ? FormParameters.parse(getQueryString(), body, charset(StandardCharsets.UTF_8))
                    : super.getParameterMap();
            parameters = known;
        }
        return known;
    }

    private boolean isForm() {
        String type = getContentType();
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded");
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = getParameterMap().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = getParameterMap().get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(getParameterMap().keySet());
    }

    @Override
    public Collection<Part> getParts() {
        throw refusedParts();
    }

    @Override
    public Part getPart(String name) {
        throw refusedParts();
    }

    private static IllegalStateException refusedParts() {
        return new IllegalStateException(
                "the parts of a request with an idempotency key cannot be had: let requests of "
                        + "type multipart/form-data pass beside the filter");
    }

    @Override
    public boolean isAsyncSupported() {
        return false;
    }

    @Override
    public AsyncContext startAsync() {
        throw refusedAsync();
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        throw refusedAsync();
    }

    /** The body once more. */
    private static final class BodyStream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        BodyStream(byte[] body) {
            this.bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw refusedAsync();
        }
    }
}
