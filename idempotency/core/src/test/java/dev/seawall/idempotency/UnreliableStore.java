package dev.seawall.idempotency;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Supplier;

/** A store in memory that can be down, or answer nothing although it did what it was asked. Notes what it is asked. */
final class UnreliableStore implements IdempotencyStore {

    /** How a question ends. */
    enum Fault {
        NONE,
        /** It was not done. */
        BEFORE,
        /** It was done, and that is not told. */
        AFTER,
        /** It broke its contract. */
        BROKEN
    }

    final List<String> asked = new ArrayList<>();
    final List<Boolean> interrupted = new ArrayList<>();
    final List<StoredAnswer> written = new ArrayList<>();
    private final IdempotencyStore sound;
    private final Queue<Fault> next = new ArrayDeque<>();
    private Fault always = Fault.NONE;

    UnreliableStore(IdempotencyStore sound) {
        this.sound = sound;
    }

    void next(Fault... faults) {
        next.addAll(List.of(faults));
    }

    void always(Fault fault) {
        always = fault;
    }

    private <R> R ask(String question, Supplier<R> answer) {
        asked.add(question);
        interrupted.add(Thread.currentThread().isInterrupted());
        Fault fault = next.isEmpty() ? always : next.remove();
        if (fault == Fault.BEFORE) {
            throw new IdempotencyStoreException("down", null);
        }
        if (fault == Fault.BROKEN) {
            throw new IllegalArgumentException("broken");
        }
        R done = answer.get();
        if (fault == Fault.AFTER) {
            throw new IdempotencyStoreException("no answer", null);
        }
        return done;
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        return ask("claim", () -> sound.claim(key, fingerprint, token, claimFor, keepFor));
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return ask("extend", () -> sound.extend(key, token, claimFor));
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        written.add(result);
        return ask("save", () -> sound.save(key, token, point, result));
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        written.add(answer);
        return ask("complete", () -> sound.complete(key, token, answer, keepFor));
    }

    @Override
    public boolean release(Key key, UUID token) {
        return ask("release", () -> sound.release(key, token));
    }

    @Override
    public int purge(int most) {
        return ask("purge", () -> sound.purge(most));
    }
}
