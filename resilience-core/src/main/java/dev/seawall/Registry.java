package dev.seawall;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies of one kind by name, made when they are first asked for, in bounded memory.
 *
 * <p>Names often come from outside: hosts, customers, keys. When the registry is full, a new name takes the place of a policy
 * that is {@linkplain Policy#isIdle() idle}, if possible one that was not asked for lately; a policy whose state matters,
 * such as an open circuit breaker, is never forgotten. The search is by the clock algorithm and looks at no more than 64 policies at a time;
 * if none of them may go, the new name gets the {@linkplain #overflow() overflow policy}, shared by all such names, and its
 * own one on a later request when there is room.
 *
 * <p><b>Threads:</b> safe for any number of threads. Asking for a known name takes no lock and costs the same however many
 * names there are. The factory runs while a lock is held and must not ask this registry.
 *
 * @param <P> what kind of policy
 */
public final class Registry<P extends Policy> {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final int MOST_LOOKS = 64;

    /** A policy and whether it was asked for since the clock's hand last passed. */
    private static final class Entry<P> {
        private final String name;
        private final P policy;
        private volatile boolean asked = true;

        Entry(String name, P policy) {
            this.name = name;
            this.policy = policy;
        }
    }

    private final Function<String, ? extends P> factory;
    private final int capacity;
    private final P overflow;
    private final Map<String, Entry<P>> entries = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry<P>> ring = new ArrayDeque<>(); // guarded by lock; its head is under the clock's hand

    private Registry(int capacity, Function<String, ? extends P> factory) {
        this.capacity = Require.atLeast("capacity", capacity, 1);
        this.factory = Objects.requireNonNull(factory, "factory");
        this.overflow = madeFor("overflow");
    }

    /**
     * A registry.
     *
     * @param capacity how many names are kept, at least 1
     * @param factory makes the policy for a name; also asked once, here, for the overflow policy
     * @param <P> what kind of policy
     * @return a new, empty registry
     */
    public static <P extends Policy> Registry<P> of(int capacity, Function<String, ? extends P> factory) {
        return new Registry<>(capacity, factory);
    }

    /**
     * The policy of a name, made now if there is none.
     *
     * @param name the name
     * @return the name's policy, or {@link #overflow()} if there is no room for one
     */
    public P get(String name) {
        Entry<P> entry = entries.get(name);
        if (entry == null) {
            return make(name);
        }
        if (!entry.asked) {
            entry.asked = true;
        }
        return entry.policy;
    }

    private P make(String name) {
        Require.name(name);
        lock.lock();
        try {
            Entry<P> known = entries.get(name);
            if (known != null) {
                return known.policy;
            }
            if (ring.size() >= capacity && !evictOne()) {
                return overflow;
            }
            Entry<P> entry = new Entry<>(name, madeFor(name));
            ring.addLast(entry);
            entries.put(name, entry);
            return entry.policy;
        } finally {
            lock.unlock();
        }
    }

    private P madeFor(String name) {
        return Objects.requireNonNull(factory.apply(name), () -> "the factory made no policy for '" + name + "'");
    }

    private boolean evictOne() {
        Entry<P> idleButAsked = null;
        for (int looks = Math.min(ring.size(), MOST_LOOKS); looks > 0; looks--) {
            Entry<P> candidate = ring.removeFirst();
            ring.addLast(candidate);
            if ((idleButAsked == null || !candidate.asked) && isIdle(candidate.policy)) {
                if (!candidate.asked) {
                    evict(candidate);
                    return true;
                }
                idleButAsked = candidate;
            }
            candidate.asked = false;
        }
        if (idleButAsked == null) {
            return false;
        }
        evict(idleButAsked);
        return true;
    }

    private void evict(Entry<P> entry) {
        ring.removeLastOccurrence(entry); // the hand has just passed it, so it is near the end
        entries.remove(entry.name);
    }

    /**
     * Forgets idle policies before there is need to, so that memory follows the names that are in use. Looks at a few each time,
     * from where it last stopped: one that was asked for since the last look stays for another round. Call it when a name has
     * been added; with two looks for each, as many names go as come while the others are idle.
     *
     * @param mostLooks how many policies to look at, at least 1
     * @return how many were forgotten
     */
    public int evictIdle(int mostLooks) {
        Require.atLeast("mostLooks", mostLooks, 1);
        lock.lock();
        try {
            int evicted = 0;
            for (int looks = Math.min(ring.size(), mostLooks); looks > 0; looks--) {
                Entry<P> candidate = ring.removeFirst();
                ring.addLast(candidate);
                if (!candidate.asked && isIdle(candidate.policy)) {
                    evict(candidate);
                    evicted++;
                }
                candidate.asked = false;
            }
            return evicted;
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle(P policy) {
        try {
            return policy.isIdle();
        } catch (Throwable broken) {
            LOG.warn("{} cannot say whether it is idle; it is kept", policy, broken);
            return false;
        }
    }

    /**
     * The policy of a name, if there is one.
     *
     * @param name the name
     * @return the policy; empty if the name is not known
     */
    public Optional<P> find(String name) {
        Entry<P> entry = entries.get(name);
        return entry == null ? Optional.empty() : Optional.of(entry.policy);
    }

    /**
     * Forgets a name. Pipelines that hold its policy go on with it; the next {@link #get} makes a new one.
     *
     * @param name the name
     * @return the policy it had; empty if the name is not known
     */
    public Optional<P> remove(String name) {
        lock.lock();
        try {
            Entry<P> entry = entries.remove(name);
            if (entry == null) {
                return Optional.empty();
            }
            ring.remove(entry);
            return Optional.of(entry.policy);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The names known at this moment.
     *
     * @return a sorted copy
     */
    public Set<String> names() {
        return new TreeSet<>(entries.keySet());
    }

    /**
     * How many names are known at this moment.
     *
     * @return from 0 to the capacity
     */
    public int size() {
        return entries.size();
    }

    /**
     * The policy of names for which there is no room.
     *
     * @return one policy, named {@code overflow}
     */
    public P overflow() {
        return overflow;
    }

    @Override
    public String toString() {
        return "registry of " + entries.size() + " names, at most " + capacity;
    }
}
