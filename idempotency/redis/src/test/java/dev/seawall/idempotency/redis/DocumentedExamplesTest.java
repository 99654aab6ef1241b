package dev.seawall.idempotency.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The example of the page about idempotency over HTTP and on Redis, as it stands there. */
final class DocumentedExamplesTest {

    @Test
    void httpPage_storeOnRedis_keepsTheAnswer() {
        try (EmbeddedRedis server = new EmbeddedRedis();
                RedisClient client = RedisClient.create()) {
            RedisURI uri = RedisURI.create(server.uri());
            // spotless:off
            RedisIdempotencyStore store = RedisIdempotencyStore.builder(client, uri)    // or a connection, also of a cluster
                    .prefix("shop")
                    .timeout(Duration.ofSeconds(2))
                    .build();
            // spotless:on
            Idempotency idempotency = Idempotency.builder(store).build();

            idempotency.execute(Key.of("op", "k"), Fingerprint.of("r"), execution -> "done");

            assertThat(idempotency.execute(Key.of("op", "k"), Fingerprint.of("r"), execution -> "again"))
                    .isEqualTo(new Outcome.Replayed<>("done"));
            store.close();
        }
    }
}
