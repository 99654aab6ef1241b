package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.seawall.outbox.WireMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message as the broker delivered it.
 *
 * @param tag by which it is acknowledged on its channel
 * @param topic the exchange it was published to, or for the default one the queue
 * @param properties what came beside the body
 * @param wire the message
 */
record Delivery(long tag, String topic, AMQP.BasicProperties properties, WireMessage wire) {

    static Delivery of(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        Map<String, Object> sent = properties.getHeaders();
        if (sent != null) {
            sent.forEach((name, value) -> headers.put(name, String.valueOf(value)));
        }
        String exchange = envelope.getExchange();
        return new Delivery(
                envelope.getDeliveryTag(),
                exchange.isEmpty() ? envelope.getRoutingKey() : exchange,
                properties,
                WireMessage.of(Objects.requireNonNullElse(properties.getContentType(), ""), headers, body));
    }
}
