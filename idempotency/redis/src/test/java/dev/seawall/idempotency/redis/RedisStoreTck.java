package dev.seawall.idempotency.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.idempotency.suite.StoreSuite;
import dev.seawall.payload.EncodedPayload;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store must do on every Redis. */
abstract class RedisStoreTck extends StoreSuite {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Fingerprint REQUEST = Fingerprint.of("request");

    private RedisIdempotencyStore store;
    private RedisCommands<String, String> redis;
    private String prefix;

    abstract RedisUnderTest underTest();

    @BeforeEach
    void find() {
        store = underTest().store;
        redis = underTest().commands;
        prefix = underTest().prefix;
    }

    @Override
    protected IdempotencyStore store() {
        return store;
    }

    @Override
    protected boolean forgetsByItself() {
        return true;
    }

    @Override
    protected int racedKeys() {
        return 2_000;
    }

    private static Key newKey() {
        return Key.of("tenant-canary", "op", "canary-" + UUID.randomUUID());
    }

    private String nameOf(Key key) {
        List<String> names = redis.keys(prefix + ":" + key.shortHash() + "*");
        assertThat(names).hasSize(1);
        return names.get(0);
    }

    private static StoredAnswer answer(String text) {
        return StoredAnswer.of(EncodedPayload.of("text", 1, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void record_inEveryState_expires() {
        Key key = newKey();
        UUID token = UUID.randomUUID();

        store.claim(key, REQUEST, token, Duration.ofMinutes(1), HOUR);
        assertThat(redis.pttl(nameOf(key))).isBetween(Duration.ofMinutes(2).toMillis(), HOUR.toMillis());
        store.save(key, token, "p", answer("r"));
        store.extend(key, token, HOUR.multipliedBy(2));
        assertThat(redis.pttl(nameOf(key)))
                .isBetween(HOUR.toMillis() + 1, HOUR.multipliedBy(2).toMillis());
        store.release(key, token);
        assertThat(redis.pttl(nameOf(key))).isPositive();
        store.claim(key, REQUEST, token, Duration.ofMinutes(1), HOUR);
        store.complete(key, token, answer("a"), HOUR.multipliedBy(24));
        assertThat(redis.pttl(nameOf(key)))
                .isBetween(
                        HOUR.multipliedBy(23).toMillis(), HOUR.multipliedBy(24).toMillis());
    }

    @Test
    void complete_record_keepsNothingButFingerprintTokenAndAnswer() {
        Key key = newKey();
        UUID token = UUID.randomUUID();
        store.claim(key, REQUEST, token, HOUR, HOUR);
        store.save(key, token, "p", answer("r"));

        store.complete(key, token, answer("a"), HOUR);

        assertThat(Set.copyOf(redis.hkeys(nameOf(key)))).isEqualTo(Set.of("f", "t", "a"));
    }

    @Test
    void keys_inRedis_showNoTenantNorKey() {
        store.claim(newKey(), REQUEST, UUID.randomUUID(), HOUR, HOUR);

        assertThat(redis.keys(prefix + "*"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name).matches(prefix + ":[0-9a-f]{64}"));
    }

    @Test
    void scripts_flushed_areToldAnew() {
        Key key = newKey();
        UUID token = UUID.randomUUID();

        redis.scriptFlush();
        assertThat(store.claim(key, REQUEST, token, HOUR, HOUR)).isInstanceOf(Granted.class);
        redis.scriptFlush();
        assertThat(store.complete(key, token, answer("a"), HOUR)).isTrue();
        redis.scriptFlush();

        assertThat(store.claim(key, REQUEST, token, HOUR, HOUR)).isEqualTo(new Completed(answer("a")));
    }

    @Test
    void claim_keyOfAnotherType_isRefusedAndLeftAlone() {
        Key key = newKey();
        UUID token = UUID.randomUUID();
        store.claim(key, REQUEST, token, HOUR, HOUR);
        String name = nameOf(key);
        redis.set(name, "something else");

        assertThatThrownBy(() -> store.claim(key, REQUEST, token, HOUR, HOUR))
                .isInstanceOf(IdempotencyStoreException.class)
                .hasMessage("Redis could not be asked for an idempotency record");
        assertThat(redis.get(name)).isEqualTo("something else");
    }

    @Test
    void claim_interruptedThread_isDecidedAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();

        IdempotencyStore.Claim claim = store.claim(newKey(), REQUEST, UUID.randomUUID(), HOUR, HOUR);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(claim).isInstanceOf(Granted.class);
    }

    @Test
    void connection_ofTheUsers_isUsedAndStaysOpen() {
        try (StatefulRedisConnection<byte[], byte[]> connection =
                underTest().client.connect(ByteArrayCodec.INSTANCE, underTest().uri)) {
            Key key = newKey();
            UUID token = UUID.randomUUID();
            store.claim(key, REQUEST, token, HOUR, HOUR);

            try (RedisIdempotencyStore other =
                    RedisIdempotencyStore.builder(connection).prefix(prefix).build()) {
                assertThat(other.complete(key, token, answer("a"), HOUR)).isTrue();
            }

            assertThat(connection.isOpen()).isTrue();
            assertThat(store.claim(key, REQUEST, token, HOUR, HOUR)).isEqualTo(new Completed(answer("a")));
        }
    }
}
