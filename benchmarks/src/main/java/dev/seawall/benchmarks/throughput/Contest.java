package dev.seawall.benchmarks.throughput;

import java.util.List;

/**
 * Several ways to do the same, measured under the same load.
 *
 * @param name as the table says it
 * @param threads how many threads do it at once
 * @param factor how many times as often as the best peer ours must do it
 * @param contenders ours, its peers and a floor
 */
record Contest(String name, int threads, double factor, List<Contender> contenders) {

    String title() {
        return name + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
