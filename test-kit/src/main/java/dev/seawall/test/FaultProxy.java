package dev.seawall.test;

import dev.seawall.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server, on loopback, and breaks the network between them on demand. It forwards bytes and knows no
 * protocol, so it works with everything that runs over TCP and does not insist on the server's own address.
 *
 * {@snippet file="dev/seawall/test/ProcessExamplesTest.java" region="proxy"}
 *
 * <p>There is one {@link NetworkFault} at a time, or none. It holds for the connections that are open and for new ones, until the
 * next one is applied or the network is {@linkplain #heal() healed}. A delay that is running ends when the fault changes.
 *
 * <p><b>Threads:</b> safe for any number of threads. Each connection takes two daemon threads. Pieces that are read before a fault is
 * applied may get through after that.
 *
 * <p><b>Time:</b> real time. Delays are at least as long as said.
 */
public final class FaultProxy implements AutoCloseable {

    private static final long JOIN_MILLIS = 10_000;
    private static final long RETRY_NANOS = 10_000_000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** One application of a fault: applied again, the same fault counts its bytes anew. */
    record Applied(long number, NetworkFault fault) {}

    private final String name = "seawall-fault-proxy-" + NUMBER.incrementAndGet();
    private final InetSocketAddress target;
    private final int port;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final LongAdder requestBytes = new LongAdder();
    private final LongAdder answerBytes = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Applied applied = new Applied(0, NetworkFault.NONE);
    private volatile boolean closed;
    private @Nullable ServerSocket listener; // guarded by lock
    private @Nullable Thread acceptor; // guarded by lock
    private @Nullable Socket placeholder; // guarded by lock

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
        try {
            this.port = listen(0);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot listen on loopback", failed);
        }
    }

    /**
     * Starts a proxy without a fault, on a free port. The server need not run yet: it is connected to when a client connects.
     *
     * @param host the server's name or address
     * @param port the server's port
     * @return a proxy that listens
     * @throws UncheckedIOException if it cannot listen
     */
    public static FaultProxy to(String host, int port) {
        Objects.requireNonNull(host, "host");
        return new FaultProxy(InetSocketAddress.createUnresolved(host, Require.between("port", port, 1, 65_535)));
    }

    /**
     * Where it listens, on loopback.
     *
     * @return the port, the same as long as the proxy lives
     */
    public int port() {
        return port;
    }

    /**
     * Breaks the network, in place of the fault there was.
     *
     * @param fault what goes wrong from now on
     * @throws IllegalStateException if the proxy is closed
     * @throws UncheckedIOException if it was refusing connections and cannot listen again
     */
    public void apply(NetworkFault fault) {
        Objects.requireNonNull(fault, "fault");
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(this + " is closed");
            }
            if (fault.kind() == NetworkFault.Kind.REFUSED) {
                refuse();
            } else if (listener == null) {
                listen(port);
            }
            applied = new Applied(applied.number() + 1, fault);
            changed.signalAll();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot apply '" + fault + "' on port " + port, failed);
        } finally {
            lock.unlock();
        }
        connections.forEach(ProxiedConnection::faultChanged);
    }

    /** Ends the fault, if there is one. */
    public void heal() {
        apply(NetworkFault.NONE);
    }

    /**
     * What goes wrong at present.
     *
     * @return the fault, one of kind {@link NetworkFault.Kind#NONE} if all is well
     */
    public NetworkFault fault() {
        return applied.fault();
    }

    /**
     * How many connections were accepted so far, those included that were reset at once.
     *
     * @return a count since the start
     */
    public long accepted() {
        return accepted.get();
    }

    /**
     * How many connections are open now.
     *
     * @return a count
     */
    public int open() {
        return connections.size();
    }

    /**
     * How many connections a fault has ended so far. One that ends because a peer gave up is not counted.
     *
     * @return a count since the start
     */
    public long broken() {
        return broken.get();
    }

    /**
     * How many bytes got through one way so far.
     *
     * @param direction which way
     * @return a count since the start
     */
    public long forwarded(NetworkFault.Direction direction) {
        return bytes(direction).sum();
    }

    /** Stops listening and resets all connections. Returns when the proxy's threads have ended. Does nothing if closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            closeQuietly(listener);
            closeQuietly(placeholder);
        } finally {
            lock.unlock();
        }
        connections.forEach(ProxiedConnection::reset);
        threads.forEach(FaultProxy::join);
    }

    Applied applied() {
        return applied;
    }

    InetSocketAddress target() {
        return new InetSocketAddress(target.getHostString(), target.getPort());
    }

    LongAdder bytes(NetworkFault.Direction direction) {
        return direction == NetworkFault.Direction.REQUESTS ? requestBytes : answerBytes;
    }

    void countBroken() {
        broken.incrementAndGet();
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** Waits until the time is over, the fault is another one, or the proxy is closed. */
    void pause(Applied during, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && applied.equals(during) && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts a daemon thread that {@link #close()} waits for. */
    Thread start(String role, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                name + "-" + role);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Called with the lock, except by the constructor. */
    private int listen(int wanted) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            closeQuietly(placeholder);
            placeholder = null;
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
        } catch (IOException failed) {
            closeQuietly(server);
            throw failed;
        }
        listener = server;
        acceptor = start("accept", () -> accept(server));
        return server.getLocalPort();
    }

    /** A socket that is bound and does not listen keeps the port, so that nobody else gets it until the fault ends. */
    private void refuse() throws IOException {
        closeQuietly(listener);
        listener = null;
        if (acceptor != null) {
            join(acceptor); // as long as it waits in accept, the port is not free
            acceptor = null;
        }
        if (placeholder == null) {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            placeholder = socket;
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                SeededRandom random = new SeededRandom(accepted.incrementAndGet());
                ProxiedConnection connection = new ProxiedConnection(this, client, random);
                connections.add(connection);
                start("connect", connection::open);
                if (closed) { // after close() has gone through the connections
                    connection.reset();
                }
            } catch (IOException failed) {
                LockSupport.parkNanos(
                        RETRY_NANOS); // either the listener is closed, or this process has no more sockets
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception failed) {
            // it is as closed as it will be
        }
    }

    /**
     * Where it leads, and what goes wrong.
     *
     * @return such as {@code fault proxy 40123 -> localhost:5432 (latency of 50 ms)}
     */
    @Override
    public String toString() {
        return "fault proxy " + port + " -> " + target.getHostString() + ":" + target.getPort() + " (" + fault() + ")";
    }
}
