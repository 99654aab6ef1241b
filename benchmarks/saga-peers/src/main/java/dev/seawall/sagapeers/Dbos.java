package dev.seawall.sagapeers;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;

/** DBOS Transact: a workflow of four steps, with the settings of its documentation. */
final class Dbos implements Peer {

    /** What its proxy stands for. */
    public interface Orders {
        /** Does nothing, four times. */
        String order(String state);
    }

    /** The workflow. */
    public static final class DurableOrders implements Orders {

        private final DBOS dbos;

        DurableOrders(DBOS dbos) {
            this.dbos = dbos;
        }

        @Override
        @Workflow(name = "order")
        public String order(String state) {
            String now = state;
            for (int step = 1; step <= SagaPeers.STEPS; step++) {
                String before = now;
                now = dbos.runStep(() -> before, "step-" + step);
            }
            return now;
        }
    }

    private final DBOS dbos;
    private final Orders orders;

    Dbos(String url) {
        this.dbos = new DBOS(DBOSConfig.defaults("sagas")
                .withDatabaseUrl(url)
                .withDbUser("postgres")
                .withDbPassword("postgres")
                .withAppVersion("1"));
        this.orders = dbos.registerProxy(Orders.class, new DurableOrders(dbos));
        dbos.launch();
    }

    @Override
    public void run(String id) {
        dbos.startWorkflow(() -> orders.order(SagaPeers.STATE), new StartWorkflowOptions(id))
                .getResult();
    }

    @Override
    public void close() {
        dbos.shutdown();
    }
}
