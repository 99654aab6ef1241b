package dev.seawall.benchmarks.killrun;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * A store on PostgreSQL that cannot be reached for the renewals of every second claim, so that they lapse under works that take
 * long, as if their process stood still. With a {@link Defect}, it is unsound in that way.
 */
final class TroubledStore implements IdempotencyStore {

    private static final String HOLDER =
            "SELECT token FROM seawall_idempotency WHERE key_hash = ? AND token IS NOT NULL";
    private static final String LAPSE = "UPDATE seawall_idempotency SET claimed_until = 0 WHERE key_hash = ?";
    private static final int LOST_RENEWALS = 2; // of one in so many claims
    private static final Fingerprint ANY = Fingerprint.of("any");

    private final IdempotencyStore sound;
    private final DataSource connections;
    private final Defect defect;
    private final Map<UUID, UUID> inherited = new ConcurrentHashMap<>();

    TroubledStore(IdempotencyStore sound, DataSource connections, Defect defect) {
        this.sound = sound;
        this.connections = connections;
        this.defect = defect;
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        Fingerprint asked = defect == Defect.IGNORES_FINGERPRINTS ? ANY : fingerprint;
        UUID holder = defect == Defect.KEEPS_THE_TOKEN ? holder(key, token) : token;
        Claim claim = sound.claim(key, asked, token, claimFor, keepFor);
        if (claim instanceof Held && defect == Defect.IGNORES_THE_END_OF_CLAIMS) {
            lapse(key);
            return sound.claim(key, asked, token, claimFor, keepFor);
        }
        if (claim instanceof Granted granted && defect == Defect.KEEPS_THE_TOKEN && granted.takenOver()) {
            inherit(key, token, holder);
        }
        return claim instanceof Granted granted && defect == Defect.FORGETS_PHASES
                ? new Granted(Map.of(), granted.takenOver())
                : claim;
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        if (Math.floorMod(token.hashCode(), LOST_RENEWALS) == 0) {
            throw new IdempotencyStoreException("the renewal was lost on its way", null);
        }
        return sound.extend(key, own(token), claimFor);
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        return sound.save(key, tokenFor(key, token, Defect.SAVES_FOR_ANYONE), point, result);
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        return defect == Defect.FORGETS_ANSWERS
                ? sound.release(key, token)
                : sound.complete(key, tokenFor(key, token, Defect.COMPLETES_FOR_ANYONE), answer, keepFor);
    }

    @Override
    public boolean release(Key key, UUID token) {
        return sound.release(key, tokenFor(key, token, Defect.RELEASES_FOR_ANYONE));
    }

    @Override
    public int purge(int most) {
        return sound.purge(most);
    }

    private UUID own(UUID token) {
        return inherited.getOrDefault(token, token);
    }

    private UUID tokenFor(Key key, UUID token, Defect forAnyone) {
        return defect == forAnyone ? holder(key, token) : own(token);
    }

    /** Who is named in the record. */
    private UUID holder(Key key, UUID nobody) {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setBytes(1, key.hash());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getObject(1, UUID.class) : nobody;
            }
        } catch (SQLException down) {
            throw new IdempotencyStoreException("the database is down", down);
        }
    }

    private void lapse(Key key) {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement(LAPSE)) {
            statement.setBytes(1, key.hash());
            statement.executeUpdate();
        } catch (SQLException down) {
            throw new IdempotencyStoreException("the database is down", down);
        }
    }

    private void inherit(Key key, UUID token, UUID before) {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE seawall_idempotency SET token = ? WHERE key_hash = ? AND token = ?")) {
            statement.setObject(1, before);
            statement.setBytes(2, key.hash());
            statement.setObject(3, token);
            statement.executeUpdate();
            inherited.put(token, before);
        } catch (SQLException down) {
            throw new IdempotencyStoreException("the database is down", down);
        }
    }
}
