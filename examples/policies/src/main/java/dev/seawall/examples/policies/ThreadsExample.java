package dev.seawall.examples.policies;

import dev.seawall.CallTimedOutException;
import dev.seawall.Pipeline;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.ExecutorBulkhead;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A driver that hangs and does not listen to interrupts: a timeout alone cannot let its callers go, a timeout around an
 * executor bulkhead can, and what hangs stays within the limit.
 */
final class ThreadsExample implements Examples.Example {

    private static final int LIMIT = 2;

    @Override
    public void run(PrintStream out) {
        CountDownLatch unplugged = new CountDownLatch(1);
        try (ExecutorBulkhead reports = ExecutorBulkhead.of(
                "reports", BulkheadConfig.builder().limit(LIMIT).queue(0).build())) {
            Pipeline pipeline = Pipeline.named("reports")
                    .with(Timeout.of(Duration.ofMillis(200)))
                    .with(reports)
                    .build();
            for (int call = 1; call <= LIMIT + 1; call++) {
                long start = System.nanoTime();
                Result<String> result = pipeline.tryCall(() -> hang(unplugged));
                long millis = (System.nanoTime() - start) / 1_000_000;
                out.printf("  call %d was answered after %d ms: %s%n", call, millis, text(result));
            }
            out.println("  " + reports);
        } finally {
            unplugged.countDown();
        }
    }

    private static String text(Result<String> result) {
        if (result instanceof Result.Failure<String> failure && failure.failure() instanceof CallTimedOutException) {
            return "no answer in time";
        }
        return result instanceof Result.Rejected<String> rejected ? rejected.reason() : "an answer";
    }

    private static String hang(CountDownLatch unplugged) {
        boolean hangs = true;
        while (hangs) {
            try {
                unplugged.await();
                hangs = false;
            } catch (InterruptedException ignored) {
                // as some drivers do
            }
        }
        return "too late";
    }
}
