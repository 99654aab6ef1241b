package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.StoredAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results of phases in one column, one after another, so that a further one is appended without a look at the others. */
final class Points {

    private Points() {}

    static byte[] written(String point, StoredAnswer result) {
        byte[] name = point.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = result.bytes();
        return ByteBuffer.allocate(1 + name.length + Integer.BYTES + bytes.length)
                .put((byte) name.length)
                .put(name)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** The last one of a name counts. */
    static Map<String, StoredAnswer> read(byte @Nullable [] column) {
        Map<String, StoredAnswer> points = new HashMap<>();
        if (column == null) {
            return points;
        }
        ByteBuffer bytes = ByteBuffer.wrap(column);
        while (bytes.hasRemaining()) {
            byte[] name = new byte[bytes.get()];
            bytes.get(name);
            byte[] result = new byte[bytes.getInt()];
            bytes.get(result);
            points.put(new String(name, StandardCharsets.US_ASCII), StoredAnswer.ofBytes(result));
        }
        return points;
    }
}
