package dev.seawall.benchmarks.overload;

import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.retry.RetryEvent.RetryScheduled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs the overload test, prints the tables and keeps what was measured. {@code bin/overload} starts it. */
public final class Overload {

    private static final int BROKEN = 5;
    private static final int SECONDS_A_LINE = 5;

    private final List<Phase> plan;
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final Queue<Long> retries = new ConcurrentLinkedQueue<>();

    private Overload(List<Phase> plan) {
        this.plan = plan;
    }

    /**
     * Exits with 0 if all targets are met, 1 if one is missed, 2 if the machine was too busy to tell, 5 if the run failed.
     *
     * @param args none: {@code bin/overload} passes system properties
     */
    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = run(
                    Boolean.getBoolean("overload.quick") ? Phase.QUICK : Phase.FULL,
                    Boolean.getBoolean("overload.bare"),
                    Path.of(System.getProperty("overload.out", "benchmarks/results/overload")),
                    System.getProperty("overload.note", ""));
        } catch (Throwable broken) {
            System.err.println("the run failed");
            broken.printStackTrace();
            exitCode = BROKEN;
        }
        System.exit(exitCode);
    }

    private static int run(List<Phase> plan, boolean bare, Path out, String note) throws Exception {
        try (DependencyProcess dependency = new DependencyProcess()) {
            Client client = new Client(dependency.uri(), bare);
            client.warmUp();
            String pipeline = client.pipeline().toString();
            Measured measured = new Overload(plan).play(client, dependency);
            Report report = new Report(measured);
            String tables = report.write(note, pipeline);
            Files.createDirectories(out);
            Files.writeString(out.resolve("report.md"), tables);
            Files.writeString(out.resolve("calls.csv"), measured.calls().csv());
            Files.writeString(out.resolve("seconds.csv"), measured.seconds().csv());
            Files.writeString(out.resolve("overload.svg"), new Timeline(measured).draw());
            System.out.print(tables);
            return bare ? 0 : report.exitCode();
        }
    }

    private Measured play(Client client, DependencyProcess dependency) {
        Calls calls = new Calls(Phase.calls(plan));
        try (Load load = new Load(client, calls);
                Vitals vitals = new Vitals()) {
            client.retry().on(RetryScheduled.class, event -> retries.add(load.now()));
            client.breaker().on(StateChanged.class, event -> changes.add(new Change(load.now(), event.to())));
            System.out.printf(
                    "%d s in all; the dependency can answer %d/s%n", Phase.seconds(plan), Dependency.CAPACITY);
            for (Phase phase : plan) {
                dependency.become(phase.health());
                for (int second = 0; second < phase.seconds(); second++) {
                    if (second % SECONDS_A_LINE == 0) {
                        progress(phase, client, load, calls);
                    }
                    load.second(phase.callsPerSecond());
                }
            }
            load.awaitEnds();
            return new Measured(
                    plan,
                    calls,
                    List.copyOf(changes),
                    client.attempts(),
                    client.retry().snapshot(),
                    List.copyOf(retries),
                    client.retriesAllowed(calls.number()),
                    vitals.lateness(),
                    vitals.mostThreads(),
                    vitals.mostHeapMegabytes());
        }
    }

    private static void progress(Phase phase, Client client, Load load, Calls calls) {
        System.out.printf(
                Locale.ROOT,
                "%5.1f s  %-24s %5d/s offered; so far answered %,d, failed %,d, rejected %,d; breaker %s%n",
                load.now() / 1e9,
                phase.name(),
                phase.callsPerSecond(),
                calls.count(End.ANSWERED::equals),
                calls.count(End.FAILED::equals),
                calls.count(End::isRejection),
                client.breaker().state());
    }
}
