package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.test.FaultProxy.Applied;
import dev.seawall.test.NetworkFault.Direction;
import dev.seawall.test.NetworkFault.Kind;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Forwards one way of a connection, as the fault of the moment lets it. */
final class Pump implements Runnable {

    private static final int CHUNK = 64 * 1024;
    private static final int PIECES_PER_SECOND = 20;

    private final FaultProxy proxy;
    private final ProxiedConnection connection;
    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private final SeededRandom random;
    private final byte[] chunk = new byte[CHUNK];
    private Applied counted;
    private long passed; // since the fault that is counted was applied

    Pump(
            FaultProxy proxy,
            ProxiedConnection connection,
            Direction direction,
            Socket from,
            Socket to,
            SeededRandom random) {
        this.proxy = proxy;
        this.connection = connection;
        this.direction = direction;
        this.from = from;
        this.to = to;
        this.random = random;
        this.counted = proxy.applied();
    }

    @Override
    public void run() {
        try {
            pump();
            endOfStream();
        } catch (IOException gone) {
            connection.reset(); // a peer was reset or has gone away; the other one shall see the same
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            connection.reset();
        } finally {
            connection.pumpEnded();
        }
    }

    private void pump() throws IOException, InterruptedException {
        while (true) {
            int count = from.getInputStream().read(chunk);
            if (count < 0) {
                return;
            }
            int done = 0;
            while (done < count && !connection.isCut() && !connection.isEnded()) {
                done += step(done, count - done);
            }
        }
    }

    /** Treats some of the bytes read by the fault of the moment, which may be another one for those after them. */
    private int step(int start, int length) throws IOException, InterruptedException {
        Applied now = proxy.applied();
        NetworkFault fault = now.fault();
        if (fault.loses(direction)) {
            connection.lose(now);
            return length;
        }
        return switch (fault.kind()) {
            case LATENCY, JITTER -> {
                proxy.pause(now, fault.delayNanos(random));
                yield write(start, length);
            }
            case BANDWIDTH -> writePiece(now, start, Math.min(length, pieceOf(fault.bytes())));
            case SLICES -> writePiece(now, start, (int) Math.min(length, fault.bytes()));
            case HALF_OPEN -> {
                proxy.pause(now, Durations.MAX_NANOS);
                yield 0;
            }
            case RESET_AFTER, CUT_AFTER ->
                fault.counts(direction) ? writeCounted(now, start, length) : write(start, length);
            case CUT_ANSWER -> direction == Direction.ANSWERS ? writeHalf(start, length) : write(start, length);
            case NONE, BLACK_HOLE, LOSS, REFUSED, RESET, SLOW_CLOSE -> write(start, length);
        };
    }

    private int writePiece(Applied now, int start, int length) throws IOException, InterruptedException {
        write(start, length);
        NetworkFault fault = now.fault();
        long pause = fault.kind() == Kind.BANDWIDTH
                ? length * TimeUnit.SECONDS.toNanos(1) / fault.bytes()
                : fault.delayNanos(random);
        proxy.pause(now, pause);
        return length;
    }

    private int writeCounted(Applied now, int start, int length) throws IOException {
        if (!counted.equals(now)) {
            counted = now;
            passed = 0;
        }
        NetworkFault fault = now.fault();
        int part = (int) Math.min(length, fault.bytes() - passed);
        write(start, part);
        passed += part;
        if (passed == fault.bytes()) {
            if (fault.kind() == Kind.CUT_AFTER) {
                connection.cut();
            } else {
                connection.breakOff();
            }
        }
        return part;
    }

    private int writeHalf(int start, int length) throws IOException {
        write(start, length / 2);
        connection.cut();
        return length;
    }

    private int write(int start, int length) throws IOException {
        proxy.bytes(direction).add(length); // first, so that whoever sees the bytes sees them counted
        to.getOutputStream().write(chunk, start, length);
        return length;
    }

    private void endOfStream() throws InterruptedException {
        Applied now = proxy.applied();
        while (holdsBackTheEnd(now.fault()) && !connection.isCut() && !connection.isEnded()) {
            proxy.pause(now, Durations.MAX_NANOS);
            Applied later = proxy.applied();
            if (later.equals(now)) {
                break; // closed
            }
            now = later;
        }
        if (now.fault().kind() == Kind.SLOW_CLOSE) {
            proxy.pause(now, now.fault().delayNanos(random));
        }
        ProxiedConnection.endOutput(to);
    }

    /** The end of a stream travels like bytes: what loses or holds these does so with the end. */
    private boolean holdsBackTheEnd(NetworkFault fault) {
        return fault.loses(direction) || fault.kind() == Kind.HALF_OPEN;
    }

    private static int pieceOf(long bytesPerSecond) {
        return (int) Math.max(1, bytesPerSecond / PIECES_PER_SECOND);
    }
}
