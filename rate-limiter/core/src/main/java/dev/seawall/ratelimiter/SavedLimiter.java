package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was used of a rate limiter, or of one with keys, at one moment: to go on with it after a restart, on this or on another
 * machine. Made by {@link RateLimiter#save()} or {@link KeyedRateLimiter#save()}, kept as {@linkplain #toBytes() bytes}, taken
 * over by {@link RateLimiter#restore} or {@link KeyedRateLimiter#restore}. Immutable.
 *
 * <p><b>The bytes hold the keys</b>, which are often secrets: keep them like those. They hold no configuration but a description
 * of the limits, which must be the same when they are restored.
 *
 * <p><b>Form</b>, version {@value #VERSION}, all numbers big-endian, texts as length and UTF-8:
 *
 * <table>
 * <caption>What follows what</caption>
 * <tr><td>{@code int}</td><td>{@code 0x53574C52}</td></tr>
 * <tr><td>{@code int}</td><td>version</td></tr>
 * <tr><td>{@code byte}</td><td>1 if with keys, else 0</td></tr>
 * <tr><td>{@code long}, {@code int}</td><td>when it was saved: seconds since 1970 and nanoseconds, by the wall clock</td></tr>
 * <tr><td>text</td><td>the limits, one in a line</td></tr>
 * <tr><td>{@code long}</td><td>nanoseconds from when the periods began to be counted until it was saved</td></tr>
 * <tr><td>{@code int}, as many {@code long}</td><td>when the current period of each calendar quota began</td></tr>
 * <tr><td>{@code int}</td><td>how many entries follow</td></tr>
 * <tr><td>an entry</td><td>with keys: {@code byte} 0 for calls without a key, 1 for those that share a limiter, 2 for a key,
 * which follows as text; then {@code int}, the length of what its limits have used, and that</td></tr>
 * <tr><td>{@code int}</td><td>CRC-32C of all before</td></tr>
 * </table>
 */
public final class SavedLimiter {

    static final int VERSION = 1;

    private static final int MAGIC = 0x53574C52;
    private static final int WITHOUT_KEY = 0;
    private static final int OVERFLOW = 1;
    private static final int KEY = 2;
    private static final int SMALLEST_ENTRY = Byte.BYTES + Integer.BYTES;

    private final byte[] bytes;
    private final Header header;

    private record Header(boolean keyed, Instant savedAt, String limits, long age, List<Long> periods, int entries) {}

    private SavedLimiter(byte[] bytes, Header header) {
        this.bytes = bytes;
        this.header = header;
    }

    /**
     * Takes bytes for a saved limiter.
     *
     * @param bytes what {@link #toBytes()} gave, anywhere; copied
     * @return the saved limiter
     * @throws IllegalArgumentException if they are something else, damaged, or of a version this one does not know. Bytes that
     *     were made up with care pass, and then do no worse than to say that permits are used, or that they are not
     */
    public static SavedLimiter fromBytes(byte[] bytes) {
        return parsed(bytes.clone());
    }

    private static SavedLimiter parsed(byte[] bytes) {
        ByteReader in = ByteReader.checked(bytes);
        Header header = header(in);
        for (int i = 0; i < header.entries; i++) {
            if (in.readByte() == KEY) {
                in.readText();
            }
            in.readPart();
        }
        in.checkEnd();
        return new SavedLimiter(bytes, header);
    }

    private static Header header(ByteReader in) {
        in.check(in.readInt() == MAGIC, "they begin otherwise");
        int version = in.readInt();
        Require.check(version == VERSION, "saved limiter must have version %s, was %s", VERSION, version);
        boolean keyed = in.readByte() != 0;
        long second = in.readLong();
        in.check(second == CalendarPeriod.bounded(second), "a time out of range");
        Instant savedAt = Instant.ofEpochSecond(second, in.readInt() & 0x3fffffff);
        String limits = in.readText();
        long age = in.readLong(Durations.MAX_NANOS);
        int count = in.readCount(Long.BYTES);
        List<Long> periods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            periods.add(in.readLong());
        }
        return new Header(keyed, savedAt, limits, age, List.copyOf(periods), in.readCount(SMALLEST_ENTRY));
    }

    /**
     * Everything, to be kept where secrets may be kept.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * When it was saved, by the wall clock.
     *
     * @return a time
     */
    public Instant savedAt() {
        return header.savedAt;
    }

    /**
     * How many keys it has: those of which something was used.
     *
     * @return 0 for a limiter without keys
     */
    public int keys() {
        return header.keyed ? header.entries - 2 : 0;
    }

    @Override
    public String toString() {
        return "limiter saved at " + header.savedAt + " with " + keys() + " keys, " + bytes.length + " bytes";
    }

    // ---- the same limits

    /** So that two texts are the same only if the limits are. */
    private static String text(List<Limit> limits) {
        return limits.stream().map(SavedLimiter::text).collect(Collectors.joining("\n"));
    }

    private static String text(Limit limit) {
        String text = limit.getClass().getSimpleName() + " " + limit.permits() + " in " + limit.period();
        if (limit instanceof Limit.TokenBucket bucket) {
            return text + ", burst " + bucket.burst();
        }
        if (limit instanceof Limit.WarmUp warmUp) {
            return text + ", warm-up " + warmUp.warmUp() + ", cold factor " + warmUp.coldFactor();
        }
        return limit instanceof Limit.CalendarQuota quota
                ? text + ", calendar " + quota.calendar() + " " + quota.zone()
                : text;
    }

    private static void writePeriods(ByteWriter out, Plan plan, long now) {
        int count = out.reserveInt();
        for (Limit limit : plan.config.limits()) {
            if (limit instanceof Limit.CalendarQuota quota) {
                Calendar calendar = plan.calendar(quota);
                calendar.update(now);
                out.writeLong(calendar.current().start());
            }
        }
        out.writeIntAt(count, out.lengthSince(count) / Long.BYTES);
    }

    /** Writes a limiter down. */
    static final class Writing {

        private final ByteWriter out = new ByteWriter();
        private final int count;
        private int entries;

        Writing(Shared shared, Plan plan, boolean keyed) {
            long now = shared.runtime.now();
            Instant wall = shared.runtime.wallTime();
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeByte(keyed ? 1 : 0);
            out.writeLong(CalendarPeriod.bounded(wall.getEpochSecond()));
            out.writeInt(wall.getNano());
            out.writeText(text(plan.config.limits()));
            out.writeLong(Math.min(Durations.MAX_NANOS, now - plan.origin()));
            writePeriods(out, plan, now);
            this.count = out.reserveInt();
        }

        void withoutKey(DefaultRateLimiter limiter) {
            write(WITHOUT_KEY, limiter);
        }

        void overflow(DefaultRateLimiter limiter) {
            write(OVERFLOW, limiter);
        }

        void key(DefaultRateLimiter limiter) {
            write(KEY, limiter);
        }

        private void write(int kind, DefaultRateLimiter limiter) {
            out.writeByte(kind);
            if (kind == KEY) {
                out.writeText(limiter.key());
            }
            int length = out.reserveInt();
            limiter.writeUsed(out);
            out.writeIntAt(length, out.lengthSince(length));
            entries++;
        }

        SavedLimiter end() {
            out.writeIntAt(count, entries);
            return parsed(out.finish());
        }
    }

    /** What a limiter is to go on with: nothing is changed before all of it was read. */
    static final class Reading {

        /** An entry made ready for use; the key is {@code null} for limiters of no key. */
        interface Taker {
            void take(@Nullable String key, boolean overflow, Meter meter);
        }

        private final SavedLimiter saved;
        private final Plan plan;
        private final long now;

        Reading(SavedLimiter saved, Shared shared, Plan current, boolean keyed) {
            Header header = saved.header;
            Require.check(
                    header.keyed == keyed,
                    "a limiter %s can only go on with one saved %s",
                    keyed ? "with keys" : "without keys",
                    keyed ? "with keys" : "without keys");
            String limits = text(current.config.limits());
            Require.check(
                    header.limits.equals(limits),
                    "the limits must be those of the saved limiter, [%s], were [%s]",
                    header.limits,
                    limits);
            this.saved = saved;
            this.now = shared.runtime.now();
            this.plan = current.madeAt(now - age(shared.runtime.wallTime()));
        }

        /** How long periods have been counted: until it was saved by its clock, since then by the wall clock. */
        private long age(Instant wall) {
            Header header = saved.header;
            long since = Math.max(0, Durations.toNanos(Duration.between(header.savedAt, wall)));
            return Math.min(Durations.MAX_NANOS, header.age + since);
        }

        Plan plan() {
            return plan;
        }

        void read(boolean padded, Taker taker) {
            ByteReader in = ByteReader.checked(saved.bytes);
            Header header = header(in);
            for (int i = 0; i < header.entries; i++) {
                int kind = in.readByte();
                in.check(header.keyed ? kind == Math.min(i, KEY) : kind == 0 && i == 0, "a wrong entry");
                String key = kind == KEY ? name(in) : null;
                ByteReader part = in.readPart();
                Meter meter = plan.meter(padded);
                meter.restore(part, plan.origin(), now);
                part.checkEnd();
                taker.take(key, kind == OVERFLOW, meter);
            }
            in.check(header.entries >= (header.keyed ? 2 : 1), "an entry is missing");
            forward(in, header);
        }

        private static String name(ByteReader in) {
            try {
                return Require.name(in.readText());
            } catch (IllegalArgumentException wrong) {
                in.check(false, "a wrong key"); // which no message tells
                throw wrong;
            }
        }

        /** A period that had begun when the limiter was saved does not begin again if the wall clock was set back. */
        private void forward(ByteReader in, Header header) {
            List<Calendar> calendars = new ArrayList<>();
            for (Limit limit : plan.config.limits()) {
                if (limit instanceof Limit.CalendarQuota quota) {
                    calendars.add(plan.calendar(quota));
                }
            }
            in.check(calendars.size() == header.periods.size(), "a wrong number of periods");
            for (int i = 0; i < calendars.size(); i++) {
                in.check(calendars.get(i).beginsAt(header.periods.get(i)), "a wrong period");
            }
            for (int i = 0; i < calendars.size(); i++) {
                calendars.get(i).forwardTo(header.periods.get(i));
            }
        }
    }
}
