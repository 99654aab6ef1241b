package dev.seawall.jackson3;

import dev.seawall.Require;
import dev.seawall.payload.PayloadCodec;
import java.util.Objects;
import java.util.function.UnaryOperator;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.node.ObjectNode;

/**
 * Objects of one class as JSON, by Jackson 3.
 *
 * <p>The class is fixed in code: no name in the JSON chooses it. A mapper with default typing is refused, and so is, when it is
 * first met, a {@code @JsonTypeInfo} that writes class names; logical names ({@code Id.NAME}) are allowed.
 *
 * <p><b>The mapper, unless one is given,</b> reads what newer code has added to an object by leaving it out, and takes what it does
 * not find as absent. It refuses a property that comes twice, anything behind the object, more than 100 levels of nesting, strings
 * of more than 20 million characters and numbers of more than 1,000 digits. Types of {@code java.time} are ISO 8601 text. The same
 * object makes the same bytes each time: properties and the keys of maps are sorted. A set has the order in which it is iterated.
 *
 * <p>Records and beans need no annotation. In a named module their package must be open to {@code tools.jackson.databind}.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads.
 *
 * @param <T> the class
 */
public final class JacksonCodec<T> implements PayloadCodec<T> {

    private final Class<T> type;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JacksonCodec(Class<T> type, ObjectMapper mapper) {
        JavaType whole = mapper.constructType(Objects.requireNonNull(type, "type"));
        this.type = type;
        this.reader = mapper.readerFor(whole).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.writer = mapper.writerFor(whole).with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    }

    /**
     * A codec with a mapper of its own, as described above.
     *
     * @param type the class of the objects
     * @param <T> the class
     * @return a codec
     */
    public static <T> JacksonCodec<T> of(Class<T> type) {
        return new JacksonCodec<>(type, Mappers.SAFE);
    }

    /**
     * A codec with the application's mapper, whose settings then hold, limits of the parser included. Anything behind the object is refused and maps are sorted, whatever it says.
     *
     * @param type the class of the objects
     * @param mapper how they look as JSON
     * @param <T> the class
     * @return a codec
     * @throws IllegalArgumentException if default typing is on: then the JSON could choose classes
     */
    public static <T> JacksonCodec<T> of(Class<T> type, ObjectMapper mapper) {
        Require.check(
                mapper.deserializationConfig().getDefaultTyper(mapper.constructType(Object.class)) == null
                        && mapper.serializationConfig().getDefaultTyper(mapper.constructType(Object.class)) == null,
                "the mapper must not have default typing, which lets the JSON choose a class: use a mapper without it for %s",
                type.getName());
        return new JacksonCodec<>(type, withoutClassNames(mapper.rebuild()));
    }

    private static ObjectMapper withoutClassNames(MapperBuilder<?, ?> builder) {
        return builder.annotationIntrospector(
                        AnnotationIntrospector.pair(new NoClassNames(), builder.annotationIntrospector()))
                .build();
    }

    /**
     * An upcaster that works on the tree of the JSON. Numbers keep all their digits.
     *
     * @param change makes the new form of the old one; may change it and give it back
     * @return for {@link dev.seawall.payload.PayloadTypes.Builder#upcaster}; fails if the bytes are not one JSON object
     */
    public static PayloadCodec.Step<byte[], byte[]> upcaster(UnaryOperator<ObjectNode> change) {
        Objects.requireNonNull(change, "change");
        return bytes -> Mappers.TREES.writeValueAsBytes(Objects.requireNonNull(
                change.apply(object(bytes)), "the function of an upcaster must not answer null"));
    }

    private static ObjectNode object(byte[] bytes) {
        JsonNode tree = Mappers.TREES.readTree(bytes);
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("an upcaster needs a JSON object, was " + tree.getNodeType());
    }

    /**
     * One form for all JSON texts with the same meaning, to compare requests by: members are sorted, numbers of one value are
     * written alike, and there is no insignificant space. The limits are those of the mapper that a codec has of its own.
     *
     * @param json one JSON value
     * @return its canonical form
     * @throws IllegalArgumentException if it is none, is beyond the limits, or has a member twice
     */
    public static byte[] canonicalJson(byte[] json) {
        return CanonicalJson.of(json);
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] encode(T value) {
        return writer.writeValueAsBytes(value);
    }

    @Override
    public T decode(byte[] bytes) {
        return reader.readValue(bytes);
    }

    @Override
    public String toString() {
        return "JSON codec of " + type.getName();
    }
}
