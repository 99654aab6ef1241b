package dev.seawall.outboxpeers;

/** An outbox that can be filled and then drained, to handlers that do nothing but count. */
interface Peer extends AutoCloseable {

    /** Commits messages that nobody publishes yet. */
    void fill(int messages, int keys, String payload) throws Exception;

    /**
     * Publishes all of them.
     *
     * @return messages a second, from the first one handled until the outbox has no work left
     */
    double drain(int messages) throws Exception;

    @Override
    void close();
}
