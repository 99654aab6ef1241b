package dev.seawall.examples.quickstart;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Prints what happens, a line for each event, and counts where the lines would be too many. */
final class Timeline implements AutoCloseable {

    private static final int WIDTH = 100;
    private static final int SHOWN_IN_AN_ACT = 3; // of each kind

    private final PrintStream out;
    private final ReentrantLock lock = new ReentrantLock(); // guards what follows, and keeps lines whole
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final Map<String, Integer> rejections = new TreeMap<>();
    private int acts;
    private long start;

    Timeline(PrintStream out) {
        this.out = out;
    }

    /** Ends the act before, and says what comes now. */
    void begin(Act act) {
        locked(() -> {
            endAct();
            start = acts == 0 ? System.nanoTime() : start;
            acts++;
            String title = act.title.toUpperCase(Locale.ROOT);
            print("SERVICE", "ACT " + acts + ", " + title + ": " + act.description);
        });
    }

    /** One of many events of a kind. */
    void retry(String kind, String what) {
        locked(() -> {
            if (kinds.merge(kind, 1, Integer::sum) <= SHOWN_IN_AN_ACT) {
                print("retry", what);
            }
        });
    }

    /** A rare event. */
    void breaker(String what) {
        locked(() -> {
            printRejections();
            print("breaker", what);
        });
    }

    /** An event so frequent that only the number is of interest. */
    void rejection(String policy) {
        locked(() -> rejections.merge(policy, 1, Integer::sum));
    }

    @Override
    public void close() {
        locked(this::endAct);
    }

    private void endAct() {
        printRejections();
        String rest = kinds.entrySet().stream()
                .filter(kind -> kind.getValue() > SHOWN_IN_AN_ACT)
                .map(kind -> kind.getKey() + " " + (kind.getValue() - SHOWN_IN_AN_ACT))
                .collect(Collectors.joining(", "));
        if (!rest.isEmpty()) {
            print("retry", "more in this act: " + rest);
        }
        kinds.clear();
    }

    private void printRejections() {
        rejections.forEach((policy, number) -> print(policy, "attempts kept from the service: " + number));
        rejections.clear();
    }

    private void print(String who, String what) {
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = plain(String.format(Locale.ROOT, "%6.2f s  %-8s %s", seconds, who, what));
        out.println(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...");
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** In the few characters that every terminal can show. */
    static String plain(String text) {
        return text.replace("≥", ">=").replace("×", "x").replace("µ", "u");
    }
}
