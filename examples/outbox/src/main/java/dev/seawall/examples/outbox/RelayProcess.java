package dev.seawall.examples.outbox;

import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.outbox.jdbc.OutboxRelay;
import dev.seawall.outbox.rabbitmq.RabbitPublisher;
import dev.seawall.test.ChildJvm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.postgresql.ds.PGSimpleDataSource;

/** A relay and nothing else, as it would run on a node of its own. */
final class RelayProcess {

    private RelayProcess() {}

    /** Publishes until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(args[0]);
        ConnectionFactory broker = EmbeddedBroker.factory(Integer.parseInt(args[1]));

        OutboxRelay.builder(database)
                .publisher(RabbitPublisher.of(broker))
                .timeToLive(Duration.ofSeconds(
                        1)) // so that the next one need not wait long for the partitions of a dead one
                .build()
                .start();

        System.out.println("publishing");
        new CountDownLatch(1).await();
    }
}
