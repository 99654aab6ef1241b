package dev.seawall.outbox.cloudevents;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Envelope.Position;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.TraceContext;
import dev.seawall.payload.EncodedPayload;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.CloudEventUtils;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventContextWriter;
import io.cloudevents.rw.CloudEventRWException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Messages and events: which part of one is which of the other. */
final class Events {

    private static final String VERSION = "dataversion";
    private static final String KEY = "partitionkey";
    private static final String POSITION = "seawallposition";
    private static final Set<String> OWN =
            Set.of(VERSION, KEY, POSITION, TraceContext.TRACEPARENT, TraceContext.TRACESTATE);

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[1-9]\\d{0,8}");
    private static final int LONGEST_ID = 200;

    private Events() {}

    // ---- message to event

    static CloudEvent event(Envelope envelope, URI source) {
        CloudEventBuilder builder = CloudEventBuilder.v1()
                .withId(envelope.id())
                .withSource(source)
                .withType(envelope.payload().type())
                .withTime(OffsetDateTime.ofInstant(envelope.createdAt(), ZoneOffset.UTC))
                .withDataContentType(envelope.payload().contentType())
                .withExtension(VERSION, envelope.payload().version());
        String key = envelope.key();
        if (key != null) {
            builder.withSubject(key).withExtension(KEY, key);
        }
        Position position = envelope.position();
        if (position != null) {
            builder.withExtension(POSITION, position.toString());
        }
        TraceContext.in(envelope.headers()).ifPresent(trace -> trace.headers().forEach(builder::withExtension));
        return builder.build();
    }

    /** All attributes as text. */
    static Map<String, String> attributes(CloudEvent event) {
        Map<String, String> attributes = new HashMap<>();
        CloudEventUtils.toContextReader(event).readContext(new CloudEventContextWriter() {
            @Override
            public CloudEventContextWriter withContextAttribute(String name, String value) {
                attributes.put(name, value);
                return this;
            }
        });
        attributes.put("specversion", event.getSpecVersion().toString());
        return attributes;
    }

    // ---- event to message

    static CloudEvent event(String version, Map<String, String> attributes, CloudEventData data)
            throws CloudEventRWException {
        CloudEventBuilder builder = CloudEventBuilder.fromSpecVersion(SpecVersion.parse(version));
        attributes.forEach(builder::withContextAttribute);
        return builder.withData(data).build();
    }

    static Envelope envelope(
            CloudEvent event,
            byte[] data,
            Map<String, String> headers,
            String topic,
            @Nullable String key,
            Instant receivedAt) {
        String contentType = event.getDataContentType();
        Object stated = event.getExtension(KEY);
        Object position = event.getExtension(POSITION);
        OffsetDateTime time = event.getTime();
        return new Envelope(
                id(event, topic),
                topic,
                stated == null ? key : stated.toString(),
                EncodedPayload.of(
                        event.getType(),
                        version(event.getExtension(VERSION)),
                        contentType == null ? "application/octet-stream" : contentType,
                        data),
                withExtensions(headers, event),
                position == null ? null : Position.parse(position.toString()),
                time == null ? receivedAt : time.toInstant());
    }

    /** Others number their versions as they like. */
    private static int version(@Nullable Object extension) {
        String text = Objects.toString(extension, "1");
        return WHOLE_NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 1;
    }

    private static String id(CloudEvent event, String topic) {
        String id = event.getId();
        if (id.isBlank()) {
            throw new PoisonMessageException("a message of " + topic + " is a CloudEvent without an id", null);
        }
        if (UUID.matcher(id).matches()) {
            return id;
        }
        String whole = event.getSource() + "#" + id;
        return whole.length() <= LONGEST_ID ? whole : "sha256:" + hash(whole);
    }

    private static String hash(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JVM has SHA-256", missing);
        }
    }

    private static Map<String, String> withExtensions(Map<String, String> headers, CloudEvent event) {
        Map<String, String> all = new HashMap<>(headers);
        for (String name : event.getExtensionNames()) {
            if (!OWN.contains(name)) {
                all.put("ce-" + name, Objects.toString(event.getExtension(name)));
            }
        }
        if (TraceContext.in(headers).isEmpty()) {
            TraceContext.of(text(event, TraceContext.TRACEPARENT), text(event, TraceContext.TRACESTATE))
                    .ifPresent(trace -> all.putAll(trace.headers()));
        }
        return all;
    }

    private static @Nullable String text(CloudEvent event, String extension) {
        Object value = event.getExtension(extension);
        return value == null ? null : value.toString();
    }
}
