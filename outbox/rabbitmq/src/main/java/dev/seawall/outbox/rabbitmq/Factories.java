package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The user's factory, as it is needed here. */
final class Factories {

    private Factories() {}

    /** A copy that gives up in time and leaves the recovery to us: the client's own knows nothing of what is under way. */
    static ConnectionFactory impatient(ConnectionFactory users, Duration patience) {
        int most = (int)
                Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(Durations.toNanos(patience))));
        ConnectionFactory factory = users.clone();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(shorter(factory.getConnectionTimeout(), most));
        // of which the client allows half for each step
        factory.setHandshakeTimeout(
                shorter(factory.getHandshakeTimeout(), (int) Math.min(Integer.MAX_VALUE, 2L * most)));
        factory.setChannelRpcTimeout(shorter(factory.getChannelRpcTimeout(), most));
        return factory;
    }

    /** With 0 for no limit. */
    private static int shorter(int millis, int most) {
        return millis == 0 ? most : Math.min(millis, most);
    }
}
