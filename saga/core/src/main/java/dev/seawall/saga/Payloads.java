package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import java.util.Collection;

/** How states, results and signals get into the store and out of it. */
interface Payloads {

    /**
     * Makes something storable.
     *
     * @param value what to store
     * @param kept what must stay readable as long as this does
     */
    EncodedPayload encode(Object value, Collection<EncodedPayload> kept);

    Object decode(EncodedPayload payload);

    /** Tells an input from others: 64 hexadecimal digits. */
    String hash(Object value, EncodedPayload encoded);

    /** As bytes, by registered types. */
    record Encoded(PayloadTypes types) implements Payloads {

        @Override
        public EncodedPayload encode(Object value, Collection<EncodedPayload> kept) {
            return types.encode(value);
        }

        @Override
        public Object decode(EncodedPayload payload) {
            return types.decode(payload);
        }

        @Override
        public String hash(Object value, EncodedPayload encoded) {
            return Shape.sha256(encoded.bytes());
        }
    }
}
