package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * What goes wrong with TCP connections that a {@link FaultProxy} forwards.
 *
 * <p>What the client sends are requests, what the server sends are answers, whatever the protocol calls them. A fault counts bytes
 * for each connection by itself, from when it was applied or the connection was made.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads.
 */
public final class NetworkFault {

    /** The two ways on a connection. */
    public enum Direction {
        /** From the client to the server. */
        REQUESTS,
        /** From the server to the client. */
        ANSWERS
    }

    /** The kinds of faults there are. */
    public enum Kind {
        /** No fault. */
        NONE,
        /** Everything arrives later. */
        LATENCY,
        /** Everything arrives later, by a random time. */
        JITTER,
        /** Few bytes get through in a second. */
        BANDWIDTH,
        /** Bytes come in small pieces. */
        SLICES,
        /** Connections are accepted, and nothing gets through either way. */
        BLACK_HOLE,
        /** Nothing gets through one way. */
        LOSS,
        /** Nothing is read any more, so that senders have to wait. */
        HALF_OPEN,
        /** Nobody listens. */
        REFUSED,
        /** Connections are reset. */
        RESET,
        /** Connections are reset once some bytes got through. */
        RESET_AFTER,
        /** Connections end once some bytes got through. */
        CUT_AFTER,
        /** Connections end in the middle of an answer. */
        CUT_ANSWER,
        /** The end of a connection arrives later. */
        SLOW_CLOSE
    }

    static final NetworkFault NONE = new NetworkFault(Kind.NONE, Direction.REQUESTS, 0, 0, 0);

    private final Kind kind;
    private final Direction direction;
    private final long bytes;
    private final long leastNanos;
    private final long mostNanos;

    private NetworkFault(Kind kind, Direction direction, long bytes, long leastNanos, long mostNanos) {
        this.kind = kind;
        this.direction = direction;
        this.bytes = bytes;
        this.leastNanos = leastNanos;
        this.mostNanos = mostNanos;
    }

    /**
     * Everything arrives later, both ways: a round trip takes twice as long. At most 64 KiB are under way at a time each way, so
     * latency limits bandwidth too.
     *
     * @param delay how much later, positive
     * @return a fault
     */
    public static NetworkFault latency(Duration delay) {
        long nanos = Durations.toNanos(Require.positive("delay", delay));
        return new NetworkFault(Kind.LATENCY, Direction.REQUESTS, 0, nanos, nanos);
    }

    /**
     * Everything arrives later, both ways, by a random time, any nanosecond as likely as the others. Bytes never overtake others.
     *
     * @param least the shortest delay, not negative
     * @param most the longest delay, longer than {@code least}
     * @return a fault
     */
    public static NetworkFault jitter(Duration least, Duration most) {
        Require.notNegative("least", least);
        Require.check(
                least.compareTo(most) < 0,
                "least must be shorter than most, was %s and %s",
                Durations.format(least),
                Durations.format(most));
        return new NetworkFault(Kind.JITTER, Direction.REQUESTS, 0, Durations.toNanos(least), Durations.toNanos(most));
    }

    /**
     * No more than some bytes a second get through, each way.
     *
     * @param bytesPerSecond how many, at least 1
     * @return a fault
     */
    public static NetworkFault bandwidth(int bytesPerSecond) {
        Require.atLeast("bytesPerSecond", bytesPerSecond, 1);
        return new NetworkFault(Kind.BANDWIDTH, Direction.REQUESTS, bytesPerSecond, 0, 0);
    }

    /**
     * Bytes come in small pieces, both ways, with a pause after each: what finds out who takes one read for one message.
     *
     * @param bytes the length of a piece, at least 1
     * @param pause how long nothing comes after it, not negative
     * @return a fault
     */
    public static NetworkFault slices(int bytes, Duration pause) {
        Require.atLeast("bytes", bytes, 1);
        long nanos = Durations.toNanos(Require.notNegative("pause", pause));
        return new NetworkFault(Kind.SLICES, Direction.REQUESTS, bytes, nanos, nanos);
    }

    /**
     * Connections are accepted and never answered: what is sent either way is taken and lost. A connection that has lost something
     * is reset when the fault ends, since TCP never lets a stream go on with a hole in it.
     *
     * @return a fault
     */
    public static NetworkFault blackHole() {
        return new NetworkFault(Kind.BLACK_HOLE, Direction.REQUESTS, 0, 0, 0);
    }

    /**
     * What is sent one way is lost, and the other way works: the server acts on requests whose answers nobody gets, or the other way
     * round. A connection that has lost something is reset when the fault ends.
     *
     * @param direction what is lost
     * @return a fault
     */
    public static NetworkFault loss(Direction direction) {
        return new NetworkFault(Kind.LOSS, Objects.requireNonNull(direction, "direction"), 0, 0, 0);
    }

    /**
     * Nothing is read any more: what is sent fills the buffers on the way, then the sender has to wait. Nothing is lost; all goes on
     * when the fault ends.
     *
     * @return a fault
     */
    public static NetworkFault halfOpen() {
        return new NetworkFault(Kind.HALF_OPEN, Direction.REQUESTS, 0, 0, 0);
    }

    /**
     * Nobody listens: new connections are refused, and those that are open are reset, as when a server dies.
     *
     * @return a fault
     */
    public static NetworkFault refused() {
        return new NetworkFault(Kind.REFUSED, Direction.REQUESTS, 0, 0, 0);
    }

    /**
     * All connections are reset at once, new ones as soon as they are accepted.
     *
     * @return a fault
     */
    public static NetworkFault reset() {
        return new NetworkFault(Kind.RESET, Direction.REQUESTS, 0, 0, 0);
    }

    /**
     * A connection is reset once exactly so many bytes got through. The peers may lose bytes that they had not read by then.
     *
     * @param bytes how many, at least 1
     * @param direction which bytes are counted
     * @return a fault
     */
    public static NetworkFault resetAfter(int bytes, Direction direction) {
        return new NetworkFault(Kind.RESET_AFTER, direction, Require.atLeast("bytes", bytes, 1), 0, 0);
    }

    /**
     * A connection ends both ways once exactly so many bytes got through: peers read these and then the end of the stream. What they
     * still send is lost.
     *
     * @param bytes how many, at least 1
     * @param direction which bytes are counted
     * @return a fault
     */
    public static NetworkFault cutAfter(int bytes, Direction direction) {
        return new NetworkFault(Kind.CUT_AFTER, direction, Require.atLeast("bytes", bytes, 1), 0, 0);
    }

    /**
     * The next piece that a server answers arrives to its first half, then the connection ends both ways. The server has acted on
     * the request.
     *
     * @return a fault
     */
    public static NetworkFault cutAnswer() {
        return new NetworkFault(Kind.CUT_ANSWER, Direction.ANSWERS, 0, 0, 0);
    }

    /**
     * When one peer ends its stream, the other one learns of it later.
     *
     * @param delay how much later, positive
     * @return a fault
     */
    public static NetworkFault slowClose(Duration delay) {
        long nanos = Durations.toNanos(Require.positive("delay", delay));
        return new NetworkFault(Kind.SLOW_CLOSE, Direction.REQUESTS, 0, nanos, nanos);
    }

    /**
     * A fault with random figures, for runs that try all kinds in turn: delays up to 200 ms, up to 4 KiB before a cut.
     *
     * @param kind which kind
     * @param random where the figures come from
     * @return a fault of this kind
     */
    public static NetworkFault random(Kind kind, SeededRandom random) {
        Direction direction = random.nextBoolean() ? Direction.REQUESTS : Direction.ANSWERS;
        int bytes = random.nextInt(1, 4_097);
        Duration delay = Duration.ofMillis(random.nextInt(1, 201));
        return switch (kind) {
            case NONE -> NONE;
            case LATENCY -> latency(delay);
            case JITTER -> jitter(Duration.ZERO, delay);
            case BANDWIDTH -> bandwidth(8 * bytes);
            case SLICES -> slices(bytes / 64 + 1, Duration.ofMillis(1));
            case BLACK_HOLE -> blackHole();
            case LOSS -> loss(direction);
            case HALF_OPEN -> halfOpen();
            case REFUSED -> refused();
            case RESET -> reset();
            case RESET_AFTER -> resetAfter(bytes, direction);
            case CUT_AFTER -> cutAfter(bytes, direction);
            case CUT_ANSWER -> cutAnswer();
            case SLOW_CLOSE -> slowClose(delay);
        };
    }

    /**
     * Which kind it is of.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /** Whether bytes that go this way are lost. */
    boolean loses(Direction way) {
        return kind == Kind.BLACK_HOLE || (kind == Kind.LOSS && direction == way);
    }

    /** Whether this ends connections after some bytes that go this way. */
    boolean counts(Direction way) {
        return (kind == Kind.RESET_AFTER || kind == Kind.CUT_AFTER) && direction == way;
    }

    long bytes() {
        return bytes;
    }

    long delayNanos(RandomGenerator random) {
        return leastNanos == mostNanos ? leastNanos : random.nextLong(leastNanos, mostNanos + 1);
    }

    /**
     * What goes wrong.
     *
     * @return such as {@code jitter of 10 ms to 50 ms} or {@code cut after 100 bytes of answers}
     */
    @Override
    public String toString() {
        String way = direction == Direction.REQUESTS ? "requests" : "answers";
        String least = Durations.format(Duration.ofNanos(leastNanos));
        String most = Durations.format(Duration.ofNanos(mostNanos));
        return switch (kind) {
            case NONE -> "no fault";
            case LATENCY -> "latency of " + most;
            case JITTER -> "jitter of " + least + " to " + most;
            case BANDWIDTH -> "bandwidth of " + bytes + " bytes per second";
            case SLICES -> "slices of " + bytes + " bytes every " + most;
            case BLACK_HOLE -> "black hole";
            case LOSS -> "loss of " + way;
            case HALF_OPEN -> "half-open";
            case REFUSED -> "refused";
            case RESET -> "reset";
            case RESET_AFTER -> "reset after " + bytes + " bytes of " + way;
            case CUT_AFTER -> "cut after " + bytes + " bytes of " + way;
            case CUT_ANSWER -> "cut in the middle of an answer";
            case SLOW_CLOSE -> "close later by " + most;
        };
    }
}
