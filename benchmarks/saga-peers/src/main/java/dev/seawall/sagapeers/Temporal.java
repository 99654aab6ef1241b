package dev.seawall.sagapeers;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** Temporal's SDK on its test server, which keeps everything in memory: no disk, no database. */
final class Temporal implements Peer {

    private static final String QUEUE = "orders";

    /** The workflow. */
    @WorkflowInterface
    public interface Orders {
        /** Does nothing, four times. */
        @WorkflowMethod
        String order(String state);
    }

    /** Its steps. */
    @ActivityInterface
    public interface Steps {
        /** Does nothing. */
        String step(String state);
    }

    /** In its order. */
    public static final class DurableOrders implements Orders {

        private final Steps steps = Workflow.newActivityStub(
                Steps.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());

        @Override
        public String order(String state) {
            String now = state;
            for (int step = 1; step <= SagaPeers.STEPS; step++) {
                now = steps.step(now);
            }
            return now;
        }
    }

    private final TestWorkflowEnvironment server;

    Temporal() {
        this.server = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
        Worker worker = server.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(DurableOrders.class);
        Steps nothing = state -> state;
        worker.registerActivitiesImplementations(nothing);
        server.start();
    }

    @Override
    public void run(String id) {
        server.getWorkflowClient()
                .newWorkflowStub(
                        Orders.class,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(QUEUE)
                                .setWorkflowId(id)
                                .build())
                .order(SagaPeers.STATE);
    }

    @Override
    public void close() {
        server.close();
    }
}
