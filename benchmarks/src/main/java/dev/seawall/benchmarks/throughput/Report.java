package dev.seawall.benchmarks.throughput;

/** What was found, as people read it, and as machines do. */
interface Report {

    /** Markdown: the figures, then the targets and whether they were met. */
    String table();

    /** One line for each figure, with every round. */
    String raw();

    /** The figures as an SVG drawing. */
    String drawing();

    boolean met();
}
