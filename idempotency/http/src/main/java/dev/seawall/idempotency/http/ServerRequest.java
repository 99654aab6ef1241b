package dev.seawall.idempotency.http;

import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request without its body, as a server has it. Only to be used while the request is served, on its thread. */
public interface ServerRequest {

    /**
     * The method.
     *
     * @return such as {@code POST}
     */
    String method();

    /**
     * What is asked for: the path and the query, as they were sent.
     *
     * @return such as {@code /payments?currency=EUR}
     */
    String target();

    /**
     * The values of a header field.
     *
     * @param name in any case
     * @return one for each line; none if it was not sent
     */
    List<String> headers(String name);

    /**
     * Who has logged in.
     *
     * @return {@code null} if nobody has, or it was not checked yet
     */
    @Nullable
    Principal principal();

    /**
     * What others, such as a filter further outside, have attached to the request.
     *
     * @param name of the attribute
     * @return {@code null} if there is none
     */
    @Nullable
    Object attribute(String name);
}
