package dev.seawall.kafkabroker;

import java.io.IOException;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** One broker with its data in a temporary folder. It says where it listens, and ends when nobody is left at the other end. */
public final class KafkaBroker {

    private KafkaBroker() {}

    public static void main(String[] arguments) throws Exception {
        try (KafkaClusterTestKit kit = kit()) {
            kit.format();
            kit.startup();
            kit.waitForReadyBrokers();
            System.out.println("listens " + kit.bootstrapServers());
            awaitEndOfInput();
        }
        System.exit(0); // whatever threads it keeps
    }

    private static KafkaClusterTestKit kit() throws Exception {
        return new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // nothing is said
        }
    }
}
