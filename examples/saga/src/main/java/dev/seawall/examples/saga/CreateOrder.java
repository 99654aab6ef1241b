package dev.seawall.examples.saga;

import dev.seawall.Backoff;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaContext;
import dev.seawall.saga.SagaStepFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The definition: reserve, pay, confirm, notify. Up to the confirmation all can be undone, behind it there is only forward. */
final class CreateOrder {

    static final List<String> STEPS = List.of("reserve-stock", "take-payment", "confirm", "notify");

    private static final Backoff SOON =
            Backoff.exponential(Duration.ofMillis(50)).withCap(Duration.ofSeconds(1));
    private static final int TIMES = 5;

    private CreateOrder() {}

    /**
     * Makes it.
     *
     * @param services what the steps call
     * @param failing the step that fails; empty for none
     */
    static Saga<Order> definition(Services services, String failing) {
        Trouble trouble = new Trouble(failing);
        return Saga.define("create-order", 1, Order.class)
                .step("reserve-stock")
                .run((order, call) -> {
                    trouble.at("reserve-stock");
                    services.reserve(order, call);
                    return order;
                })
                .compensate(services::release)
                .step("take-payment")
                .run((order, call) -> {
                    trouble.at("take-payment");
                    String number = services.pay(order, call);
                    WorkerProcess.hangIfAsked(order);
                    return order.paidBy(number);
                })
                .compensate(services::refund)
                .retry(SOON, TIMES)
                .pivot("confirm")
                .runInTransaction((order, connection) -> {
                    trouble.at("confirm");
                    Services.confirm(order, connection);
                    return order;
                })
                .step("notify")
                .run((order, call) -> {
                    trouble.behindThePivot("notify", call);
                    services.mail(order, call);
                    return order;
                })
                .retry(SOON, TIMES)
                .build();
    }

    /** What goes wrong on demand. */
    private record Trouble(String failing) {

        /** Fails for good. */
        void at(String step) {
            if (step.equals(failing)) {
                throw new SagaStepFailedException(step + " was told to fail");
            }
        }

        /** Fails twice: what is behind the pivot must succeed in the end. */
        void behindThePivot(String step, SagaContext call) throws IOException {
            if (step.equals(failing) && call.attempt() <= 2) {
                throw new IOException(step + " was told to fail twice");
            }
        }
    }
}
