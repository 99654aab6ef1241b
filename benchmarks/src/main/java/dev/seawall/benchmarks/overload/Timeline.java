package dev.seawall.benchmarks.overload;

import dev.seawall.circuitbreaker.CircuitBreaker;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What happened when, as an SVG drawing: calls per second in two scales, the dependency's health, the breaker's state. */
final class Timeline {

    private static final int LEFT = 90;
    private static final int RIGHT = 970;
    private static final int PANEL = 170;
    private static final int MANY = 70; // tops
    private static final int FEW = MANY + PANEL + 44;
    private static final int HEALTH = FEW + PANEL + 14;
    private static final int BREAKER = HEALTH + 28;
    private static final int BAND = 18;
    private static final int BOTTOM = BREAKER + BAND;
    private static final int STEP_SECONDS = 10;

    private static final String TEXT = "#57606a";
    private static final String OFFERED = "#8c959f";
    private static final String REJECTED = "#d4a72c";
    private static final String ANSWERED = "#0969da";
    private static final String CLOSED = "#2da44e";
    private static final String RECOVERING = "#9be9a8";
    private static final String FAILED = "#cf222e";

    private final Measured run;
    private final Seconds seconds;
    private final StringBuilder drawing = new StringBuilder();

    Timeline(Measured run) {
        this.run = run;
        this.seconds = run.seconds();
    }

    String draw() {
        int most = run.plan().stream().mapToInt(Phase::callsPerSecond).max().orElse(1);
        dependency();
        breaker();
        axis();
        panel(MANY, most * 1.1, List.of(0, most / 2, most), "offered and rejected at once or in the queue, per second");
        line(MANY, most * 1.1, OFFERED, this::offered);
        line(MANY, most * 1.1, REJECTED, second -> seconds.count(second, End::isRejection));
        int capacity = Dependency.CAPACITY;
        panel(FEW, capacity * 1.2, List.of(0, capacity / 2, capacity), "answered and failed, per second");
        line(FEW, capacity * 1.2, FAILED, second -> seconds.count(second, End.FAILED::equals));
        line(FEW, capacity * 1.2, ANSWERED, second -> seconds.count(second, End.ANSWERED::equals));
        legend();
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %1$d %2$d" \
                font-family="sans-serif" font-size="12" role="img">
                <title>Ten times the capacity, and a dependency that dies</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                %s</svg>
                """.formatted(RIGHT + 20, BOTTOM + 30, drawing);
    }

    private double offered(int second) {
        int until = 0;
        for (Phase phase : run.plan()) {
            until += phase.seconds();
            if (second < until) {
                return phase.callsPerSecond();
            }
        }
        return 0;
    }

    // ---- bands

    private void dependency() {
        label(LEFT - 8, HEALTH + 13, "end", "dependency");
        int from = 0;
        for (Phase phase : run.plan()) {
            int until = from + phase.seconds();
            rectangle(from, until, MANY, BOTTOM - MANY, phase.health().colour, 0.35);
            rectangle(from, until, HEALTH, BAND, phase.health().colour, 1);
            String word = phase.health().name().toLowerCase(Locale.ROOT);
            if (x(until) - x(from) > 7 * word.length()) {
                label((int) (x(from) + x(until)) / 2, HEALTH + 13, "middle", word);
            }
            from = until;
        }
    }

    private void breaker() {
        label(LEFT - 8, BREAKER + 13, "end", "breaker");
        double since = 0;
        CircuitBreaker.State state = CircuitBreaker.State.CLOSED;
        for (Change change : run.changes()) {
            double at = change.nanos() / 1e9;
            rectangle(since, at, BREAKER, BAND, colour(state), 1);
            since = at;
            state = change.state();
        }
        rectangle(since, seconds.length(), BREAKER, BAND, colour(state), 1);
    }

    private static String colour(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN -> FAILED;
            case HALF_OPEN -> REJECTED;
            case RECOVERING -> RECOVERING;
            default -> CLOSED;
        };
    }

    private void rectangle(double from, double until, int top, int height, String colour, double opacity) {
        element(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" opacity=\"%s\"/>",
                x(from), top, x(until) - x(from), height, colour, opacity);
    }

    // ---- panels

    private void panel(int top, double highest, List<Integer> marks, String heading) {
        element("<text x=\"%d\" y=\"%d\" font-weight=\"bold\" fill=\"#1b1f24\">%s</text>", LEFT, top - 8, heading);
        for (int mark : marks) {
            double y = y(top, highest, mark);
            element("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d8dee4\"/>", LEFT, y, RIGHT, y);
            label(LEFT - 8, (int) y + 4, "end", String.format(Locale.ROOT, "%,d", mark));
        }
    }

    /** A step for each second. */
    private void line(int top, double highest, String colour, IntToDoubleFunction perSecond) {
        String points = IntStream.range(0, seconds.length())
                .mapToObj(second -> {
                    double y = y(top, highest, perSecond.applyAsDouble(second));
                    return String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f", x(second), y, x(second + 1), y);
                })
                .collect(Collectors.joining(" "));
        element("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>", points, colour);
    }

    private void axis() {
        for (int second = 0; second <= seconds.length(); second += STEP_SECONDS) {
            label((int) x(second), BOTTOM + 18, "middle", second + " s");
        }
    }

    private void legend() {
        int x = LEFT;
        List<String> lines =
                List.of("offered", "rejected", "answered", "failed", "closed", "open", "half-open", "recovering");
        List<String> colours = List.of(OFFERED, REJECTED, ANSWERED, FAILED, CLOSED, FAILED, REJECTED, RECOVERING);
        for (int i = 0; i < lines.size(); i++) {
            element("<rect x=\"%d\" y=\"18\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colours.get(i));
            label(x + 18, 28, "start", (i < 4 ? "" : "breaker ") + lines.get(i));
            x += i < 4 ? 85 : 145;
        }
    }

    private void label(int x, int y, String anchor, String text) {
        element("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, TEXT, text);
    }

    private void element(String pattern, Object... values) {
        drawing.append(String.format(Locale.ROOT, pattern, values)).append('\n');
    }

    private double x(double second) {
        return LEFT + (RIGHT - LEFT) * second / seconds.length();
    }

    private static double y(int top, double highest, double value) {
        return top + PANEL * (1 - Math.min(1, value / highest));
    }
}
