package dev.seawall.payload;

import dev.seawall.payload.PayloadCodec.Step;

/** A codec made of two functions. */
record FunctionCodec<T>(String contentType, Step<T, byte[]> writer, Step<byte[], T> reader) implements PayloadCodec<T> {

    @Override
    public byte[] encode(T value) throws Exception {
        return writer.apply(value);
    }

    @Override
    public T decode(byte[] bytes) throws Exception {
        return reader.apply(bytes);
    }

    @Override
    public String toString() {
        return "codec of " + contentType;
    }
}
