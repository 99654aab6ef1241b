package dev.seawall.benchmarks.throughput;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A broker that the outbox is drained to, beside its bare client. */
interface Broker extends AutoCloseable {

    /** What is done, as the report says it. */
    String load();

    /** A new one, which is not connected yet; whatever its topic, a message goes to where the bare client's go. */
    Publisher publisher() throws Exception;

    /**
     * Has the bare client send messages on a connection that is open.
     *
     * @param headers whether what a publisher adds goes with them, so that a receiver can tell what each is
     * @return messages a second
     */
    double bare(List<Envelope> messages, boolean headers) throws Exception;

    @Override
    void close() throws IOException, TimeoutException;
}
