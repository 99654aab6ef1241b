package dev.seawall.idempotency.servlet;

import dev.seawall.idempotency.http.HttpAnswer;
import dev.seawall.idempotency.http.ServerExchange;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request and its answer on their way through the filter. */
final class FilteredExchange implements ServerExchange<Exception> {

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final FilterChain chain;
    private final Map<String, List<String>> headersBefore; // by filters further outside
    private @Nullable HeldResponse held;

    FilteredExchange(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        this.request = request;
        this.response = response;
        this.chain = chain;
        this.headersBefore = headers(response);
    }

    private static Map<String, List<String>> headers(HttpServletResponse response) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        response.getHeaderNames().forEach(name -> headers.put(name, new ArrayList<>(response.getHeaders(name))));
        return headers;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String target() {
        String query = request.getQueryString();
        return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
    }

    @Override
    public List<String> headers(String name) {
        return Collections.list(request.getHeaders(name));
    }

    @Override
    public @Nullable Principal principal() {
        return request.getUserPrincipal();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return request.getAttribute(name);
    }

    @Override
    public byte[] body(int most) throws IOException {
        byte[] body = request.getInputStream().readNBytes(most + 1);
        if (body.length <= most && body.length < request.getContentLengthLong()) {
            throw new IllegalStateException(
                    "the body was read before the filter of idempotency keys, which cannot compare it: "
                            + "put that filter further outside");
        }
        return body;
    }

    @Override
    public void proceed(byte[] body, int mostBytes) throws Exception {
        HeldResponse made = new HeldResponse(response, mostBytes);
        held = made;
        chain.doFilter(new ReadRequest(request, body), made);
        made.end();
    }

    @Override
    public void pass() throws Exception {
        chain.doFilter(request, response);
    }

    @Override
    public HttpAnswer answered() {
        HeldResponse made = held;
        if (made == null || made.body().isPassing()) {
            return HttpAnswer.notKept(response.getStatus());
        }
        Map<String, List<String>> headers = headers(response);
        String type = response.getContentType();
        if (type != null) {
            headers.put("Content-Type", List.of(type)); // some servers keep it beside the others
        }
        String error = made.errorMessage();
        return error == null
                ? HttpAnswer.of(response.getStatus(), headers, made.body().bytes())
                : HttpAnswer.errorPage(made.errorStatus(), headers, error);
    }

    @Override
    public void sendAnswered() throws IOException {
        HttpAnswer answer = answered();
        if (answer.isKept()) {
            write(answer);
        }
    }

    @Override
    public void send(HttpAnswer answer) throws IOException {
        response.reset();
        headersBefore.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.setStatus(answer.status());
        answer.headers().forEach((name, values) -> {
            response.setHeader(name, values.get(0));
            values.stream().skip(1).forEach(value -> response.addHeader(name, value));
        });
        write(answer);
    }

    private void write(HttpAnswer answer) throws IOException {
        if (answer.isErrorPage()) {
            String message = new String(answer.body(), StandardCharsets.UTF_8);
            if (message.isEmpty()) {
                response.sendError(answer.status());
            } else {
                response.sendError(answer.status(), message);
            }
            return;
        }
        if (answer.body().length > 0) {
            response.setContentLength(answer.body().length);
            response.getOutputStream().write(answer.body());
        }
        response.flushBuffer();
    }
}
