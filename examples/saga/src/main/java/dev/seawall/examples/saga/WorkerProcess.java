package dev.seawall.examples.saga;

import dev.seawall.ResilienceRuntime;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.jdbc.JdbcSagaStore;
import dev.seawall.test.ChildJvm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A worker and nothing else, as it would run on a node of its own. */
final class WorkerProcess {

    static final String PAID = "paid, and says nothing";

    private static final String HANGS = "saga.hangs";

    private WorkerProcess() {}

    /** {@code args}: name, URL of the database, the step that fails, how many orders to start. Works until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(args[1]);
        Saga<Order> createOrder = CreateOrder.definition(new Services(database), args[2]);

        SagaEngine engine = engine(database, args[0], createOrder).start();
        for (int i = 1; i <= Integer.parseInt(args[3]); i++) {
            Order order = Order.of("order-" + i, "book", 100 * i);
            engine.start(createOrder, SagaId.of(order.id()), order);
        }

        System.out.println("started");
        new CountDownLatch(1).await();
    }

    static SagaEngine engine(DataSource database, String name, Saga<Order> createOrder) {
        JdbcSagaStore store = JdbcSagaStore.builder(database)
                .name(name)
                .timeToLive(
                        Duration.ofSeconds(1)) // so that the next one need not wait long for the sagas of a dead one
                .build();
        return SagaEngine.builder(store)
                .types(Order.TYPES)
                .register(createOrder)
                .build();
    }

    /** One order's payment is made, and its answer never comes: the moment in which this process is killed. */
    static void hangIfAsked(Order order) throws InterruptedException {
        if (order.id().equals(System.getProperty(HANGS))) {
            System.out.println(PAID);
            ResilienceRuntime.shared().sleep(Duration.ofMinutes(5).toNanos());
        }
    }

    static String hangsAt(String order) {
        return "-D" + HANGS + "=" + order;
    }
}
