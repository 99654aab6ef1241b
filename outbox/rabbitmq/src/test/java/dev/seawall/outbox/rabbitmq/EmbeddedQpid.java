package dev.seawall.outbox.rabbitmq;

import dev.seawall.outbox.suite.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;

/** A broker of another make in this JVM, which speaks the same protocol. */
final class EmbeddedQpid implements AutoCloseable {

    static final String VIRTUAL_HOST = "default";

    private static final String CONFIG = """
            {
              "name": "embedded",
              "modelVersion": "9.0",
              "authenticationproviders": [
                {"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
                 "users": [{"name": "guest", "type": "managed", "password": "guest"}]}
              ],
              "ports": [
                {"name": "amqp", "port": %d, "bindingAddress": "127.0.0.1", "authenticationProvider": "plain",
                 "protocols": ["AMQP_0_9_1"], "transports": ["TCP"],
                 "virtualhostaliases": [{"name": "byName", "type": "nameAlias"}]}
              ],
              "virtualhostnodes": [
                {"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
                 "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\", \\"name\\": \\"default\\"}"}
              ]
            }
            """;

    private final SystemLauncher launcher = new SystemLauncher();
    private final int port = freePort();

    private EmbeddedQpid() {
        try {
            Path config = Files.createTempFile("qpid-" + Messages.unique(), ".json");
            Files.writeString(config, CONFIG.formatted(port));
            config.toFile().deleteOnExit();
            Map<String, Object> system = new HashMap<>();
            system.put("type", "Memory");
            system.put("initialConfigurationLocation", config.toUri().toString());
            system.put("startupLoggedToSystemOut", false);
            launcher.startup(system);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static EmbeddedQpid start() {
        return new EmbeddedQpid();
    }

    int port() {
        return port;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        launcher.shutdown();
    }
}
