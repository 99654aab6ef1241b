package dev.seawall.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the page on sagas, as it stands there. */
final class DocumentedExamplesTest {

    private record Order(String id, String sku, int amount, String notes) {

        Order withReservation(String reservation) {
            return new Order(id, sku, amount, notes + reservation);
        }

        Order withPayment(String payment) {
            return new Order(id, sku, amount, notes + payment);
        }

        Order confirmed() {
            return new Order(id, sku, amount, notes + " confirmed");
        }
    }

    private final Stock stock = new Stock();
    private final Payments payments = new Payments();
    private final Mail mail = new Mail();
    private final Order order = new Order("o-1", "book", 20, "");
    private final List<String> calls = new ArrayList<>();

    @Test
    void page_firstExample_completes() {
        // spotless:off
        Saga<Order> createOrder = Saga.define("create-order", 1, Order.class)
                .step("reserve-stock")
                .run((order, ctx) -> order.withReservation(stock.reserve(order.sku(), ctx.idempotencyKey())))
                .compensate((order, ctx) -> stock.release(ctx.actionKey(), ctx.idempotencyKey()))
                .timeout(Duration.ofSeconds(5))
                .step("take-payment")
                .run((order, ctx) -> order.withPayment(payments.take(order.amount(), ctx.idempotencyKey())))
                .compensate((order, ctx) -> payments.refund(ctx.actionKey(), ctx.idempotencyKey()))
                .pivot("confirm")                                    // from here only forward
                .run((order, ctx) -> order.confirmed())
                .step("notify")
                .run((order, ctx) -> mail.send(order, ctx.idempotencyKey()))
                .deadline(Duration.ofMinutes(30))
                .build();

        SagaEngine engine = SagaEngine.inMemory(createOrder);
        SagaResult<Order> result = engine.start(createOrder, SagaId.of(order.id()), order).await();
        // spotless:on

        assertThat(result)
                .isEqualTo(new SagaResult.Completed<>(new Order("o-1", "book", 20, " reserved paid confirmed")));
        assertThat(calls)
                .containsExactly(
                        "create-order/o-1/reserve-stock/action",
                        "create-order/o-1/take-payment/action",
                        "create-order/o-1/notify/action");
        engine.close();
    }

    private final class Stock {

        String reserve(String sku, String key) {
            calls.add(key);
            return sku.isEmpty() ? "" : " reserved";
        }

        void release(String reservation, String key) {
            calls.add(reservation + key);
        }
    }

    private final class Payments {

        String take(int amount, String key) {
            calls.add(key);
            return amount == 0 ? "" : " paid";
        }

        void refund(String payment, String key) {
            calls.add(payment + key);
        }
    }

    private final class Mail {

        Order send(Order sent, String key) {
            calls.add(key);
            return sent;
        }
    }
}
