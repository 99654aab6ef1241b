package dev.seawall.outbox.cloudevents;

import dev.seawall.Require;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.WireMessage;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.data.BytesCloudEventData;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages as CloudEvents 1.0.
 *
 * <table>
 * <caption>What becomes of a message</caption>
 * <tr><th>message</th><th>event</th></tr>
 * <tr><td>id</td><td>{@code id}</td></tr>
 * <tr><td>type of the payload</td><td>{@code type}</td></tr>
 * <tr><td>version of the payload</td><td>{@code dataversion}, an extension</td></tr>
 * <tr><td>content type and bytes</td><td>{@code datacontenttype} and data</td></tr>
 * <tr><td>key</td><td>{@code subject}, and {@code partitionkey}, an extension of the specification</td></tr>
 * <tr><td>time of creation</td><td>{@code time}</td></tr>
 * <tr><td>position in the outbox</td><td>{@code seawallposition}, an extension</td></tr>
 * <tr><td>headers of a {@link dev.seawall.outbox.TraceContext}</td><td>{@code traceparent} and {@code tracestate}, extensions of the
 * specification, beside the headers</td></tr>
 * <tr><td>other headers</td><td>headers beside the event</td></tr>
 * </table>
 *
 * <p><b>Reading:</b> each format reads both modes of all bindings, and events of others. Their extensions become headers named
 * {@code ce-} and the extension. The id of an event is unique for its source only: unless it is a UUID, the message's id is the source
 * and the id with {@code #} between them, or a hash of that if it has more than 200 characters. A type that breaks the rules for
 * names of types, a batch, and what is no event is a {@link PoisonMessageException}.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads.
 */
public final class CloudEventsFormat implements EnvelopeFormat {

    private static final String MEDIA_TYPE = "application/cloudevents";
    private static final String JSON = MEDIA_TYPE + "+json";
    private static final String SPEC_VERSION = "specversion";
    private static final String DATA_CONTENT_TYPE = "datacontenttype";
    private static final int LONGEST_SOURCE = 150;

    private final URI source;
    private final @Nullable Binding binding;

    private CloudEventsFormat(URI source, @Nullable Binding binding) {
        Require.between("length of source", source.toString().length(), 1, LONGEST_SOURCE);
        this.source = source;
        this.binding = binding;
    }

    /**
     * Binary mode: the data is the body, and each attribute a header. Brokers and proxies can see the attributes.
     *
     * @param source who sends, such as {@code https://shop.example/orders} or {@code /orders}, 1 to 150 characters
     * @param binding what the headers are called
     * @return a format
     */
    public static CloudEventsFormat binary(URI source, Binding binding) {
        return new CloudEventsFormat(source, Objects.requireNonNull(binding, "binding"));
    }

    /**
     * Structured mode: the event is a JSON object in the body, with all its attributes. Data that is JSON stands in it as JSON, and
     * may have other white space when it is read; other data as Base64.
     *
     * @param source who sends, such as {@code https://shop.example/orders} or {@code /orders}, 1 to 150 characters
     * @return a format
     */
    public static CloudEventsFormat structured(URI source) {
        return new CloudEventsFormat(source, null);
    }

    @Override
    public WireMessage write(Envelope envelope) {
        CloudEvent event = Events.event(envelope, source);
        if (binding == null) {
            return WireMessage.of(JSON, envelope.headers(), StructuredJson.write(event, envelope.payload()));
        }
        Map<String, String> headers = new HashMap<>(envelope.headers());
        headers.keySet().removeIf(name -> Binding.of(name) != null); // nobody else's attributes
        Events.attributes(event).forEach((name, value) -> headers.put(binding.header(name), binding.encoded(value)));
        headers.remove(binding.header(DATA_CONTENT_TYPE)); // is that of the message
        return WireMessage.of(
                envelope.payload().contentType(), headers, envelope.payload().bytes());
    }

    @Override
    public Envelope read(WireMessage wire, String topic, @Nullable String key, Instant receivedAt) {
        try {
            String contentType = wire.contentType().toLowerCase(Locale.ROOT);
            return contentType.startsWith(MEDIA_TYPE)
                    ? structured(contentType, wire, topic, key, receivedAt)
                    : binary(wire, topic, key, receivedAt);
        } catch (PoisonMessageException refused) {
            throw refused;
        } catch (IOException | RuntimeException broken) { // whatever the libraries make of hostile input
            throw new PoisonMessageException("a message of " + topic + " is a CloudEvent that cannot be read", broken);
        }
    }

    private static Envelope structured(
            String contentType, WireMessage wire, String topic, @Nullable String key, Instant receivedAt)
            throws IOException {
        if (!contentType.equals(JSON) && !contentType.matches("application/cloudevents\\+json *;.*")) {
            throw new PoisonMessageException(
                    "a message of " + topic + " is a CloudEvent in a form that is not read: only " + JSON + " is",
                    null);
        }
        CloudEvent event = StructuredJson.read(wire.body());
        return Events.envelope(event, StructuredJson.data(event), wire.headers(), topic, key, receivedAt);
    }

    private static Envelope binary(WireMessage wire, String topic, @Nullable String key, Instant receivedAt) {
        Map<String, String> attributes = new HashMap<>();
        Map<String, String> headers = new HashMap<>();
        wire.headers().forEach((name, value) -> {
            Binding of = Binding.of(name);
            if (of == null) {
                headers.put(name, value);
            } else if (attributes.put(of.attribute(name), of.decoded(value)) != null) {
                throw new PoisonMessageException(
                        "a message of " + topic + " is a CloudEvent with an attribute twice", null);
            }
        });
        String version = attributes.remove(SPEC_VERSION);
        if (version == null) {
            throw new PoisonMessageException("a message of " + topic + " is no CloudEvent", null);
        }
        if (!wire.contentType().isEmpty()) {
            attributes.put(DATA_CONTENT_TYPE, wire.contentType());
        }
        CloudEvent event = Events.event(version, attributes, BytesCloudEventData.wrap(wire.body()));
        return Events.envelope(event, wire.body(), headers, topic, key, receivedAt);
    }

    @Override
    public String toString() {
        return "CloudEvents of " + source + ", " + (binding == null ? "structured" : "binary for " + binding);
    }
}
