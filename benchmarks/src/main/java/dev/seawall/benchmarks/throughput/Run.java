package dev.seawall.benchmarks.throughput;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Measures a contest: all contenders in turn, several rounds, so that whatever else the machine does meets all of them alike.
 *
 * @param warmUpNanos how long each contender runs before it is measured
 * @param roundNanos how long a round lasts
 * @param rounds how many
 */
record Run(long warmUpNanos, long roundNanos, int rounds) {

    static final Run CAREFUL = new Run(TimeUnit.SECONDS.toNanos(5), TimeUnit.MILLISECONDS.toNanos(250), 41);
    static final Run QUICK = new Run(TimeUnit.SECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(100), 11);

    List<Outcome> of(List<Contest> contests) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Contest contest : contests) {
            System.err.println("measuring " + contest.title() + " ...");
            outcomes.add(of(contest));
        }
        return outcomes;
    }

    Outcome of(Contest contest) throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (Contender contender : contest.contenders()) {
            measure(contender, contest.threads(), warmUpNanos);
            figures.add(new Figure(contender, new ArrayList<>()));
        }
        for (int round = 0; round < rounds; round++) {
            for (Figure figure : figures) {
                figure.perSecond().add(measure(figure.contender(), contest.threads(), roundNanos));
            }
        }
        return new Outcome(contest, figures);
    }

    private static double measure(Contender contender, int threads, long nanos) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            var go = new CountDownLatch(1);
            List<Future<Double>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                parts.add(pool.submit(() -> {
                    go.await();
                    return perSecond(contender.operation(), thread, nanos);
                }));
            }
            go.countDown();
            double sum = 0;
            for (Future<Double> part : parts) {
                sum += part.get(nanos + TimeUnit.MINUTES.toNanos(1), TimeUnit.NANOSECONDS);
            }
            return sum;
        } catch (ExecutionException | TimeoutException broken) {
            throw new IllegalStateException(contender.name() + " failed", broken);
        } finally {
            pool.shutdownNow();
        }
    }

    private static double perSecond(Operation operation, int thread, long nanos) {
        long begin = System.nanoTime();
        long done = 0;
        long yes = 0;
        long now = begin;
        while (now - begin < nanos) {
            yes += operation.run(thread, done++) ? 1 : 0;
            now = System.nanoTime();
        }
        if (yes < 0) {
            throw new AssertionError(yes); // so that no answer can be left out
        }
        return done * 1e9 / (now - begin);
    }
}
