package dev.seawall.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import dev.seawall.testdatabases.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The script beside a naive twin, at the times that Redis' own clock says. */
final class ScriptTwinTest {

    private static final long HORIZON = 60_000_000;
    private static final int STEPS = 60;

    private static EmbeddedRedis server;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;
    private static int limiters;

    @BeforeAll
    static void start() {
        server = new EmbeddedRedis();
        client = RedisClient.create(server.uri());
        redis = client.connect().sync();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void take_oneBucket_asTheTwin() {
        Property.named("bucket").cases(60).check(random -> compare(random, List.of(bucket(random))));
    }

    @Test
    void take_onePace_asTheTwin() {
        Property.named("pace").cases(60).check(random -> compare(random, List.of(pace(random))));
    }

    @Test
    void take_oneFixedWindow_asTheTwin() {
        Property.named("window").cases(60).check(random -> compare(random, List.of(window(random))));
    }

    @Test
    void take_oneSlidingWindow_asTheTwin() {
        Property.named("sliding").cases(60).check(random -> compare(random, List.of(sliding(random))));
    }

    @Test
    void take_severalTogether_asTheTwins() {
        Property.named("together")
                .cases(60)
                .check(random ->
                        compare(random, List.of(bucket(random), window(random), sliding(random), pace(random))));
    }

    /** A limit and its twin. */
    private record Pair(Limit limit, NaiveShared twin) {}

    private static long period(SeededRandom random) {
        return random.pick(List.of(200L, 1_000L, 3_000L, 7_001L, 50_000L));
    }

    private static Duration micros(long period) {
        return Duration.of(period, ChronoUnit.MICROS);
    }

    private static Pair bucket(SeededRandom random) {
        long permits = random.pick(List.of(1L, 3L, 7L, 20L));
        long period = period(random);
        long burst = random.pick(List.of(3L, 4L, 10L));
        return new Pair(
                Limit.tokenBucket(permits, micros(period), burst),
                new NaiveShared.Bucket(permits, period, burst, false));
    }

    private static Pair pace(SeededRandom random) {
        long permits = random.pick(List.of(1L, 3L, 7L, 20L));
        long period = period(random);
        return new Pair(Limit.pacing(permits, micros(period)), new NaiveShared.Bucket(permits, period, 1, true));
    }

    private static Pair window(SeededRandom random) {
        long permits = random.pick(List.of(3L, 7L, 20L));
        long period = period(random);
        return new Pair(Limit.fixedWindow(permits, micros(period)), new NaiveShared.Windows(permits, period));
    }

    private static Pair sliding(SeededRandom random) {
        long permits = random.pick(List.of(3L, 7L, 20L));
        long period = period(random);
        return new Pair(Limit.slidingWindow(permits, micros(period)), new NaiveShared.Sliding(permits, period));
    }

    private static void compare(SeededRandom random, List<Pair> pairs) {
        RateLimiterConfig config = RateLimiterConfig.builder()
                .limits(pairs.stream().map(Pair::limit).toList())
                .build();
        Layout layout = Layout.of("twin", "limiter", Integer.toString(limiters++), config, HORIZON);
        List<NaiveShared> twins = pairs.stream().map(Pair::twin).toList();
        Known known = null;
        for (int step = 0; step < STEPS; step++) {
            long permits = 1 + random.nextInt(3);
            long wait = random.pick(List.of(0L, 0L, 0L, 100L, 2_000L, 20_000L));
            List<Demand> demands = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                demands.add(new Demand(Demand.Kind.TAKE, permits, wait * 1_000));
            }
            Batch batch = new Batch(layout, demands);
            List<Object> answer =
                    redis.eval(batch.script().text(), ScriptOutputType.MULTI, layout.keys, batch.arguments());
            long now = Batch.word(answer, 0);
            Known latest = new Known(now, 1, batch.states(answer));
            if (known != null) {
                checkForesight(layout, known, permits, now, twins);
            }
            known = latest;
            batch.settle(answer, latest, arguments -> {});

            for (Demand demand : demands) {
                long expected = NaiveShared.take(twins, permits, now, wait);
                if (expected <= wait) {
                    assertThat(demand.decision)
                            .as("step %s at %s: %s permits of %s within %s", step, now, permits, config.limits(), wait)
                            .isCompletedWithValueMatching(
                                    decision -> decision instanceof dev.seawall.ratelimiter.PermitStore.Granted granted
                                            && granted.delayNanos() == expected * 1_000);
                } else {
                    assertThat(demand.decision)
                            .as("step %s at %s: %s permits of %s in %s", step, now, permits, config.limits(), expected)
                            .isCompletedWithValueMatching(decision ->
                                    decision instanceof dev.seawall.ratelimiter.PermitStore.Rejected rejected
                                            && rejected.waitNanos() == expected * 1_000);
                }
            }
        }
    }

    /** What is concluded here without asking is never worse than what Redis would have said. */
    private static void checkForesight(Layout layout, Known known, long permits, long now, List<NaiveShared> twins) {
        long foreseen = layout.due(known.states(), permits, now);
        long real = now;
        for (NaiveShared twin : twins) {
            real = Math.max(real, twin.due(permits, now));
        }
        assertThat(foreseen).isEqualTo(real);
    }
}
