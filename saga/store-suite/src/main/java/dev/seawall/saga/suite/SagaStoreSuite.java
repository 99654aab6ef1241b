package dev.seawall.saga.suite;

import static dev.seawall.saga.suite.Samples.KNOWN;
import static dev.seawall.saga.suite.Samples.key;
import static dev.seawall.saga.suite.Samples.saga;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaStore.Change;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the suites of stores have in common. A subclass brings the nodes. */
@Timeout(120)
abstract class SagaStoreSuite {

    protected static final Duration LONG = Duration.ofSeconds(60);
    protected static final Duration SHORT = Duration.ofMillis(1);

    private final List<SagaStore> opened = new ArrayList<>();

    /** One more node on the sagas of this test, open. */
    protected abstract Node node();

    /** Ends what belongs to this test, after the stores are closed. */
    protected abstract void end();

    @AfterEach
    final void closeAll() {
        opened.forEach(SagaStore::close);
        end();
    }

    protected final SagaStore store() {
        return opened(node());
    }

    protected final SagaStore opened(Node node) {
        opened.add(node.store());
        return node.store();
    }

    /** Waits until it is so; a store in virtual time lets time pass instead. */
    protected void eventually(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(condition);
    }

    protected static Started start(SagaStore store, NewSaga saga) {
        return result(store.start(saga).toCompletableFuture());
    }

    protected static SagaRecord fresh(SagaStore store, String id) {
        return fresh(store, saga(id));
    }

    protected static SagaRecord fresh(SagaStore store, NewSaga saga) {
        Started started = start(store, saga);
        assertThat(started).isInstanceOf(Started.Fresh.class);
        return ((Started.Fresh) started).saga();
    }

    protected static Written write(SagaStore store, SagaWrite write) {
        return result(store.write(write).toCompletableFuture());
    }

    protected static <T> T result(Future<T> future) {
        try {
            return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new AssertionError("no result", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    protected static SagaRecord found(SagaStore store, SagaKey key) {
        return store.find(key).orElseThrow();
    }

    protected static SagaRecord found(SagaStore store, String id) {
        return found(store, key(id));
    }

    /** Claims until it has got one. */
    protected final SagaRecord claimed(SagaStore store) {
        return claimed(store, KNOWN);
    }

    protected final SagaRecord claimed(SagaStore store, List<SagaVersion> known) {
        List<SagaRecord> claimed = new ArrayList<>();
        eventually(() -> claimed.addAll(store.claim(known, 1)));
        return claimed.get(0);
    }

    protected static Change to(SagaRecord saga, SagaStatus status, String reason) {
        return new Change(status, saga.state(), "changed", saga.step(), reason);
    }

    /** Runs tasks at the same time and answers what they answered. */
    protected static <T> List<T> atOnce(List<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : tasks.stream().map(threads::submit).toList()) {
                results.add(result(future));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
