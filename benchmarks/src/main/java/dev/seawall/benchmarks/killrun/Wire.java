package dev.seawall.benchmarks.killrun;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A message as it goes to the broker and on to consumers.
 *
 * @param createdMicros when it was added, by the clock of the database
 */
record Wire(
        String id,
        String key,
        long producerSequence,
        int partition,
        long epoch,
        long outboxSequence,
        long createdMicros) {

    /** First byte of a connection: what it is for. */
    static final int PUBLISH = 'P';

    static final int CONSUME = 'C';
    static final int LOOK = 'L';

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(id);
        out.writeUTF(key);
        out.writeLong(producerSequence);
        out.writeInt(partition);
        out.writeLong(epoch);
        out.writeLong(outboxSequence);
        out.writeLong(createdMicros);
    }

    static Wire read(DataInputStream in) throws IOException {
        return new Wire(
                in.readUTF(), in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
    }
}
