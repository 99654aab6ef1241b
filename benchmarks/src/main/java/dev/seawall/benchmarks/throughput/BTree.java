package dev.seawall.benchmarks.throughput;

/**
 * An index, seen from outside.
 *
 * @param entries how many it has, at least 1
 * @param pages how many pages, most of which are leaves
 */
record BTree(long entries, long pages) {

    BTree {
        if (entries < 1 || pages < 1) {
            throw new IllegalArgumentException("an index has entries and pages, had " + entries + " and " + pages);
        }
    }

    /** How many entries a page has; inner pages have about as many. */
    double perPage() {
        return (double) entries / pages;
    }

    /** How many pages a search reads, from the root to the leaf, if the index had that many entries of the same kind. */
    int levelsAt(long wanted) {
        int levels = 1;
        for (double nodes = wanted / perPage(); nodes > 1; nodes /= perPage()) {
            levels++;
        }
        return levels;
    }
}
