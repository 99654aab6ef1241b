package dev.seawall.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Answers with what it was sent, and counts it. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final Thread acceptor;
    private volatile boolean silent;

    EchoServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        acceptor = start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    long received() {
        return received.get();
    }

    /** How many connections have come to an end, of whatever kind. */
    long ended() {
        return ended.get();
    }

    /** Reads on and answers no more. */
    void beSilent() {
        silent = true;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                start(() -> echo(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void echo(Socket client) {
        byte[] buffer = new byte[8_192];
        try (client) {
            InputStream in = client.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received.addAndGet(count);
                if (!silent) {
                    client.getOutputStream().write(buffer, 0, count);
                }
            }
        } catch (IOException gone) {
            // a fault
        } finally {
            ended.incrementAndGet();
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "echo-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** When it returns, nobody can connect any more: a thread that still waits in accept would take one more connection. */
    @Override
    public void close() {
        FaultProxy.closeQuietly(listener);
        try {
            acceptor.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        clients.forEach(FaultProxy::closeQuietly);
    }
}
