package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.rabbitmq.RabbitPublisherConfig.Unroutable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection with one channel for publishing, from its start to its end; it is not mended. */
final class Link {

    private static final int CLOSE_MILLIS = 1_000;

    private final Connection connection;
    private final Channel channel;
    private final Unroutable unroutable;
    private final ConcurrentNavigableMap<Long, Unconfirmed> unconfirmed = new ConcurrentSkipListMap<>();
    private final Set<String> knownExchanges = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String blocked;

    private Link(Connection connection, Channel channel, Unroutable unroutable) {
        this.connection = connection;
        this.channel = channel;
        this.unroutable = unroutable;
    }

    static Link open(ConnectionFactory factory, Unroutable unroutable) throws IOException, TimeoutException {
        Connection connection = factory.newConnection("seawall-outbox");
        try {
            Channel channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the broker allows no channel");
            }
            Link link = new Link(connection, channel, unroutable);
            link.listen();
            return link;
        } catch (IOException | RuntimeException failure) {
            connection.abort(CLOSE_MILLIS);
            throw failure;
        }
    }

    private void listen() throws IOException {
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> settle(tag, multiple, each -> each.acknowledged(unroutable)),
                (tag, multiple) -> settle(tag, multiple, Unconfirmed::refused));
        channel.addReturnListener(this::returned);
        channel.addShutdownListener(this::lost);
        connection.addBlockedListener(reason -> blocked = reason, () -> blocked = null);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Why the broker takes nothing for now; {@code null} if it does. */
    @Nullable
    String blocked() {
        return blocked;
    }

    int underWay() {
        return unconfirmed.size();
    }

    /**
     * Whether there is such an exchange. Publishing to one that is missing would close the channel, over everything under way.
     *
     * @throws IOException if nobody answers
     */
    boolean hasExchange(String name) throws IOException {
        if (name.isEmpty() || knownExchanges.contains(name)) {
            return true;
        }
        Channel probe = connection.createChannel();
        if (probe == null) {
            throw new IOException("the broker allows no further channel");
        }
        try {
            probe.exchangeDeclarePassive(name);
            knownExchanges.add(name);
            return true;
        } catch (IOException failure) {
            if (failure.getCause() instanceof ShutdownSignalException closed && !closed.isHardError()) {
                return false;
            }
            throw failure;
        } finally {
            if (probe.isOpen()) {
                probe.abort();
            }
        }
    }

    /** To be called by one thread at a time. */
    void publish(Unconfirmed message, Form form) throws IOException {
        long tag = channel.getNextPublishSeqNo();
        unconfirmed.put(tag, message);
        try {
            channel.basicPublish(
                    form.exchange(),
                    form.routingKey(),
                    true,
                    form.properties(),
                    form.wire().body());
        } catch (IOException | RuntimeException failure) {
            unconfirmed.remove(tag);
            throw failure;
        }
    }

    /** What goes to the broker. */
    record Form(String exchange, String routingKey, AMQP.BasicProperties properties, WireMessage wire) {}

    private interface Settlement {
        void settle(Unconfirmed message);
    }

    private void settle(long tag, boolean multiple, Settlement settlement) {
        if (!multiple) {
            Unconfirmed one = unconfirmed.remove(tag);
            if (one != null) {
                settlement.settle(one);
            }
            return;
        }
        Iterator<Unconfirmed> answered = unconfirmed.headMap(tag, true).values().iterator();
        while (answered.hasNext()) {
            Unconfirmed each = answered.next();
            answered.remove();
            settlement.settle(each);
        }
    }

    private void returned(Return returned) {
        String id = returned.getProperties().getMessageId();
        unconfirmed.values().stream()
                .filter(each -> each.hasId(id))
                .forEach(each -> each.returned(returned.getReplyText()));
    }

    private void lost(ShutdownSignalException signal) {
        String reason = signal.isHardError() ? "" : String.valueOf(signal.getMessage());
        RuntimeException failure =
                new PublisherUnavailableException("the connection to RabbitMQ was lost before it confirmed", signal);
        settle(Long.MAX_VALUE, true, each -> each.lost(failure, reason));
        connection.abort(CLOSE_MILLIS); // a channel alone is not opened again
    }

    void close() {
        connection.abort(CLOSE_MILLIS);
    }
}
