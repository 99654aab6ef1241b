package dev.seawall.benchmarks.throughput;

/** What is measured, with the server that it needs. */
interface Subject extends AutoCloseable {

    /**
     * Measures it.
     *
     * @param quick whether a first look is enough
     */
    Report measure(boolean quick) throws Exception;

    @Override
    void close();
}
