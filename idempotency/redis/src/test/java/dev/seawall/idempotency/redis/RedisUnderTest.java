package dev.seawall.idempotency.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.UUID;

/** A store on a Redis, and a second way to look at it. */
final class RedisUnderTest implements AutoCloseable {

    final String prefix = "tck-" + UUID.randomUUID();
    final RedisURI uri;
    final RedisClient client = RedisClient.create();
    final RedisIdempotencyStore store;
    final RedisCommands<String, String> commands;

    RedisUnderTest(RedisURI uri) {
        this.uri = uri;
        this.store = RedisIdempotencyStore.builder(client, uri)
                .prefix(prefix)
                .timeout(Duration.ofSeconds(60))
                .build();
        this.commands = client.connect(uri).sync();
    }

    @Override
    public void close() {
        commands.keys(prefix + "*").forEach(commands::del);
        store.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
