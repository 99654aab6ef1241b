package dev.seawall.examples.outbox;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;

/** Apache Qpid in this JVM, which speaks the protocol of RabbitMQ. */
final class EmbeddedBroker implements AutoCloseable {

    private static final String CONFIG = """
            {
              "name": "embedded",
              "modelVersion": "9.0",
              "authenticationproviders": [
                {"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
                 "users": [{"name": "guest", "type": "managed", "password": "guest"}]}
              ],
              "ports": [
                {"name": "amqp", "port": ${port}, "bindingAddress": "127.0.0.1", "authenticationProvider": "plain",
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

    private EmbeddedBroker() {
        try {
            Path config = Files.createTempFile("broker", ".json");
            Files.writeString(config, CONFIG.replace("${port}", Integer.toString(port)));
            config.toFile().deleteOnExit();
            Map<String, Object> system = new HashMap<>();
            system.put("type", "Memory");
            system.put("initialConfigurationLocation", config.toUri().toString());
            system.put("startupLoggedToSystemOut", false);
            launcher.startup(system);
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not start", e);
        }
    }

    static EmbeddedBroker start() {
        return new EmbeddedBroker();
    }

    int port() {
        return port;
    }

    ConnectionFactory factory() {
        return factory(port);
    }

    static ConnectionFactory factory(int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setVirtualHost("default");
        return factory;
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
