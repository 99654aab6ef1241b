package dev.seawall.idempotency.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.test.SeededRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SeededDefectsTest {

    @ParameterizedTest
    @EnumSource
    void check_ofAStoreWithADefect_findsIt(DefectiveStore.Defect defect) throws Exception {
        IdempotencyStore store = new DefectiveStore(defect);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            boolean found = false;
            for (int seed = 0; seed < 300 && !found; seed++) {
                found = !History.record(store, threads, new SeededRandom(seed)).isLinearizable();
            }
            assertThat(found).isTrue();
        } finally {
            threads.shutdownNow();
        }
    }
}
