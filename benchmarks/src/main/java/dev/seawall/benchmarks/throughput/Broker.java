package dev.seawall.benchmarks.throughput;

import dev.seawall.outbox.Publisher;

/** A broker that the outbox is drained to, beside its bare client. */
interface Broker extends AutoCloseable {

    /** What is done, as the report says it. */
    String load();

    /** A new one, which is not connected yet; whatever its topic, a message goes to where the bare client's go. */
    Publisher publisher() throws Exception;

    /** Has the bare client send the outbox's payloads and keys, on a connection that is open. Messages a second. */
    double bare(int messages) throws Exception;
}
