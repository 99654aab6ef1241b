package dev.seawall.ratelimiter;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.seawall.VirtualRuntime;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SavedLimiterTest {

    private static final Instant START = Instant.parse("2026-05-20T12:00:00Z");

    private final VirtualRuntime before = machine(START);

    private static VirtualRuntime machine(Instant wallTime) {
        VirtualRuntime runtime = VirtualRuntime.create();
        runtime.setWallTime(wallTime);
        return runtime;
    }

    private static RateLimiterConfig config(Limit... limits) {
        return RateLimiterConfig.builder()
                .limits(List.of(limits))
                .maxWait(ofDays(60))
                .build();
    }

    private static List<Limit> limits() {
        List<Limit> limits = new ArrayList<>(Limits.all());
        limits.add(Limit.hourly(10));
        return limits;
    }

    private static KeyedRateLimiter keyed(VirtualRuntime runtime, int maxKeys, Limit... limits) {
        return KeyedRateLimiter.of("users", String.class, key -> key, config(limits), maxKeys, runtime);
    }

    private static int taken(RateLimiter limiter) {
        int taken = 0;
        while (limiter.tryAcquire()) {
            taken++;
        }
        return taken;
    }

    private static SavedLimiter copy(SavedLimiter saved) {
        return SavedLimiter.fromBytes(saved.toBytes());
    }

    // ---- what carries over

    @Test
    void restore_monthlyQuota_isAsUsedAsItWas() {
        RateLimiter old =
                RateLimiter.of("api", config(Limit.perSecond(100), Limit.daily(50), Limit.monthly(70)), before);
        old.acquire(50);
        before.advance(ofDays(1));
        old.acquire(10);

        VirtualRuntime after = machine(before.wallTime().plusSeconds(60));
        RateLimiter restored = RateLimiter.of("api", old.config(), after);
        restored.restore(copy(old.save()));

        assertThat(taken(restored)).as("10 left of the month").isEqualTo(10);
        after.advance(ofDays(10));
        assertThat(taken(restored)).isZero();
        after.advance(ofDays(1));
        assertThat(taken(restored)).as("June").isEqualTo(50);
    }

    /** The same calls on a limiter that is restored again and again, and on one that lives on, give the same. */
    @ParameterizedTest
    @MethodSource("limits")
    void restore_againAndAgain_changesNothing(Limit limit) {
        Property.named("restored " + limit).cases(60).check(random -> {
            VirtualRuntime one = machine(START);
            VirtualRuntime other = machine(START);
            RateLimiterConfig config = random.nextBoolean() ? config(limit) : config(limit, Limit.daily(200));
            RateLimiter livesOn = RateLimiter.of("one", config, one);
            RateLimiter restored = RateLimiter.of("other", config, other);
            for (int i = 0; i < 80; i++) {
                long nanos = random.nextLong(random.nextInt(10) == 0 ? 4_000_000_000_000L : 400_000_000);
                one.advance(Duration.ofNanos(nanos));
                if (random.nextInt(4) == 0) {
                    SavedLimiter saved = copy(restored.save());
                    other = machine(other.wallTime().plusNanos(nanos));
                    other.advance(Duration.ofNanos(random.nextLong(3) * 1_000_000_000_000L));
                    other.setWallTime(one.wallTime());
                    restored = RateLimiter.of("other", config, other);
                    restored.restore(saved);
                } else {
                    other.advance(Duration.ofNanos(nanos));
                }
                sameStep(random, livesOn, restored);
            }
        });
    }

    private static void sameStep(SeededRandom random, RateLimiter one, RateLimiter other) {
        long permits = random.nextLong(1, 4);
        switch (random.nextInt(4)) {
            case 0 -> {
                one.charge(permits);
                other.charge(permits);
            }
            case 1 -> {
                if (one.quota().retryAfter().compareTo(ofSeconds(2)) < 0) {
                    Duration due = one.reserve(permits, ofDays(30)).delay();
                    assertThat(other.reserve(permits, ofDays(30)).delay()).isEqualTo(due);
                }
            }
            default -> assertThat(other.tryAcquire(permits)).isEqualTo(one.tryAcquire(permits));
        }
        assertThat(other.quota()).isEqualTo(one.quota());
    }

    @ParameterizedTest
    @MethodSource("limits")
    void restore_clockSetBack_creditsNothing(Limit limit) {
        RateLimiter old = RateLimiter.of("api", config(limit), before);
        before.advance(ofMinutes(10));
        old.charge(10);
        boolean wasThere = old.tryAcquire();

        VirtualRuntime after = machine(before.wallTime().minus(ofDays(2)));
        RateLimiter restored = RateLimiter.of("api", config(limit), after);
        restored.restore(copy(old.save()));

        assertThat(wasThere).isFalse();
        assertThat(restored.tryAcquire()).isFalse();
        assertThat(restored.quota().retryAfter())
                .isGreaterThanOrEqualTo(old.quota().retryAfter());
    }

    @Test
    void restore_clockSetBackOverABoundary_givesNoPeriodTwice() {
        VirtualRuntime runtime = machine(Instant.parse("2026-06-01T00:10:00Z"));
        RateLimiter old = RateLimiter.of("api", config(Limit.monthly(5)), runtime);
        assertThat(taken(old)).isEqualTo(5);

        VirtualRuntime after = machine(Instant.parse("2026-05-31T23:00:00Z"));
        RateLimiter restored = RateLimiter.of("api", config(Limit.monthly(5)), after);
        restored.restore(copy(old.save()));

        assertThat(taken(restored)).isZero();
        after.advance(ofHours(2));
        assertThat(taken(restored)).as("June, which was used").isZero();
        after.advance(ofDays(30));
        assertThat(taken(restored)).as("July").isEqualTo(5);
    }

    @Test
    void restore_keys_eachHasWhatItHad() {
        KeyedRateLimiter old = keyed(before, 100, Limit.perSecond(10), Limit.daily(20));
        for (int i = 0; i < 50; i++) {
            old.limiter("key " + i).tryAcquire(1 + i % 10);
        }
        old.limiter("unused");
        old.limiter("").tryAcquire(7); // none

        VirtualRuntime after = machine(before.wallTime().plusSeconds(10));
        KeyedRateLimiter restored = keyed(after, 50, Limit.perSecond(10), Limit.daily(20));
        SavedLimiter saved = copy(old.save());
        restored.restore(saved);

        assertThat(saved.keys()).isEqualTo(50);
        assertThat(restored.keys()).isEqualTo(50);
        after.advance(ofSeconds(1));
        for (int i = 0; i < 50; i++) {
            RateLimiter limiter = restored.limiter("key " + i);
            assertThat(limiter.tryAcquire(10)).isTrue();
            after.advance(ofSeconds(1));
            assertThat(taken(limiter)).isEqualTo(9 - i % 10);
        }
        assertThat(restored.limiter("").tryAcquire(10)).isTrue();
        after.advance(ofSeconds(1));
        assertThat(taken(restored.limiter(""))).as("calls without a key").isEqualTo(3);
    }

    @Test
    void restore_overflow_carriesOver() {
        KeyedRateLimiter old = keyed(before, 1, Limit.daily(5));
        old.limiter("first").tryAcquire(1);
        old.limiter("no room").tryAcquire(4);

        KeyedRateLimiter restored = keyed(machine(START), 1, Limit.daily(5));
        restored.restore(copy(old.save()));

        assertThat(taken(restored.limiter("no room either"))).isEqualTo(1);
        assertThat(taken(restored.limiter("first"))).isEqualTo(4);
    }

    @Test
    void restore_keysThatAreIdleBefore_areForgottenInTurn() {
        KeyedRateLimiter old = keyed(before, 1_000, Limit.perSecond(10));
        for (int i = 0; i < 1_000; i++) {
            old.limiter("key " + i).tryAcquire(10);
        }
        KeyedRateLimiter restored = keyed(machine(START.plusSeconds(5)), 1_000, Limit.perSecond(10));
        restored.restore(copy(old.save()));

        for (int i = 0; i < 600; i++) {
            restored.limiter("new " + i);
        }

        assertThat(restored.keys()).isLessThanOrEqualTo(1_000);
        assertThat(restored.limiter("newest").tryAcquire(10)).as("its own").isTrue();
        assertThat(restored.limiter("one more").tryAcquire(10)).as("its own").isTrue();
    }

    @Test
    void restore_keyConfiguredByItself_isNotInIt() {
        KeyedRateLimiter old = keyed(before, 10, Limit.perSecond(10));
        old.limiter("vip").configure(config(Limit.perSecond(1_000)));
        old.limiter("vip").tryAcquire(5);
        old.limiter("a").tryAcquire(5);

        assertThat(old.save().keys()).isEqualTo(1);
    }

    @Test
    void save_afterLimitsWereChanged_savesWhatIsInForce() {
        KeyedRateLimiter old = keyed(before, 10, Limit.daily(10));
        old.limiter("a").tryAcquire(4);
        before.advance(ofMillis(77));
        old.configure(config(Limit.daily(8)));

        KeyedRateLimiter restored = keyed(machine(START), 10, Limit.daily(8));
        restored.restore(copy(old.save()));

        assertThat(taken(restored.limiter("a"))).isEqualTo(4);
    }

    @Test
    void save_whileCallsGoOn_neverTearsAndStopsNobody() throws Exception {
        KeyedRateLimiter limiter = keyed(before, 5_000, Limit.perSecond(1_000_000), Limit.monthly(1_000_000));
        for (int i = 0; i < 5_000; i++) {
            limiter.limiter("key " + i).tryAcquire();
        }
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Long> calls = CompletableFuture.supplyAsync(() -> {
            long made = 0;
            while (!over.get()) {
                limiter.limiter("key " + made % 5_000).tryAcquire();
                made++;
            }
            return made;
        });

        SavedLimiter last = limiter.save();
        for (int i = 0; i < 20; i++) {
            last = copy(limiter.save());
        }
        over.set(true);

        assertThat(calls.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(last.keys()).isEqualTo(5_000);
    }

    // ---- what is refused

    @Test
    void restore_otherLimits_isRefusedAndChangesNothing() {
        RateLimiter old = RateLimiter.of("api", config(Limit.daily(10)), before);
        old.acquire(4);
        RateLimiter other = RateLimiter.of("api", config(Limit.daily(10, ZoneId.of("Europe/Berlin"))), before);
        other.acquire(3);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.restore(old.save()))
                .withMessage(
                        "the limits must be those of the saved limiter, [CalendarQuota 10 in PT24H, calendar DAY Z],"
                                + " were [CalendarQuota 10 in PT24H, calendar DAY Europe/Berlin]");
        assertThat(taken(other)).isEqualTo(7);
    }

    @Test
    void restore_withKeysOntoOneWithout_isRefused() {
        SavedLimiter saved = keyed(before, 10, Limit.daily(10)).save();
        RateLimiter other = RateLimiter.of("api", config(Limit.daily(10)), before);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.restore(saved))
                .withMessage("a limiter without keys can only go on with one saved without keys");
    }

    @Test
    void restore_moreKeysThanThereIsRoomFor_isRefused() {
        KeyedRateLimiter old = keyed(before, 10, Limit.daily(10));
        for (int i = 0; i < 10; i++) {
            old.limiter("key " + i).tryAcquire();
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> keyed(before, 9, Limit.daily(10)).restore(old.save()))
                .withMessage("the saved limiter must have at most 9 keys, had 10");
    }

    @Test
    void restore_limiterOfAKey_isRefused() {
        KeyedRateLimiter limiter = keyed(before, 10, Limit.daily(10));
        SavedLimiter saved = limiter.limiter("a").save();

        assertThatIllegalStateException().isThrownBy(() -> limiter.limiter("a").restore(saved));
    }

    @Test
    void fromBytes_anyByteChanged_isRefused() {
        byte[] bytes = savedKeys().toBytes();

        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x10;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SavedLimiter.fromBytes(changed))
                    .withMessageStartingWith("these bytes are no saved limiter, or damaged");
        }
    }

    @Test
    void fromBytes_cutOffOrGarbage_isRefused() {
        byte[] bytes = savedKeys().toBytes();

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> SavedLimiter.fromBytes(cut));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedLimiter.fromBytes("no limiter".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void fromBytes_laterVersion_isRefused() {
        byte[] bytes = savedKeys().toBytes();
        ByteBuffer.wrap(bytes).putInt(4, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedLimiter.fromBytes(signed(bytes)))
                .withMessage("saved limiter must have version 1, was 2");
    }

    /** Bytes made up by somebody who knows the checksum: refused, or taken without harm. */
    @Test
    void restore_hostileBytes_isRefusedOrDoesNoHarm() {
        byte[] bytes = savedKeys().toBytes();
        Limit[] limits = {
            Limit.perSecond(10),
            Limit.daily(20),
            Limit.slidingLog(5, ofSeconds(1)),
            Limit.slidingWindow(50, ofSeconds(1)),
            Limit.warmUp(10, ofSeconds(1), ofSeconds(5), 3)
        };
        Property.named("hostile bytes").cases(5_000).check(random -> {
            byte[] hostile = bytes.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                int place = random.nextInt(hostile.length - 12);
                switch (random.nextInt(4)) {
                    case 0 -> hostile[place] = (byte) random.nextInt();
                    case 1 ->
                        ByteBuffer.wrap(hostile).putInt(place, random.pick(List.of(-1, Integer.MAX_VALUE, 1 << 24)));
                    case 2 -> ByteBuffer.wrap(hostile).putLong(place, random.nextLong());
                    default ->
                        ByteBuffer.wrap(hostile)
                                .putLong(place, random.pick(List.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, 0L)));
                }
            }
            VirtualRuntime after = machine(START);
            KeyedRateLimiter limiter = keyed(after, 100, limits);
            try {
                limiter.restore(SavedLimiter.fromBytes(signed(hostile)));
            } catch (IllegalArgumentException refused) {
                return;
            }
            assertThatCode(() -> {
                        RateLimiter one = limiter.limiter("key 1");
                        int given = taken(one);
                        assertThat(given).isLessThanOrEqualTo(5);
                        after.advance(ofSeconds(1));
                        given = taken(one) + taken(limiter.limiter("")) + taken(limiter.limiter("another"));
                        assertThat(given).isLessThanOrEqualTo(15);
                        one.quota();
                        limiter.save();
                    })
                    .doesNotThrowAnyException();
        });
    }

    private SavedLimiter savedKeys() {
        KeyedRateLimiter limiter = keyed(
                before,
                10,
                Limit.perSecond(10),
                Limit.daily(20),
                Limit.slidingLog(5, ofSeconds(1)),
                Limit.slidingWindow(50, ofSeconds(1)),
                Limit.warmUp(10, ofSeconds(1), ofSeconds(5), 3));
        before.advance(ofSeconds(3));
        limiter.limiter("key 1").tryAcquire();
        limiter.limiter("key 2").charge(3);
        limiter.limiter("").reserve(2, ofSeconds(100));
        return limiter.save();
    }

    private static byte[] signed(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(bytes.length - Integer.BYTES, (int) sum.getValue());
        return bytes;
    }

    @Test
    void toString_tellsNoKey() {
        assertThat(savedKeys().toString()).contains("with 2 keys").doesNotContain("key 1");
        assertThat(savedKeys().savedAt()).isEqualTo(before.wallTime());
    }
}
