package dev.seawall.benchmarks.killrun;

import dev.seawall.test.ChildJvm;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.HistoryWriter;
import dev.seawall.test.SeededRandom;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What stands for the broker: one log of all that arrived, written down as history. It confirms what it took, sometimes late and
 * sometimes never, and refuses a little.
 */
final class BrokerProcess {

    /** What the broker has done so far. */
    record Look(long arrived, long refused, long unconfirmed, long unread, long worstAgeMillis) {}

    private static final int TAKEN = 0;
    private static final int REFUSED = 1;

    private static final double REFUSALS = 0.001;
    private static final double SILENCES = 0.001;
    private static final double DELAYS = 0.02;
    private static final int LONGEST_DELAY_MILLIS = 300;

    private final int readers;
    private final HistoryWriter history;
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor();
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by lock
    private final SeededRandom random;
    private final Map<String, Long> arrivals = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> cursors = new HashMap<>();
    private final List<Wire> log = new ArrayList<>();
    private long trimmed;
    private long refused;
    private long unconfirmed;
    private long worstAgeMillis;

    private BrokerProcess(Path folder, long seed, int readers) {
        this.history = HistoryWriter.in(folder);
        this.random = new SeededRandom(seed);
        this.readers = readers;
    }

    public static void main(String[] args) throws IOException {
        ChildJvm.exitWithParent();
        BrokerProcess broker = new BrokerProcess(Path.of(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]));
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("port " + server.getLocalPort());
            while (true) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> broker.serve(client), "broker-connection");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
            client.setTcpNoDelay(true);
            switch (in.read()) {
                case Wire.PUBLISH -> takeAll(in, new Confirmations(out));
                case Wire.CONSUME -> feed(in, out);
                default -> look(in, out);
            }
        } catch (IOException gone) {
            // a client that was killed, or a broken network: that is what this is about
        }
    }

    // ---- publishers

    private void takeAll(DataInputStream in, Confirmations confirmations) throws IOException {
        while (true) {
            long number = in.readLong();
            Wire message = Wire.read(in);
            take(number, message, confirmations);
        }
    }

    private void take(long number, Wire message, Confirmations confirmations) throws IOException {
        long delay = 0;
        lock.lock();
        try {
            if (random.chance(REFUSALS)) {
                refused++;
                confirmations.send(number, REFUSED);
                return;
            }
            append(message);
            if (random.chance(SILENCES)) {
                unconfirmed++;
                return;
            }
            if (random.chance(DELAYS)) {
                delay = random.nextInt(LONGEST_DELAY_MILLIS);
            }
        } finally {
            lock.unlock();
        }
        if (delay == 0) {
            confirmations.send(number, TAKEN);
        } else {
            var unused = late.schedule(() -> confirmations.sendQuietly(number, TAKEN), delay, TimeUnit.MILLISECONDS);
        }
    }

    private void append(Wire message) {
        long arrival = arrivals.merge(message.key(), 1L, Long::sum);
        history.write(new Published(
                message.id(),
                message.key(),
                message.producerSequence(),
                arrival,
                message.partition(),
                message.epoch(),
                message.outboxSequence()));
        log.add(message);
        if (seen.add(message.id())) {
            long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
            worstAgeMillis = Math.max(worstAgeMillis, (now - message.createdMicros()) / 1_000);
        }
    }

    /** The answers on one connection, from several threads. */
    private static final class Confirmations {
        private final DataOutputStream out;
        private final ReentrantLock lock = new ReentrantLock();

        Confirmations(DataOutputStream out) {
            this.out = out;
        }

        void send(long number, int answer) throws IOException {
            lock.lock();
            try {
                out.writeLong(number);
                out.writeByte(answer);
                out.flush();
            } finally {
                lock.unlock();
            }
        }

        void sendQuietly(long number, int answer) {
            try {
                send(number, answer);
            } catch (IOException gone) {
                // the publisher will find out by itself
            }
        }
    }

    // ---- consumers

    private void feed(DataInputStream in, DataOutputStream out) throws IOException {
        String reader = in.readUTF();
        while (true) {
            long done = in.readLong();
            int most = in.readInt();
            List<Wire> batch;
            long from;
            lock.lock();
            try {
                from = cursors.merge(reader, done, Math::max);
                int first = (int) (from - trimmed);
                batch = List.copyOf(log.subList(first, Math.min(log.size(), first + most)));
                trim();
            } finally {
                lock.unlock();
            }
            out.writeLong(from);
            out.writeInt(batch.size());
            for (Wire message : batch) {
                message.write(out);
            }
            out.flush();
        }
    }

    private long slowest() {
        return cursors.size() < readers
                ? 0
                : cursors.values().stream().mapToLong(at -> at).min().orElse(0);
    }

    private void trim() {
        int done = (int) (slowest() - trimmed);
        if (done > 10_000) {
            log.subList(0, done).clear();
            trimmed += done;
        }
    }

    // ---- those who look

    private void look(DataInputStream in, DataOutputStream out) throws IOException {
        while (in.read() >= 0) {
            Look look;
            lock.lock();
            try {
                long end = trimmed + log.size();
                look = new Look(end, refused, unconfirmed, end - slowest(), worstAgeMillis);
            } finally {
                lock.unlock();
            }
            out.writeLong(look.arrived());
            out.writeLong(look.refused());
            out.writeLong(look.unconfirmed());
            out.writeLong(look.unread());
            out.writeLong(look.worstAgeMillis());
            out.flush();
        }
    }
}
