package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Inbox;
import dev.seawall.outbox.jdbc.JdbcInbox;
import dev.seawall.test.ChildJvm;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads the broker's log and applies each message once. Its threads share the keys, but both apply every eighth message, so that
 * copies meet; and each begins again where it last said that it was done, so that messages come again after a kill.
 */
final class ConsumerProcess {

    static final int THREADS = 2;

    private static final int BATCH = 50;
    private static final int APPLIED_BY_ALL = 8;

    private final Transactions transactions;
    private final Inbox inbox = JdbcInbox.create();
    private final int brokerPort;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();

    private ConsumerProcess(int databasePort, int brokerPort) {
        this.transactions = Transactions.of(Connections.to(Postgres.url(databasePort, "consumer")));
        this.brokerPort = brokerPort;
    }

    /** {@code args}: port of the database, of the broker. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        ConsumerProcess consumer = new ConsumerProcess(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(() -> consumer.consume(number), "consumer-" + i));
        }
        threads.forEach(Thread::start);
        System.out.println("ready");
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void consume(int number) {
        while (true) {
            try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
                broker.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(new BufferedInputStream(broker.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(broker.getOutputStream()));
                out.write(Wire.CONSUME);
                out.writeUTF("reader-" + number);
                long done = 0;
                while (true) {
                    out.writeLong(done);
                    out.writeInt(BATCH);
                    out.flush();
                    long from = in.readLong();
                    int many = in.readInt();
                    List<Wire> batch = new ArrayList<>();
                    for (int i = 0; i < many; i++) {
                        batch.add(Wire.read(in));
                    }
                    apply(number, batch);
                    done = from + many;
                    if (many < BATCH) {
                        pause(20);
                    }
                }
            } catch (IOException | SQLException broken) {
                pause(100);
            }
        }
    }

    private void apply(int number, List<Wire> batch) throws SQLException {
        List<Wire> ours =
                batch.stream().filter(message -> isFor(number, message)).toList();
        if (ours.isEmpty()) {
            return;
        }
        transactions.inTransaction((Transactions.Work<Integer, SQLException>) connection -> {
            int applied = 0;
            for (Wire message : ours) {
                applied += applied(connection, message) ? 1 : 0;
            }
            return applied;
        });
    }

    private static boolean isFor(int number, Wire message) {
        return Math.floorMod(message.key().hashCode(), THREADS) == number
                || Math.floorMod(message.id().hashCode(), APPLIED_BY_ALL) == 0;
    }

    private boolean applied(Connection connection, Wire message) throws SQLException {
        return inbox.once(connection, message.id(), Truth.CONSUMER, () -> Truth.apply(connection, message.id()));
    }

    private void pause(int millis) {
        try {
            runtime.sleep(TimeUnit.MILLISECONDS.toNanos(millis));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
