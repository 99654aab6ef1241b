package dev.seawall.sagapeers;

/** Runs workflows of four steps that do nothing. */
interface Peer extends AutoCloseable {

    /** Runs one to its end, on the calling thread. */
    void run(String id) throws Exception;

    @Override
    void close();
}
