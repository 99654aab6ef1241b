package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message as it stands in the table. Anyone may have written it, so nothing is checked before {@link #publishable}. */
final class Row {

    final int part;
    final long seq;
    final KeyName key;
    final boolean keyed;
    final UUID id;
    private final String type;
    private final int version;
    private final String contentType;
    private final @Nullable String headers;
    private final byte @Nullable [] payload; // null if it is larger than may be read
    private final long size;
    private final long createdAt;

    Row(
            int part,
            long seq,
            KeyName key,
            boolean keyed,
            UUID id,
            String type,
            int version,
            String contentType,
            @Nullable String headers,
            byte @Nullable [] payload,
            long size,
            long createdAt) {
        this.part = part;
        this.seq = seq;
        this.key = key;
        this.keyed = keyed;
        this.id = id;
        this.type = type;
        this.version = version;
        this.contentType = contentType;
        this.headers = headers;
        this.payload = payload;
        this.size = size;
        this.createdAt = createdAt;
    }

    /** Within a topic. Messages in no order have one each. */
    record KeyName(String topic, String key) {}

    /**
     * The message as publishers take it.
     *
     * @param epoch of its partition; {@code null} if it is published in no order
     * @param known what may be published; {@code null} for all types
     * @throws PoisonMessageException if it breaks the rules for messages or is of another type; the text says which
     */
    Envelope publishable(@Nullable Long epoch, @Nullable PayloadTypes known) {
        Envelope envelope;
        try {
            envelope = envelope(epoch);
        } catch (IllegalArgumentException broken) {
            throw new PoisonMessageException("it breaks the rules for messages: " + broken.getMessage(), broken);
        }
        if (known != null && !known.knows(envelope.payload())) {
            throw new PoisonMessageException("its type is not registered: " + envelope.payload(), null);
        }
        return envelope;
    }

    private Envelope envelope(@Nullable Long epoch) {
        if (payload == null) {
            throw new IllegalArgumentException("the payload has " + size + " bytes, more than this relay publishes");
        }
        return new Envelope(
                id.toString(),
                key.topic(),
                keyed ? key.key() : null,
                EncodedPayload.of(type, version, contentType, payload),
                HeaderLines.read(headers),
                epoch == null ? null : new Envelope.Position(part, epoch, seq),
                Instant.EPOCH.plus(createdAt, ChronoUnit.MICROS));
    }

    long size() {
        return size;
    }

    long createdAt() {
        return createdAt;
    }

    @Override
    public String toString() {
        return "message " + id + " (" + part + "/" + seq + ")";
    }
}
