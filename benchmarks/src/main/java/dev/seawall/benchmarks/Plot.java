package dev.seawall.benchmarks;

import java.util.List;
import java.util.Locale;

/** Bars of all rows on a logarithmic scale, as an SVG drawing. */
final class Plot {

    private static final int LEFT = 290;
    private static final int SCALE = 560;
    private static final int BAR = 18;
    private static final int TOP = 64;
    private static final double LOWEST = 0.1;
    private static final double HIGHEST = 100_000;

    private final Figures figures;
    private final int threads;
    private final StringBuilder bars = new StringBuilder();
    private int y = TOP;

    Plot(Figures figures, int threads) {
        this.figures = figures;
        this.threads = threads;
    }

    String draw(String caption) {
        Group.ALL.forEach(this::group);
        int width = LEFT + SCALE + 80;
        int height = y + 34;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
                font-family="sans-serif" font-size="12" role="img">
                <title>%s</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="24" font-size="16" font-weight="bold" fill="#1b1f24">%s</text>
                <text x="16" y="44" fill="#57606a">ns per call, logarithmic scale, shorter is better</text>
                %s%s</svg>
                """.formatted(width, height, width, height, escape(caption), escape(caption), grid(), bars);
    }

    private String grid() {
        StringBuilder lines = new StringBuilder();
        for (double value = LOWEST; value <= HIGHEST; value *= 10) {
            int x = x(value);
            lines.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d8dee4\"/>%n".formatted(x, TOP, x, y))
                    .append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">%s</text>%n"
                            .formatted(x, y + 18, label(value)));
        }
        return lines.toString();
    }

    private void group(Group group) {
        List<String> rows =
                group.rows().stream().filter(row -> figures.has(row, threads)).toList();
        if (rows.isEmpty()) {
            return;
        }
        y += 6;
        bars.append("<text x=\"16\" y=\"%d\" font-weight=\"bold\" fill=\"#1b1f24\">%s</text>%n"
                .formatted(y + 13, escape(group.title())));
        y += BAR + 2;
        rows.forEach(this::bar);
    }

    private void bar(String row) {
        double nanos = figures.nanos(row, threads);
        String method = row.substring(row.indexOf('.') + 1);
        bars.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1b1f24\">%s</text>%n"
                        .formatted(LEFT - 8, y + 13, method))
                .append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n"
                        .formatted(LEFT, y + 2, Math.max(1, x(nanos) - LEFT), BAR - 4, colour(row, method)))
                .append("<text x=\"%d\" y=\"%d\" fill=\"#1b1f24\">%s</text>%n"
                        .formatted(x(nanos) + 5, y + 13, Report.number(nanos)));
        y += BAR;
    }

    private static int x(double value) {
        double share = Math.log10(value / LOWEST) / Math.log10(HIGHEST / LOWEST);
        return LEFT + (int) Math.round(SCALE * Math.min(1, Math.max(0, share)));
    }

    private static String colour(String row, String method) {
        if (row.startsWith("Floor.")) {
            return "#8c959f";
        }
        if (method.startsWith("seawall")) {
            return "#0969da";
        }
        return method.startsWith("resilience4j") ? "#d4a72c" : "#bc6c25";
    }

    private static String label(double value) {
        return String.format(Locale.ROOT, value < 0.99 ? "%.1f" : "%,.0f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
