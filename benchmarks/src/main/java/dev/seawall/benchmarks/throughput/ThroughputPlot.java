package dev.seawall.benchmarks.throughput;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/** Bars on a logarithmic scale, as an SVG drawing. */
final class ThroughputPlot {

    private static final int LEFT = 200;
    private static final int SCALE = 560;
    private static final int BAR = 18;
    private static final int TOP = 64;
    /** What is compared: bars under a title. */
    record Group(String title, List<Bar> bars) {}

    /** One figure. */
    record Bar(String name, Contender.Role role, double value) {}

    private final StringBuilder bars = new StringBuilder();
    private double lowest; // of the scale, a power of ten as the highest
    private double highest;
    private int y = TOP;

    String draw(String caption, String unit, List<Group> groups) {
        DoubleSummaryStatistics values = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToDouble(bar -> Math.max(1, bar.value()))
                .summaryStatistics();
        lowest = Math.pow(10, Math.ceil(Math.log10(Math.max(1, values.getMin()))) - 1); // no bar without a length
        highest = Math.pow(10, Math.ceil(Math.log10(Math.max(1, values.getMax()))));
        groups.forEach(this::group);
        int width = LEFT + SCALE + 100;
        int height = y + 34;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
                font-family="sans-serif" font-size="12" role="img">
                <title>%s</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="24" font-size="16" font-weight="bold" fill="#1b1f24">%s</text>
                <text x="16" y="44" fill="#57606a">%s, logarithmic scale, longer is better</text>
                %s%s</svg>
                """.formatted(width, height, width, height, caption, caption, unit, grid(), bars);
    }

    private String grid() {
        StringBuilder lines = new StringBuilder();
        for (double value = lowest; value <= highest; value *= 10) {
            int x = x(value);
            lines.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d8dee4\"/>%n".formatted(x, TOP, x, y))
                    .append(String.format(
                            Locale.ROOT,
                            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">%,.0f</text>%n",
                            x,
                            y + 18,
                            value));
        }
        return lines.toString();
    }

    private void group(Group group) {
        y += 6;
        bars.append("<text x=\"16\" y=\"%d\" font-weight=\"bold\" fill=\"#1b1f24\">%s</text>%n"
                .formatted(y + 13, group.title()));
        y += 20;
        group.bars().forEach(this::bar);
    }

    private void bar(Bar bar) {
        int end = x(bar.value());
        String colour = switch (bar.role()) {
            case OWN -> "#0969da";
            case PEER -> "#8c959f";
            case FLOOR -> "#d0d7de";
        };
        bars.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1b1f24\">%s</text>%n"
                        .formatted(LEFT - 8, y + 13, bar.name()))
                .append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n"
                        .formatted(LEFT, y + 2, Math.max(1, end - LEFT), BAR - 4, colour))
                .append(String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" fill=\"#1b1f24\">%,.0f</text>%n",
                        end + 6,
                        y + 13,
                        bar.value()));
        y += BAR;
    }

    private int x(double value) {
        double share = Math.log10(Math.max(value, lowest) / lowest) / Math.log10(highest / lowest);
        return LEFT + (int) Math.round(share * SCALE);
    }
}
