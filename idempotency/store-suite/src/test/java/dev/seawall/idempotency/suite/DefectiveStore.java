package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A store with a defect, which the check of histories must find. */
final class DefectiveStore implements IdempotencyStore {

    enum Defect {
        RELEASES_FOR_ANYONE,
        COMPLETES_FOR_ANYONE,
        EXTENDS_FOR_ANYONE,
        SAVES_FOR_ANYONE,
        GRANTS_WHAT_IS_HELD,
        GRANTS_BY_AN_OLD_LOOK,
        IGNORES_FINGERPRINTS,
        FORGETS_POINTS,
        FORGETS_ANSWERS,
        SAYS_YES_AND_DOES_NOTHING
    }

    private static final UUID NOBODY = new UUID(0, 0);
    private static final Fingerprint ANY = Fingerprint.of("any");

    private final Defect defect;
    private final IdempotencyStore sound = IdempotencyStore.inMemory(10_000);
    private final Map<Key, UUID> holders = new ConcurrentHashMap<>();
    private final Map<Key, Claim> looks = new ConcurrentHashMap<>();

    DefectiveStore(Defect defect) {
        this.defect = defect;
    }

    private UUID tokenFor(Key key, UUID token, Defect forAnyone) {
        return defect == forAnyone ? holders.getOrDefault(key, NOBODY) : token;
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        if (defect == Defect.GRANTS_BY_AN_OLD_LOOK && looks.get(key) instanceof Granted old) {
            looks.remove(key);
            return old;
        }
        Claim claim =
                sound.claim(key, defect == Defect.IGNORES_FINGERPRINTS ? ANY : fingerprint, token, claimFor, keepFor);
        looks.put(key, claim);
        if (claim instanceof Granted granted) {
            holders.put(key, token);
            return defect == Defect.FORGETS_POINTS ? new Granted(Map.of(), granted.takenOver()) : claim;
        }
        return claim instanceof Held && defect == Defect.GRANTS_WHAT_IS_HELD ? new Granted(Map.of(), false) : claim;
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return sound.extend(key, tokenFor(key, token, Defect.EXTENDS_FOR_ANYONE), claimFor);
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        return sound.save(key, tokenFor(key, token, Defect.SAVES_FOR_ANYONE), point, result);
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        if (defect == Defect.FORGETS_ANSWERS) {
            return sound.release(key, token);
        }
        return sound.complete(key, tokenFor(key, token, Defect.COMPLETES_FOR_ANYONE), answer, keepFor);
    }

    @Override
    public boolean release(Key key, UUID token) {
        if (defect == Defect.SAYS_YES_AND_DOES_NOTHING) {
            return sound.extend(key, token, Duration.ofHours(1));
        }
        return sound.release(key, tokenFor(key, token, Defect.RELEASES_FOR_ANYONE));
    }

    @Override
    public int purge(int most) {
        return sound.purge(most);
    }
}
