package dev.seawall.benchmarks.adaptive;

import dev.seawall.VirtualRuntime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Servers with one queue before them. It does not hear that a caller has given up: like most real ones it goes on with work that
 * nobody waits for.
 */
final class Dependency {

    private record Job(double work, CompletableFuture<String> answer) {}

    private static final int LONGEST_QUEUE = 400;
    private static final Exception REFUSED = new IllegalStateException("the dependency refused the call");

    private final VirtualRuntime runtime;
    private final Queue<Job> queue = new ArrayDeque<>();
    private Phase phase;
    private int busy;
    private int generation; // what was at work before a restart ends without effect

    Dependency(VirtualRuntime runtime, Phase first) {
        this.runtime = runtime;
        this.phase = first;
    }

    /** Goes on as the phase says. A dependency that comes back from an outage has forgotten what it was asked. */
    void enter(Phase next) {
        if (phase.servers() == 0 || next.servers() == 0) {
            queue.clear();
            busy = 0;
            generation++;
        }
        phase = next;
        serve();
    }

    /** Takes a call whose work is so many times that of an average one. */
    CompletionStage<String> call(double work) {
        Job job = new Job(work, new CompletableFuture<>());
        if (queue.size() >= LONGEST_QUEUE) {
            return CompletableFuture.failedFuture(REFUSED);
        }
        if (phase.servers() > 0) {
            queue.add(job);
            serve();
        }
        return job.answer();
    }

    private void serve() {
        while (busy < phase.servers() && !queue.isEmpty()) {
            Job job = queue.remove();
            busy++;
            int started = generation;
            runtime.schedule((long) (job.work() * phase.serviceMillis() * 1e6), () -> end(job, started));
        }
    }

    private void end(Job job, int started) {
        if (started == generation) {
            busy--;
            job.answer().complete("answer");
            serve();
        }
    }
}
