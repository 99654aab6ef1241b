package dev.seawall.payload;

import dev.seawall.Require;
import dev.seawall.payload.PayloadCodec.Step;
import dev.seawall.payload.PayloadException.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The types that may be stored or sent, each with a name, a version and a codec.
 *
 * <p>What is written carries the name and the version, never a class name; what is read is an object of a registered class, or
 * refused. An old version is brought to the current one step by step, by upcasters that work on the bytes. Types {@code bytes}
 * ({@code byte[]}) and {@code text} ({@code String}) are always there.
 *
 * <p>Roll out a new version in two steps: first everywhere the code that can read it, then the code that writes it. A reader
 * that meets a newer version refuses it with {@link Reason#NEWER_VERSION}.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class PayloadTypes {

    /** How large a payload may be, unless set otherwise: 1 MiB. */
    public static final int DEFAULT_MOST_BYTES = 1 << 20;

    private record Type<T>(
            String name,
            int version,
            Class<T> type,
            PayloadCodec<T> codec,
            Map<Integer, Step<byte[], byte[]>> upcasters) {

        byte[] encode(Object value) throws Exception {
            return codec.encode(type.cast(value));
        }

        T decode(EncodedPayload payload) throws Exception {
            byte[] bytes = payload.bytes();
            for (int from = payload.version(); from < version; from++) {
                Step<byte[], byte[]> upcaster = upcasters.get(from);
                if (upcaster == null) {
                    throw new PayloadException(
                            Reason.NO_UPCASTER, payload + ": there is no upcaster from version " + from, null);
                }
                bytes = Objects.requireNonNull(upcaster.apply(bytes), "an upcaster must not answer null");
            }
            return Objects.requireNonNull(codec.decode(bytes), "a codec must not answer null");
        }
    }

    private final Map<String, Type<?>> byName;
    private final Map<Class<?>, Type<?>> byClass;
    private final int mostBytes;

    private PayloadTypes(Map<String, Type<?>> byName, int mostBytes) {
        this.byName = Map.copyOf(byName);
        Map<Class<?>, Type<?>> classes = new HashMap<>();
        for (Type<?> type : byName.values()) {
            classes.put(type.type(), type);
        }
        this.byClass = Map.copyOf(classes);
        this.mostBytes = mostBytes;
    }

    /**
     * Bytes and text, nothing else.
     *
     * @return types {@code bytes} and {@code text}
     */
    public static PayloadTypes basic() {
        return builder().build();
    }

    /**
     * Starts with bytes and text.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes an object. A payload that is {@linkplain EncodedPayload encoded} already stays as it is.
     *
     * @param value an object of a registered class; subclasses are not looked for
     * @return the stored form
     * @throws PayloadException if the class is not registered, the codec fails or the result is too large
     */
    public EncodedPayload encode(Object value) {
        EncodedPayload payload = value instanceof EncodedPayload encoded ? encoded : encodedBy(typeOf(value), value);
        requireSize(payload);
        return payload;
    }

    private Type<?> typeOf(Object value) {
        Type<?> type = byClass.get(value.getClass());
        if (type == null) {
            throw new PayloadException(
                    Reason.UNKNOWN_TYPE,
                    "class " + value.getClass().getName() + " is not registered: add it with a name and a version by "
                            + "PayloadTypes.builder().type(…)",
                    null);
        }
        return type;
    }

    private static EncodedPayload encodedBy(Type<?> type, Object value) {
        try {
            return EncodedPayload.of(type.name(), type.version(), type.codec().contentType(), type.encode(value));
        } catch (Exception | StackOverflowError broken) {
            throw new PayloadException(
                    Reason.MALFORMED, "a value of type " + type.name() + " could not be written", broken);
        }
    }

    /**
     * Reads an object.
     *
     * @param payload the stored form
     * @return an object of the class registered for its name
     * @throws PayloadException if the name is unknown, the version is newer or has no way to the current one, there are too many
     *     bytes, or the codec fails
     */
    public Object decode(EncodedPayload payload) {
        requireSize(payload);
        Type<?> type = byName.get(payload.type());
        if (type == null) {
            throw new PayloadException(Reason.UNKNOWN_TYPE, payload + ": no type is registered by that name", null);
        }
        if (payload.version() > type.version()) {
            throw new PayloadException(
                    Reason.NEWER_VERSION, payload + ": this code knows versions up to " + type.version(), null);
        }
        try {
            return type.decode(payload);
        } catch (PayloadException refused) {
            throw refused;
        } catch (Exception | StackOverflowError broken) { // deep nesting is an attack, not a broken machine
            throw new PayloadException(Reason.MALFORMED, payload + ": could not be read", broken);
        }
    }

    /**
     * Reads an object that should be of a certain class.
     *
     * @param payload the stored form
     * @param type the class
     * @param <T> the class
     * @return an object of it
     * @throws PayloadException as {@link #decode(EncodedPayload)}, and if it is of another class
     */
    public <T> T decode(EncodedPayload payload, Class<T> type) {
        Object value = decode(payload);
        if (!type.isInstance(value)) {
            throw new PayloadException(
                    Reason.MALFORMED,
                    payload + ": is a " + value.getClass().getName() + ", not a " + type.getName(),
                    null);
        }
        return type.cast(value);
    }

    /**
     * Whether a name is registered, in this version or one that can be brought to the current one.
     *
     * @param payload the stored form
     * @return {@code false} if {@link #decode} would refuse it whatever its bytes are
     */
    public boolean knows(EncodedPayload payload) {
        Type<?> type = byName.get(payload.type());
        return type != null
                && (payload.version() == type.version() || type.upcasters().containsKey(payload.version()));
    }

    private void requireSize(EncodedPayload payload) {
        if (payload.size() > mostBytes) {
            throw new PayloadException(
                    Reason.TOO_LARGE,
                    payload + ": at most " + mostBytes
                            + " bytes are allowed; store large content elsewhere and send where",
                    null);
        }
    }

    @Override
    public String toString() {
        Map<String, Integer> versions = new TreeMap<>();
        byName.forEach((name, type) -> versions.put(name, type.version()));
        return "payload types " + versions + ", at most " + mostBytes + " bytes";
    }

    /** Collects types; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Type<?>> types = new HashMap<>();
        private final Map<String, Map<Integer, Step<byte[], byte[]>>> upcasters = new HashMap<>();
        private int mostBytes = DEFAULT_MOST_BYTES;

        private Builder() {
            type("bytes", 1, byte[].class, PayloadCodec.bytes());
            type("text", 1, String.class, PayloadCodec.text());
        }

        /**
         * Registers a type.
         *
         * @param name stays for ever, whatever the class is called: 1 to 100 letters, digits, dots, underscores and hyphens
         * @param version of what the codec writes, at least 1; one more for each change that older code cannot read
         * @param type the class
         * @param codec writes and reads it
         * @param <T> the class
         * @return this builder
         * @throws IllegalArgumentException if the name or the class is registered already
         */
        public <T> Builder type(String name, int version, Class<T> type, PayloadCodec<T> codec) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(codec, "codec");
            Require.check(!types.containsKey(TypeName.checked(name)), "type '%s' is registered twice", name);
            for (Type<?> other : types.values()) {
                Require.check(
                        !other.type().equals(type),
                        "class %s is registered as '%s' and as '%s': which would be written?",
                        type.getName(),
                        other.name(),
                        name);
            }
            Require.atLeast("version", version, 1);
            types.put(name, new Type<>(name, version, type, codec, Map.of()));
            return this;
        }

        /**
         * Brings the bytes of an old version to the next one.
         *
         * @param name the type
         * @param from the old version, at least 1
         * @param upcaster makes the bytes of version {@code from + 1} of those of version {@code from}
         * @return this builder
         */
        public Builder upcaster(String name, int from, Step<byte[], byte[]> upcaster) {
            Objects.requireNonNull(upcaster, "upcaster");
            Require.atLeast("from", from, 1);
            Step<byte[], byte[]> before =
                    upcasters.computeIfAbsent(name, key -> new TreeMap<>()).put(from, upcaster);
            Require.check(before == null, "type '%s' has two upcasters from version %s", name, from);
            return this;
        }

        /**
         * Sets how large a payload may be.
         *
         * @param bytes from 1 to 64 MiB; 1 MiB unless set
         * @return this builder
         */
        public Builder mostBytes(int bytes) {
            this.mostBytes = Require.between("mostBytes", bytes, 1, 64 << 20);
            return this;
        }

        /**
         * Makes the registry.
         *
         * @return checked types
         * @throws IllegalArgumentException if an upcaster belongs to no type, or leads nowhere
         */
        public PayloadTypes build() {
            Map<String, Type<?>> complete = new HashMap<>(types);
            upcasters.forEach((name, steps) -> complete.put(name, withUpcasters(types.get(name), name, steps)));
            return new PayloadTypes(complete, mostBytes);
        }

        private static Type<?> withUpcasters(
                @Nullable Type<?> type, String name, Map<Integer, Step<byte[], byte[]>> steps) {
            if (type == null) {
                throw new IllegalArgumentException("there are upcasters for '" + name + "', which is not registered");
            }
            for (int from : steps.keySet()) {
                Require.check(
                        from + 1 == type.version() || steps.containsKey(from + 1),
                        "type '%s' has an upcaster from version %s, but none from %s to the current version %s",
                        name,
                        from,
                        from + 1,
                        type.version());
            }
            return with(type, steps);
        }

        private static <T> Type<T> with(Type<T> type, Map<Integer, Step<byte[], byte[]>> steps) {
            return new Type<>(type.name(), type.version(), type.type(), type.codec(), Map.copyOf(steps));
        }
    }
}
