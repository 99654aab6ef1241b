package dev.seawall.test;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a child process writes: the last lines, and those that nobody has looked for yet among them. */
final class ChildOutput {

    private static final int KEPT_LINES = 1_000;
    private static final int TAIL_LINES = 20;
    private static final int LONGEST_LINE = 8_000;

    private final Consumer<? super String> listener;
    private final ReentrantLock lock = new ReentrantLock(); // not held while a predicate or the listener runs
    private final Condition news = lock.newCondition();
    private final Deque<String> kept = new ArrayDeque<>(); // guarded by lock
    private final Deque<String> unseen = new ArrayDeque<>(); // guarded by lock
    private boolean ended; // guarded by lock

    ChildOutput(Consumer<? super String> listener) {
        this.listener = listener;
    }

    /** Starts to read, on a daemon thread that ends with the output. */
    void readFrom(Process process) {
        Thread reader = new Thread(() -> read(process), "seawall-child-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** The first unseen line that is wanted, or {@code null} if the output ends or the time is over before it comes. */
    @Nullable
    String await(Predicate<? super String> wanted, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        for (String line = next(end); line != null; line = next(end)) {
            if (wanted.test(line)) {
                return line;
            }
        }
        return null;
    }

    List<String> lines() {
        lock.lock();
        try {
            return List.copyOf(kept);
        } finally {
            lock.unlock();
        }
    }

    List<String> tail() {
        List<String> all = lines();
        return all.subList(Math.max(0, all.size() - TAIL_LINES), all.size());
    }

    private @Nullable String next(long end) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (unseen.isEmpty() && !ended) {
                if (news.awaitNanos(end - System.nanoTime()) <= 0) {
                    return null;
                }
            }
            return unseen.poll();
        } finally {
            lock.unlock();
        }
    }

    private void read(Process process) {
        try (Reader reader = process.inputReader(Charset.defaultCharset())) {
            StringBuilder line = new StringBuilder();
            for (int read = reader.read(); read >= 0; read = reader.read()) {
                if (read == '\n') {
                    add(line);
                } else if (read != '\r' && line.length() < LONGEST_LINE) {
                    line.append((char) read);
                }
            }
            if (!line.isEmpty()) {
                add(line);
            }
        } catch (IOException gone) {
            // the process was killed in the middle of a line
        } finally {
            end();
        }
    }

    private void add(StringBuilder text) {
        String line = text.toString();
        text.setLength(0);
        lock.lock();
        try {
            keep(kept, line);
            keep(unseen, line);
            news.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(line);
    }

    private static void keep(Deque<String> lines, String line) {
        if (lines.size() == KEPT_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
