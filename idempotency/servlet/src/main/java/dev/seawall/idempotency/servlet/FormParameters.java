package dev.seawall.idempotency.servlet;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query and of a form, which a server can no longer read once somebody else has read the body. */
final class FormParameters {

    private FormParameters() {}

    /** Those of the query come first. A pair that is not encoded rightly is left out. */
    static Map<String, String[]> parse(@Nullable String query, byte[] form, Charset charset) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        add(all, query == null ? "" : query, StandardCharsets.UTF_8);
        add(all, new String(form, StandardCharsets.ISO_8859_1), charset);
        Map<String, String[]> parameters = new LinkedHashMap<>();
        all.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
        return Collections.unmodifiableMap(parameters);
    }

    private static void add(Map<String, List<String>> parameters, String encoded, Charset charset) {
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            try {
                if (!pair.isEmpty()) {
                    String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), charset);
                    String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), charset);
                    parameters.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
                }
            } catch (IllegalArgumentException wronglyEncoded) {
                // as servers do
            }
        }
    }
}
