package dev.seawall.ratelimiter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Reads bytes that may be anything. Nothing is made larger than the bytes that are there. */
final class ByteReader {

    private final ByteBuffer bytes;

    ByteReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Without the checksum at the end, which must be right. */
    static ByteReader checked(byte[] all) {
        int length = all.length - Integer.BYTES;
        check(all, length > 0, "too short");
        CRC32C sum = new CRC32C();
        sum.update(all, 0, length);
        check(all, ByteBuffer.wrap(all).getInt(length) == (int) sum.getValue(), "wrong checksum");
        return new ByteReader(ByteBuffer.wrap(all, 0, length));
    }

    private static void check(byte[] all, boolean condition, String what) {
        new ByteReader(ByteBuffer.wrap(all)).check(condition, what);
    }

    void check(boolean condition, String what) {
        if (!condition) {
            throw new IllegalArgumentException("these bytes are no saved limiter, or damaged: " + what + " at byte "
                    + bytes.position() + " of " + bytes.limit());
        }
    }

    private ByteBuffer next(int length) {
        check(bytes.remaining() >= length, "the end is missing");
        return bytes;
    }

    int readByte() {
        return next(Byte.BYTES).get();
    }

    int readInt() {
        return next(Integer.BYTES).getInt();
    }

    long readLong() {
        return next(Long.BYTES).getLong();
    }

    /** A number from 0 to another. */
    long readLong(long most) {
        long value = readLong();
        check(value >= 0 && value <= most, "a number out of range");
        return value;
    }

    /** How many things follow that take so many bytes each, at least. */
    int readCount(int bytesEach) {
        int count = readInt();
        check(count >= 0 && count <= bytes.remaining() / bytesEach, "a wrong count");
        return count;
    }

    String readText() {
        byte[] encoded = new byte[readCount(1)];
        bytes.get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    /** A part that is read by itself. */
    ByteReader readPart() {
        int length = readCount(1);
        ByteReader part = new ByteReader(bytes.duplicate().limit(bytes.position() + length));
        bytes.position(bytes.position() + length);
        return part;
    }

    void checkEnd() {
        check(!bytes.hasRemaining(), "too much");
    }
}
