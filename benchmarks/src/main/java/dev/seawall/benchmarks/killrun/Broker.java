package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.BrokerProcess.Look;
import dev.seawall.test.ChildJvm;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/** The {@linkplain BrokerProcess broker's process}, as the run sees it. It is never killed: it stands for what does not fail. */
final class Broker implements AutoCloseable {

    private static final String READY = "port ";

    private final ChildJvm process;
    private final int port;
    private final Socket looking;

    Broker(Path folder, long seed) throws IOException, InterruptedException {
        process = ChildJvm.of(BrokerProcess.class)
                .args(folder.toString(), Long.toString(seed), Integer.toString(ConsumerProcess.THREADS))
                .jvmOptions("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .start();
        String line = process.awaitLine(said -> said.startsWith(READY), Duration.ofSeconds(60));
        port = Integer.parseInt(line.substring(READY.length()));
        looking = new Socket(InetAddress.getLoopbackAddress(), port);
        looking.getOutputStream().write(Wire.LOOK);
    }

    int port() {
        return port;
    }

    Look look() throws IOException {
        looking.getOutputStream().write(1);
        DataInputStream in = new DataInputStream(looking.getInputStream());
        return new Look(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    @Override
    public void close() {
        process.close();
    }
}
