package dev.seawall.benchmarks.throughput;

/** One operation on the calling thread. */
@FunctionalInterface
interface Operation {

    /**
     * Does it.
     *
     * @param thread which thread does it, from 0
     * @param number how many it has done before
     * @return something that depends on it, so that it cannot be left out
     */
    boolean run(int thread, long number);
}
