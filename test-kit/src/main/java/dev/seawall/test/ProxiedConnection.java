package dev.seawall.test;

import dev.seawall.test.NetworkFault.Direction;
import dev.seawall.test.NetworkFault.Kind;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A client's connection to the proxy, and the proxy's to the server. */
final class ProxiedConnection {

    private static final int CONNECT_MILLIS = 5_000;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server = new Socket();
    private final SeededRandom random;
    private final AtomicInteger pumps = new AtomicInteger(2);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean lossy;
    private volatile boolean cut;

    ProxiedConnection(FaultProxy proxy, Socket client, SeededRandom random) {
        this.proxy = proxy;
        this.client = client;
        this.random = random;
    }

    /** Connects to the server and begins to forward. On a thread of its own, which goes on as that of the requests. */
    void open() {
        if (isFatal(proxy.fault())) {
            breakOff();
            return;
        }
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(proxy.target(), CONNECT_MILLIS);
            Pump answers = new Pump(proxy, this, Direction.ANSWERS, server, client, fork());
            Pump requests = new Pump(proxy, this, Direction.REQUESTS, client, server, fork());
            proxy.start("answers", answers);
            requests.run();
        } catch (IOException unreachable) {
            reset();
        }
    }

    /** Called after a change of the fault. */
    void faultChanged() {
        NetworkFault fault = proxy.fault();
        boolean streamHasAHole = lossy && !fault.loses(Direction.REQUESTS) && !fault.loses(Direction.ANSWERS);
        if (isFatal(fault) || streamHasAHole) {
            breakOff();
        }
    }

    /** Remembers that bytes are about to be lost during this fault. */
    void lose(FaultProxy.Applied during) {
        lossy = true;
        if (!proxy.applied().equals(during)) { // whoever changed it may have looked at us before we wrote that down
            faultChanged();
        }
    }

    /** Ends both streams. What is still sent has to be read all the same, or closing would reset the connection. */
    void cut() {
        if (!cut) {
            cut = true;
            proxy.countBroken();
        }
        endOutput(client);
        endOutput(server);
    }

    boolean isCut() {
        return cut;
    }

    boolean isEnded() {
        return ended.get();
    }

    /** Resets, on behalf of a fault. It is counted first, so that whoever sees the reset sees it counted. */
    void breakOff() {
        if (ended.compareAndSet(false, true)) {
            proxy.countBroken();
            closeWithReset();
        }
    }

    /** Resets both connections: who reads or writes there, our own threads included, gets an error. */
    void reset() {
        if (ended.compareAndSet(false, true)) {
            closeWithReset();
        }
    }

    /** One way has come to its end. With the second one the connection is closed. */
    void pumpEnded() {
        if (pumps.decrementAndGet() == 0 && ended.compareAndSet(false, true)) {
            close();
        }
    }

    private void closeWithReset() {
        lingerNoTime(client);
        lingerNoTime(server);
        close();
    }

    private void close() {
        FaultProxy.closeQuietly(client);
        FaultProxy.closeQuietly(server);
        proxy.ended(this);
    }

    private static boolean isFatal(NetworkFault fault) {
        return fault.kind() == Kind.RESET || fault.kind() == Kind.REFUSED;
    }

    private SeededRandom fork() {
        return new SeededRandom(random.nextLong());
    }

    /** Makes closing a reset. */
    private static void lingerNoTime(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException gone) {
            // closed by the peer already
        }
    }

    static void endOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException gone) {
            // ended already
        }
    }
}
