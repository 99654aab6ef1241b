package dev.seawall.benchmarks.adaptive;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Limit, goodput and latency over the day, one line for each bulkhead, as an SVG drawing. */
final class DayPlot {

    private static final int LEFT = 70;
    private static final int WIDTH = 900;
    private static final int TOP = 112;
    private static final int HEIGHT = 170;
    private static final int GAP = 46;
    private static final int HOURS = 24;

    private final List<Day.Result> results;
    private final StringBuilder text = new StringBuilder();

    /** One of the three charts, with the values at its ticks. */
    private record Chart(String title, int top, boolean logarithmic, double most, List<Integer> ticks) {

        double y(double value) {
            double share = logarithmic ? Math.log10(Math.max(1, value)) / Math.log10(most) : value / most;
            return top + HEIGHT * (1 - Math.min(1, Math.max(0, share)));
        }
    }

    DayPlot(List<Day.Result> results) {
        this.results = results;
    }

    String draw() {
        Chart limit = new Chart("limit, logarithmic", TOP, true, 250, List.of(1, 10, 100));
        Chart goodput = new Chart("answers per second", TOP + HEIGHT + GAP, false, 45, List.of(0, 10, 20, 30, 40));
        Chart latency = new Chart(
                "median latency of answers, ms",
                TOP + 2 * (HEIGHT + GAP),
                false,
                2_100,
                List.of(0, 500, 1_000, 1_500, 2_000));
        legend();
        List.of(limit, goodput, latency).forEach(this::frame);
        possible(goodput);
        lines(limit, Measured::meanLimit);
        lines(goodput, Measured::goodput);
        lines(latency, measured -> measured.answers() == 0 ? Double.NaN : measured.percentileMillis(0.5));
        return page(latency.top() + HEIGHT + 40);
    }

    private String page(int height) {
        int width = LEFT + WIDTH + 20;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
                font-family="sans-serif" font-size="12" role="img">
                <title>A day with fixed and adaptive bulkheads</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="24" font-size="16" font-weight="bold" fill="#1b1f24">A day with fixed and adaptive \
                bulkheads</text>
                %s</svg>
                """.formatted(width, height, width, height, text);
    }

    private void legend() {
        int x = LEFT;
        for (Day.Result result : results) {
            Candidate candidate = result.candidate();
            add(
                    "<line x1=\"%d\" y1=\"44\" x2=\"%d\" y2=\"44\" stroke=\"%s\" stroke-width=\"3\"/>",
                    x, x + 22, candidate.colour());
            add("<text x=\"%d\" y=\"48\" fill=\"#1b1f24\">%s</text>", x + 28, candidate.name());
            x += 110;
        }
        add("<rect x=\"%d\" y=\"38\" width=\"22\" height=\"12\" fill=\"#ddf4ff\"/>", x);
        add("<text x=\"%d\" y=\"48\" fill=\"#1b1f24\">possible</text>", x + 28);
    }

    /** Axes, ticks, and where each phase begins. */
    private void frame(Chart chart) {
        int bottom = chart.top() + HEIGHT;
        add(
                "<text x=\"%d\" y=\"%d\" font-weight=\"bold\" fill=\"#1b1f24\">%s</text>",
                LEFT, chart.top() - 8, chart.title());
        for (int tick : chart.ticks()) {
            add(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#eaeef2\"/>",
                    LEFT, chart.y(tick), LEFT + WIDTH, chart.y(tick));
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#57606a\">%,d</text>",
                    LEFT - 6, chart.y(tick) + 4, tick);
        }
        double hour = 0;
        int number = 0;
        for (Phase phase : Phase.DAY) {
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d0d7de\" stroke-dasharray=\"3 3\"/>",
                    x(hour), chart.top(), x(hour), bottom);
            if (chart.top() == TOP) {
                add(
                        "<text x=\"%.1f\" y=\"%d\" fill=\"#57606a\" font-size=\"10\">%s</text>",
                        x(hour) + 2, number++ % 2 == 0 ? 72 : 86, phase.name());
            }
            hour += phase.hours();
        }
        for (int at = 0; at <= HOURS; at += 4) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#57606a\">%d h</text>",
                    x(at), bottom + 16, at);
        }
    }

    /** What a policy could have answered at best. */
    private void possible(Chart chart) {
        double hour = 0;
        for (Phase phase : Phase.DAY) {
            double top = chart.y(phase.possible());
            add(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#ddf4ff\" fill-opacity=\"0.7\"/>",
                    x(hour), top, x(hour + phase.hours()) - x(hour), chart.top() + HEIGHT - top);
            hour += phase.hours();
        }
    }

    private void lines(Chart chart, ToDoubleFunction<Measured> value) {
        for (Day.Result result : results) {
            StringBuilder path = new StringBuilder();
            boolean pen = false;
            for (int slot = 0; slot < result.bySlot().size(); slot++) {
                double shown = value.applyAsDouble(result.bySlot().get(slot));
                if (Double.isNaN(shown)) {
                    pen = false;
                    continue;
                }
                path.append(
                        format("%s%.1f %.1f", pen ? "L" : "M", x((slot + 0.5) / Day.SLOTS_PER_HOUR), chart.y(shown)));
                pen = true;
            }
            add(
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                    path, result.candidate().colour());
        }
    }

    private static double x(double hour) {
        return LEFT + WIDTH * hour / HOURS;
    }

    private void add(String pattern, Object... values) {
        text.append(format(pattern, values)).append('\n');
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
