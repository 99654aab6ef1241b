package dev.seawall.outbox.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** Stands between a client and a broker, to be cut. */
public final class TcpProxy implements AutoCloseable {

    private final ServerSocket server;
    private final IntSupplier target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean down;

    private TcpProxy(ServerSocket server, IntSupplier target) {
        this.server = server;
        this.target = target;
    }

    /** A proxy on a free port of the loopback interface to a port there, which is asked for with each connection. */
    public static TcpProxy to(IntSupplier port) {
        try {
            var proxy = new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Cuts every connection. New ones can be made. */
    public void cut() {
        open.forEach(TcpProxy::close);
        open.clear();
    }

    /** Cuts every connection, and every new one at once. */
    public void down() {
        down = true;
        cut();
    }

    public void up() {
        down = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (down) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // closed, or the broker is not there: the client sees it
            }
        }
    }

    private void connect(Socket client) throws IOException {
        var broker = new Socket();
        try {
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getAsInt()), 1_000);
        } catch (IOException e) {
            close(client);
            throw e;
        }
        open.add(client);
        open.add(broker);
        start(() -> pump(client, broker));
        start(() -> pump(broker, client));
        if (down) {
            cut();
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // cut
        }
        close(from);
        close(to);
        open.remove(from);
        open.remove(to);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // a reset, as after a crash
            socket.close();
        } catch (IOException e) {
            // it was closed
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
