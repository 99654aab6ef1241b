package dev.seawall.benchmarks;

import java.util.List;

record RetainedSize(String whose, long bytes) {
    static List<RetainedSize> measure() {
        return List.of();
    }

    List<Verdict> judge() {
        return List.of();
    }
}
