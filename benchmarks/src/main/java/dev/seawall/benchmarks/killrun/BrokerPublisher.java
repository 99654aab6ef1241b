package dev.seawall.benchmarks.killrun;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Publishes over one connection. When that breaks, what is under way fails, and nobody knows whether it arrived. */
final class BrokerPublisher implements Publisher {

    private static final int CONNECT_MILLIS = 500;

    private final int port;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong numbers = new AtomicLong();
    private @Nullable Link link; // guarded by lock

    BrokerPublisher(int port) {
        this.port = port;
    }

    /** One connection and what is under way on it. */
    private static final class Link {
        final Socket socket;
        final DataOutputStream out;
        final Map<Long, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
        volatile boolean broken;

        Link(Socket socket) throws IOException {
            this.socket = socket;
            this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        void confirm() {
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                while (true) {
                    long number = in.readLong();
                    int answer = in.read();
                    CompletableFuture<Void> waiting = underWay.remove(number);
                    if (waiting == null) {
                        continue; // given up
                    }
                    if (answer == 0) {
                        waiting.complete(null);
                    } else {
                        waiting.completeExceptionally(new IOException("refused"));
                    }
                }
            } catch (IOException gone) {
                end(gone);
            }
        }

        void end(IOException reason) {
            broken = true;
            try {
                socket.close();
            } catch (IOException already) {
                // as closed as it will be
            }
            underWay.values().forEach(waiting -> waiting.completeExceptionally(reason));
        }
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        Envelope.Position position = Objects.requireNonNull(message.position());
        Wire wire = new Wire(
                message.id(),
                Objects.requireNonNull(message.key()),
                Long.parseLong(new String(message.payload().bytes(), StandardCharsets.UTF_8)),
                position.partition(),
                position.epoch(),
                position.sequence(),
                ChronoUnit.MICROS.between(Instant.EPOCH, message.createdAt()));
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        lock.lock();
        try {
            Link present = connected();
            long number = numbers.incrementAndGet();
            present.underWay.put(number, confirmed);
            try {
                present.out.writeLong(number);
                wire.write(present.out);
            } catch (IOException gone) {
                present.end(gone);
            }
            if (present.broken) {
                confirmed.completeExceptionally(new IOException("the connection broke"));
            }
        } finally {
            lock.unlock();
        }
        return confirmed;
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            Link present = link;
            if (present != null && !present.broken) {
                try {
                    present.out.flush();
                } catch (IOException gone) {
                    present.end(gone);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Link connected() {
        Link known = link;
        if (known != null && !known.broken) {
            return known;
        }
        try {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            Link fresh = new Link(socket);
            fresh.out.write(Wire.PUBLISH);
            Thread thread = new Thread(fresh::confirm, "broker-confirmations");
            thread.setDaemon(true);
            thread.start();
            link = fresh;
            return fresh;
        } catch (IOException nobody) {
            throw new PublisherUnavailableException("the broker cannot be reached", nobody);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (link != null) {
                link.end(new IOException("closed"));
            }
        } finally {
            lock.unlock();
        }
    }
}
