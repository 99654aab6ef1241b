package dev.seawall.examples.saga;

import dev.seawall.payload.PayloadCodec;
import dev.seawall.payload.PayloadTypes;
import java.nio.charset.StandardCharsets;

/**
 * The state of a saga: what the steps know of an order.
 *
 * @param payment the payment's number, once there is one; empty before
 */
record Order(String id, String item, int cents, String payment) {

    /** How it is stored. Applications with Jackson use its codec instead. */
    static final PayloadTypes TYPES = PayloadTypes.builder()
            .type("order", 1, Order.class, PayloadCodec.of("text/plain; charset=utf-8", Order::write, Order::read))
            .build();

    static Order of(String id, String item, int cents) {
        return new Order(id, item, cents, "");
    }

    Order paidBy(String number) {
        return new Order(id, item, cents, number);
    }

    private static byte[] write(Order order) {
        return String.join(";", order.id, order.item, Integer.toString(order.cents), order.payment)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Order read(byte[] bytes) {
        String[] fields = new String(bytes, StandardCharsets.UTF_8).split(";", -1);
        return new Order(fields[0], fields[1], Integer.parseInt(fields[2]), fields[3]);
    }
}
