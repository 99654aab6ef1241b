package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.outbox.Inbox;
import java.sql.Connection;
import java.sql.SQLException;

/** The inbox of the page on idempotency, as it stands there. */
// spotless:off
record RequestsInbox(JdbcIdempotency idempotency) implements Inbox {

    @Override
    public <X extends Exception> boolean once(Connection connection, String messageId, String consumer, Work<X> work)
            throws SQLException, X {
        Outcome<String> outcome = idempotency.execute(connection, Key.of(consumer, messageId), Fingerprint.of(""), () -> {
            work.run();
            return "";
        });
        outcome.valueOrThrow();                 // another copy is being worked on: this one will come again
        return outcome instanceof Outcome.Executed;
    }
}
// spotless:on
