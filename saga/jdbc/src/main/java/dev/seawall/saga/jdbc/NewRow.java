package dev.seawall.saga.jdbc;

import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaWrite;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a saga is like in the moment it is started. */
final class NewRow {

    static final String INSERT =
            "INSERT INTO {saga} (definition, id, version, input_hash, status, state_type, state_version,"
                    + " content_type, state, progress, step, owner, epoch, rev, recoveries, cancel_requested, woken, start_token, created_at,"
                    + " deadline_at, due_at)";

    /** Which of the {@link #parameters} may be no number. */
    static final int DEADLINE = 13;

    /** The first line of its history. */
    static final SagaWrite.Entry STARTED = new SagaWrite.Entry(null, "started", 0, null);

    private NewRow() {}

    /** Owned by a node; or by nobody, and due at once: then its first owner has a later epoch. */
    static SagaRecord record(NewSaga saga, @Nullable String owner) {
        return new SagaRecord(
                saga.key(),
                saga.version(),
                saga.inputHash(),
                SagaStatus.RUNNING,
                saga.state(),
                saga.progress(),
                saga.step(),
                null,
                owner,
                1,
                0,
                0,
                false,
                Duration.ZERO,
                saga.deadline(),
                owner == null ? Duration.ZERO : null);
    }

    /** The parameters after {@link #INSERT} and {@link #values}. */
    static @Nullable Object[] parameters(NewSaga saga, @Nullable String owner, long token) {
        return new @Nullable Object[] {
            saga.key().definition(),
            saga.key().id().value(),
            saga.version(),
            saga.inputHash(),
            saga.state().type(),
            saga.state().version(),
            saga.state().contentType(),
            saga.state().bytes(),
            saga.progress(),
            saga.step(),
            owner,
            token,
            saga.deadline() == null ? null : Sql.micros(saga.deadline())
        };
    }

    static String values(@Nullable String owner) {
        return " VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, ?, ?, 1, 0, 0, FALSE, FALSE, ?, {now}, {now} + ?, "
                + (owner == null ? "{now}" : "NULL") + ")";
    }
}
