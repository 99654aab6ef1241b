package dev.seawall.outbox.suite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Assumptions;

/** Servers that the build does not start. */
public final class Services {

    private Services() {}

    /** The port of a server on this machine. One that does not answer skips the tests, or fails them if it is required. */
    public static int port(String server, int port) {
        boolean answers = answers(port);
        if ("1".equals(System.getenv("SEAWALL_REQUIRE_SERVICES")) && !answers) {
            throw new AssertionError(server + " does not answer at port " + port);
        }
        Assumptions.assumeTrue(answers, server + " does not answer at port " + port);
        return port;
    }

    private static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
