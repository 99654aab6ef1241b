package dev.seawall.ratelimiter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Bytes that grow as they are written. */
final class ByteWriter {

    private static final int FIRST_SIZE = 256;

    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_SIZE);

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int size = Math.max(bytes.position() + more, 2 * bytes.capacity());
            bytes = ByteBuffer.allocate(size).put(bytes.flip());
        }
        return bytes;
    }

    void writeByte(int value) {
        room(Byte.BYTES).put((byte) value);
    }

    void writeInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void writeLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void writeText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + encoded.length).putInt(encoded.length).put(encoded);
    }

    /** Leaves room for a number that is known later. */
    int reserveInt() {
        writeInt(0);
        return bytes.position() - Integer.BYTES;
    }

    /** Writes a number where room was left for it. */
    void writeIntAt(int place, int value) {
        bytes.putInt(place, value);
    }

    /** How many bytes have been written since the number that was reserved. */
    int lengthSince(int place) {
        return bytes.position() - place - Integer.BYTES;
    }

    /** What was written, and its checksum. */
    byte[] finish() {
        CRC32C sum = new CRC32C();
        sum.update(bytes.array(), 0, bytes.position());
        writeInt((int) sum.getValue());
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
