package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of its own that runs a class of the test's class path, to be killed, stopped and resumed: what tells whether a program
 * survives its own sudden death.
 *
 * {@snippet file="dev/seawall/test/ProcessExamplesTest.java" region="child"}
 *
 * <p>The process has the Java and the class path of this one, and an environment of its own. Its two outputs are one, read line by
 * line as they come; the last 1,000 lines are kept, each cut to 8,000 characters.
 *
 * <p><b>No orphans:</b> {@link #close()} kills it, and so does the end of this process. If this one is killed itself, the child
 * ends by itself, provided its {@code main} called {@link #exitWithParent()} and it is not stopped.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 *
 * <p><b>Time:</b> real time.
 */
public final class ChildJvm implements AutoCloseable {

    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);
    private static final int SIGKILL_STATUS = 137;
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> LIVING.forEach(Process::destroyForcibly), "seawall-child-jvm-end"));
    }

    private final Process process;
    private final String description;
    private final ChildOutput output;
    private final CompletableFuture<Integer> exited;

    private ChildJvm(Process process, String description, Consumer<? super String> onLine) {
        this.process = process;
        this.description = description;
        this.output = new ChildOutput(onLine);
        LIVING.add(process);
        this.exited = process.onExit().thenApply(ended -> {
            LIVING.remove(ended);
            return ended.exitValue();
        });
        output.readFrom(process);
    }

    /**
     * Describes a process.
     *
     * @param main has the {@code main} method
     * @return a builder without arguments and options
     */
    public static Builder of(Class<?> main) {
        return new Builder(Objects.requireNonNull(main, "main"));
    }

    /**
     * To be called in the child's {@code main}: from now on this process halts at once, without shutdown hooks, when the one that
     * started it has ended in any way. Starts a daemon thread that reads the standard input, which then is of no other use.
     */
    public static void exitWithParent() {
        Thread watch = new Thread(ChildJvm::haltAtTheEndOfInput, "seawall-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * The process's number.
     *
     * @return as the operating system counts
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Whether the process runs or is stopped.
     *
     * @return {@code false} once it has ended
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * How the process ends.
     *
     * @return a future of the exit status; 128 and the signal's number if a signal ended it
     */
    public CompletableFuture<Integer> exited() {
        return exited.copy();
    }

    /**
     * Ends the process on the spot, stopped or not: by SIGKILL where there are signals. It runs nothing more, no {@code finally} and
     * no shutdown hook. Returns when the process is gone, and does nothing if it was.
     *
     * @throws IllegalStateException if it is not gone after 30 seconds
     */
    public void kill() {
        process.destroyForcibly();
        try {
            exited.copy()
                    .orTimeout(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    .join(); // not interruptible: whoever kills must be able to rely on it
        } catch (CompletionException late) {
            throw new IllegalStateException(
                    this + " still runs " + Durations.format(GONE_WITHIN) + " after its kill", late);
        }
    }

    /**
     * Stops the process in the middle of what it does, by SIGSTOP: it keeps memory, locks and connections, and does nothing, like
     * one in a very long garbage collection. Does nothing if it is stopped.
     *
     * @throws IllegalStateException if it has ended
     * @throws UnsupportedOperationException if there is no {@code kill} command here
     */
    public void stop() {
        signal("-STOP");
    }

    /**
     * Lets a stopped process go on, by SIGCONT. Does nothing if it runs.
     *
     * @throws IllegalStateException if it has ended
     * @throws UnsupportedOperationException if there is no {@code kill} command here
     */
    public void resume() {
        signal("-CONT");
    }

    /**
     * Waits for a line of output. Looks at each line once: where one call found its line, the next one goes on.
     *
     * @param wanted which line; called on this thread
     * @param within how long to wait, positive
     * @return the line
     * @throws AssertionError if it does not come in time, or the output ends before; says what the process wrote last
     * @throws InterruptedException if this thread is interrupted
     */
    public String awaitLine(Predicate<? super String> wanted, Duration within) throws InterruptedException {
        Objects.requireNonNull(wanted, "wanted");
        Require.positive("within", within);
        String line = output.await(wanted, within);
        if (line == null) {
            throw new AssertionError("no such line within " + Durations.format(within) + " from " + this + "\n"
                    + String.join("\n", output.tail()));
        }
        return line;
    }

    /**
     * What the process wrote last.
     *
     * @return up to 1,000 lines, the oldest first
     */
    public List<String> lines() {
        return output.lines();
    }

    /** Kills the process, if it lives. */
    @Override
    public void close() {
        kill();
        FaultProxy.closeQuietly(process.getOutputStream());
    }

    private void signal(String signal) {
        if (!isAlive()) {
            throw new IllegalStateException(this + " cannot get a signal");
        }
        try {
            Process command = new ProcessBuilder("kill", signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(command.getInputStream().readAllBytes(), Charset.defaultCharset());
            if (command.onExit().join().exitValue() != 0 && isAlive()) {
                throw new IllegalStateException("kill " + signal + " of " + this + " failed: " + said.strip());
            }
        } catch (IOException missing) {
            throw new UnsupportedOperationException(
                    "to stop and resume a process takes the command 'kill', which cannot be run here", missing);
        }
    }

    private static void haltAtTheEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // means the same
        }
        Runtime.getRuntime().halt(SIGKILL_STATUS);
    }

    /**
     * Which process, and how it is.
     *
     * @return such as {@code process 4711 (Relay n1), running}
     */
    @Override
    public String toString() {
        String state = isAlive() ? "running" : "ended with status " + process.exitValue();
        return "process " + pid() + " (" + description + "), " + state;
    }

    /**
     * Describes a process before it starts. A builder can start any number of processes, one like the other.
     *
     * <p><b>Threads:</b> for one thread at a time.
     */
    public static final class Builder {

        private final Class<?> main;
        private List<String> args = List.of();
        private List<String> jvmOptions = List.of();
        private final Map<String, String> environment = new HashMap<>();
        private Consumer<? super String> onLine = line -> {};

        private Builder(Class<?> main) {
            this.main = main;
        }

        /**
         * What {@code main} is given.
         *
         * @param args the arguments; replace earlier ones
         * @return this builder
         */
        public Builder args(String... args) {
            this.args = List.of(args);
            return this;
        }

        /**
         * Options of the Java virtual machine, such as {@code -Xmx64m} or {@code -Dname=value}.
         *
         * @param options the options; replace earlier ones
         * @return this builder
         */
        public Builder jvmOptions(String... options) {
            this.jvmOptions = List.of(options);
            return this;
        }

        /**
         * Sets an environment variable, beside those of this process.
         *
         * @param name the variable
         * @param value what it is to be
         * @return this builder
         */
        public Builder environment(String name, String value) {
            environment.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Is told each line of output, beside what is kept. Whatever it throws ends the reading, and so blocks the process in the end.
         *
         * @param listener called on the thread that reads, one line after the other
         * @return this builder
         */
        public Builder onLine(Consumer<? super String> listener) {
            this.onLine = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Starts a process.
         *
         * @return the process, which may not have come to its {@code main} yet
         * @throws UncheckedIOException if it cannot be started
         */
        public ChildJvm start() {
            ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            String description = (main.getSimpleName() + " " + String.join(" ", args)).strip();
            try {
                return new ChildJvm(builder.start(), description, onLine);
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot start " + description, failed);
            }
        }

        private List<String> command() {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmOptions);
            command.addAll(List.of("-cp", classPath(), main.getName()));
            command.addAll(args);
            return command;
        }

        /** What this process runs from; a child's modules are on its class path. */
        private static String classPath() {
            return Stream.of("java.class.path", "jdk.module.path")
                    .map(name -> System.getProperty(name, ""))
                    .filter(path -> !path.isEmpty())
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
