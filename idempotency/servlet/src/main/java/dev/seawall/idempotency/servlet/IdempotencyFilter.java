package dev.seawall.idempotency.servlet;

import dev.seawall.idempotency.http.HttpIdempotency;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;

/**
 * A filter whose requests have their effect once, for Jakarta Servlet 5 and 6. Map it to requests only, not to errors or forwards, and
 * put it inside filters that authenticate or compress. {@link HttpIdempotency} says how it decides.
 *
 * <p><b>The request:</b> the body was read before the servlet sees it; streams, readers and the parameters of forms give it again.
 * Parts of {@code multipart/form-data} cannot be had, and asking for them throws an {@link IllegalStateException}: map the filter past
 * such requests.
 *
 * <p><b>The answer</b> is held back, as there; flushing does nothing. What asks for an {@code sendError} page is stored as that, and the
 * server makes the page again for a replay.
 *
 * <p><b>Asynchronous servlets</b> are refused: {@code startAsync} throws an {@link IllegalStateException}, since the answer must be
 * there when the servlet returns.
 *
 * <p>Requests that pass, because of their method or for want of a key, get none of this.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class IdempotencyFilter implements Filter {

    private final HttpIdempotency idempotency;

    private IdempotencyFilter(HttpIdempotency idempotency) {
        this.idempotency = Objects.requireNonNull(idempotency, "idempotency");
    }

    /**
     * A filter.
     *
     * @param idempotency decides
     * @return to be registered with the server
     */
    public static IdempotencyFilter of(HttpIdempotency idempotency) {
        return new IdempotencyFilter(idempotency);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        try {
            idempotency.handle(new FilteredExchange(http, answer, chain));
        } catch (ServletException | IOException | RuntimeException expected) {
            throw expected;
        } catch (Exception strange) { // thrown undeclared by a servlet
            throw new ServletException(strange);
        }
    }
}
