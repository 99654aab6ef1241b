package dev.seawall.outbox;

import dev.seawall.outbox.Envelope.Position;
import dev.seawall.payload.EncodedPayload;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Payload as body, the rest as headers. Keys are percent-encoded: some brokers carry ASCII only. */
final class PlainFormat implements EnvelopeFormat {

    static final PlainFormat INSTANCE = new PlainFormat();

    private static final String ID = Names.OWN_HEADERS + "id";
    private static final String TYPE = Names.OWN_HEADERS + "type";
    private static final String VERSION = Names.OWN_HEADERS + "version";
    private static final String KEY = Names.OWN_HEADERS + "key";
    private static final String POSITION = Names.OWN_HEADERS + "position";
    private static final String CREATED = Names.OWN_HEADERS + "created";

    private static final int LONGEST_ID = 200;

    private PlainFormat() {}

    @Override
    public WireMessage write(Envelope envelope) {
        Map<String, String> headers = new HashMap<>(envelope.headers());
        headers.put(ID, envelope.id());
        headers.put(TYPE, envelope.payload().type());
        headers.put(VERSION, Integer.toString(envelope.payload().version()));
        headers.put(CREATED, envelope.createdAt().toString());
        String key = envelope.key();
        if (key != null) {
            headers.put(KEY, URLEncoder.encode(key, StandardCharsets.UTF_8));
        }
        Position position = envelope.position();
        if (position != null) {
            headers.put(POSITION, position.toString());
        }
        return WireMessage.of(
                envelope.payload().contentType(), headers, envelope.payload().bytes());
    }

    @Override
    public Envelope read(WireMessage wire, String topic, @Nullable String key, Instant receivedAt) {
        try {
            Map<String, String> own = new HashMap<>();
            Map<String, String> others = new HashMap<>();
            wire.headers().forEach((name, value) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                if (lower.startsWith(Names.OWN_HEADERS)) {
                    own.put(lower, value);
                } else {
                    others.put(name, value);
                }
            });
            return read(own, others, wire, topic, key, receivedAt);
        } catch (IllegalArgumentException | DateTimeException broken) {
            throw new PoisonMessageException("a message of " + topic + " has headers that cannot be read", broken);
        }
    }

    private static Envelope read(
            Map<String, String> own,
            Map<String, String> others,
            WireMessage wire,
            String topic,
            @Nullable String key,
            Instant receivedAt) {
        String stated = own.get(KEY);
        String created = own.get(CREATED);
        String position = own.get(POSITION);
        return new Envelope(
                id(own, topic),
                topic,
                stated == null ? key : URLDecoder.decode(stated, StandardCharsets.UTF_8),
                payload(own, wire),
                others,
                position == null ? null : Position.parse(position),
                created == null ? receivedAt : Instant.parse(created));
    }

    private static String id(Map<String, String> own, String topic) {
        String id = own.get(ID);
        if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
            throw new PoisonMessageException(
                    "a message of " + topic + " has no id: header " + ID + " must have 1 to " + LONGEST_ID
                            + " characters",
                    null);
        }
        return id;
    }

    private static EncodedPayload payload(Map<String, String> own, WireMessage wire) {
        return EncodedPayload.of(
                own.getOrDefault(TYPE, "bytes"),
                Integer.parseInt(own.getOrDefault(VERSION, "1")),
                wire.contentType().isEmpty() ? "application/octet-stream" : wire.contentType(),
                wire.body());
    }
}
