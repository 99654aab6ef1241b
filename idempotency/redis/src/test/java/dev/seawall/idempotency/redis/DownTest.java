package dev.seawall.idempotency.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.idempotency.ClaimLostException;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Idempotency.WhenDown;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is killed, restarted, flushed and filled up. */
@Timeout(120)
final class DownTest {

    private static final Fingerprint REQUEST = Fingerprint.of("request");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger executions = new AtomicInteger();
    private final Key key = Key.of("op", UUID.randomUUID().toString());
    private EmbeddedRedis server;
    private RedisClient client;
    private RedisIdempotencyStore store;

    @BeforeEach
    void start() {
        server = new EmbeddedRedis();
        client = RedisClient.create();
        store = RedisIdempotencyStore.builder(client, RedisURI.create(server.uri()))
                .timeout(Duration.ofMillis(500))
                .build();
    }

    @AfterEach
    void stop() {
        store.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        server.close();
    }

    private Idempotency idempotency(WhenDown whenDown) {
        return Idempotency.builder(store).whenDown(whenDown).build();
    }

    private void awaitRedis() {
        await().atMost(PATIENCE)
                .ignoreException(IdempotencyStoreException.class)
                .until(() -> {
                    store.release(Key.of("op", "nobody's"), UUID.randomUUID());
                    return true;
                });
    }

    private String count() {
        return "run " + executions.incrementAndGet();
    }

    @Test
    void execute_redisNeverThereFailClosed_runsNothing() {
        server.kill();

        assertThatThrownBy(() -> idempotency(WhenDown.FAIL_CLOSED).execute(key, REQUEST, execution -> count()))
                .isInstanceOfSatisfying(
                        IdempotencyStoreException.class,
                        down -> assertThat(down.workDone()).isFalse());
        assertThat(executions).hasValue(0);
    }

    @Test
    void execute_redisThereLater_isFound() {
        server.kill();
        assertThatThrownBy(() -> store.release(key, UUID.randomUUID())).isInstanceOf(IdempotencyStoreException.class);

        server.start();
        awaitRedis();

        assertThat(idempotency(WhenDown.FAIL_CLOSED).execute(key, REQUEST, execution -> count()))
                .isEqualTo(new Outcome.Executed<>("run 1"));
    }

    @Test
    void execute_redisDownFailOpen_runsEachTime() {
        Idempotency open = idempotency(WhenDown.FAIL_OPEN);
        awaitRedis();
        server.kill();

        assertThat(open.execute(key, REQUEST, execution -> count())).isEqualTo(new Outcome.Executed<>("run 1"));
        assertThat(open.execute(key, REQUEST, execution -> count())).isEqualTo(new Outcome.Executed<>("run 2"));
    }

    @Test
    void execute_killedDuringTheWorkFailClosed_saysThatTheWorkIsDone() {
        awaitRedis();

        assertThatThrownBy(() -> idempotency(WhenDown.FAIL_CLOSED).execute(key, REQUEST, execution -> {
                    server.kill();
                    return count();
                }))
                .isInstanceOfSatisfying(
                        IdempotencyStoreException.class,
                        down -> assertThat(down.workDone()).isTrue());
        assertThat(executions).hasValue(1);
    }

    @Test
    void execute_flushedDuringTheWork_claimIsLost() {
        awaitRedis();

        assertThatThrownBy(() -> idempotency(WhenDown.FAIL_CLOSED).execute(key, REQUEST, execution -> {
                    client.connect(RedisURI.create(server.uri())).sync().flushall();
                    return count();
                }))
                .isInstanceOf(ClaimLostException.class);
        assertThat(idempotency(WhenDown.FAIL_CLOSED).execute(key, REQUEST, execution -> count()))
                .isEqualTo(new Outcome.Executed<>("run 2"));
    }

    @Test
    void complete_memoryFull_failsAndLeavesTheRecordAsItWas() {
        awaitRedis();
        UUID token = UUID.randomUUID();
        store.claim(key, REQUEST, token, PATIENCE, PATIENCE);
        var redis = client.connect(RedisURI.create(server.uri())).sync();
        redis.configSet("maxmemory-policy", "noeviction");
        redis.configSet("maxmemory", "1");

        assertThatThrownBy(() -> store.complete(key, token, StoredAnswer.of(null), PATIENCE))
                .isInstanceOf(IdempotencyStoreException.class);
        redis.configSet("maxmemory", "0");

        assertThat(store.complete(key, token, StoredAnswer.of(null), PATIENCE)).isTrue();
    }

    @Test
    void claim_afterClose_throws() {
        awaitRedis();

        store.close();

        assertThatThrownBy(() -> store.release(key, UUID.randomUUID()))
                .isInstanceOf(IdempotencyStoreException.class)
                .hasRootCauseMessage("the store was closed");
    }

    /** A Redis that loses its data lets work run again; it never gives the answer of one request to another. */
    @Test
    void execute_underLoadWhileRedisIsKilledRestartedAndFlushed_neverAnswersWrongly() throws Exception {
        awaitRedis();
        Load load = new Load(idempotency(WhenDown.FAIL_CLOSED));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(threads.submit(load));
            }
            for (int round = 0; round < 3; round++) {
                load.awaitMoreAnswers();
                server.kill();
                load.awaitMoreFailures();
                server.start();
                load.awaitMoreAnswers();
                client.connect(RedisURI.create(server.uri())).sync().flushall();
            }
            load.awaitMoreAnswers();
            load.over.set(true);
            for (Future<?> caller : callers) {
                caller.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(load.wrong).isEmpty();
    }

    /** Callers that ask for the same hundred requests over and over. */
    private static final class Load implements Runnable {

        private static final int REQUESTS = 100;

        private final Idempotency idempotency;
        private final Map<String, Set<String>> made = new ConcurrentHashMap<>();
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();

        Load(Idempotency idempotency) {
            this.idempotency = idempotency;
        }

        @Override
        public void run() {
            while (!over.get()) {
                long number = asked.incrementAndGet();
                String name = "request-" + number % REQUESTS;
                try {
                    check(name, idempotency.execute(Key.of("load", name), Fingerprint.of(name), execution -> {
                        String answer = name + "/" + number;
                        made.computeIfAbsent(name, none -> ConcurrentHashMap.newKeySet())
                                .add(answer);
                        return answer;
                    }));
                } catch (IdempotencyStoreException | ClaimLostException down) {
                    failures.incrementAndGet();
                }
            }
        }

        private void check(String name, Outcome<String> outcome) {
            if (outcome instanceof Outcome.InProgress) {
                return;
            }
            answers.incrementAndGet();
            String answer = outcome.valueOrThrow();
            if (!made.getOrDefault(name, Set.of()).contains(answer)) {
                wrong.add(name + " was answered with " + answer);
            }
        }

        void awaitMoreAnswers() {
            awaitMore(answers, 200);
        }

        void awaitMoreFailures() {
            awaitMore(failures, 4);
        }

        private static void awaitMore(AtomicLong counter, long more) {
            long goal = counter.get() + more;
            await().atMost(PATIENCE).until(() -> counter.get() >= goal);
        }
    }
}
