package dev.seawall.outbox.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.payload.EncodedPayload;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.util.regex.Pattern;

/** Events as JSON objects. */
final class StructuredJson {

    /** What the specification writes as JSON, as far as the library does. */
    private static final Pattern JSON = Pattern.compile("(application|text)/([a-zA-Z]+\\+)?json(;.*)?");

    private static final int DEEPEST = 110; // payloads may have 100 levels, and the event is some more

    /**
     * Data is written as JSON only if it was parsed, and as Base64 else: the library would write the bytes of a payload that calls
     * itself JSON into the event as they are, and they could end it and add attributes.
     */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(JsonFormat.getCloudEventJacksonModule(true, false))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StructuredJson() {}

    static byte[] write(CloudEvent event, EncodedPayload payload) {
        try {
            return MAPPER.writeValueAsBytes(CloudEventBuilder.from(event)
                    .withData(payload.contentType(), data(payload))
                    .build());
        } catch (JsonProcessingException broken) {
            throw new PoisonMessageException("a message cannot be written as a CloudEvent", broken);
        }
    }

    private static CloudEventData data(EncodedPayload payload) {
        if (JSON.matcher(payload.contentType()).matches()) {
            try {
                JsonNode tree = MAPPER.readTree(payload.bytes());
                if (!tree.isMissingNode()) {
                    return JsonCloudEventData.wrap(tree);
                }
            } catch (IOException noJson) {
                return BytesCloudEventData.wrap(payload.bytes());
            }
        }
        return BytesCloudEventData.wrap(payload.bytes());
    }

    static CloudEvent read(byte[] json) throws IOException {
        CloudEvent event = MAPPER.readValue(json, CloudEvent.class);
        if (event == null) {
            throw new IllegalArgumentException("null is no event");
        }
        return event;
    }

    static byte[] data(CloudEvent event) throws IOException {
        CloudEventData data = event.getData();
        if (data == null) {
            return new byte[0];
        }
        return data instanceof JsonCloudEventData json ? MAPPER.writeValueAsBytes(json.getNode()) : data.toBytes();
    }
}
