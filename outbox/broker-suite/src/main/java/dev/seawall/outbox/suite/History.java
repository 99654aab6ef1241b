package dev.seawall.outbox.suite;

import dev.seawall.outbox.Envelope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What came of each key, in order, each message counted where it came first: what an inbox would let through. */
final class History {

    private History() {}

    static Map<String, Collection<String>> of(List<Stored> stored) {
        var history = new TreeMap<String, Collection<String>>();
        for (Stored message : stored) {
            var key = Objects.requireNonNullElse(
                    message.key(), String.valueOf(message.wire().headers().get("seawall-key")));
            add(history, key, message.id());
        }
        return history;
    }

    static Map<String, Collection<String>> sent(List<Envelope> messages) {
        var history = new TreeMap<String, Collection<String>>();
        messages.forEach(message -> add(history, String.valueOf(message.key()), message.id()));
        return history;
    }

    private static void add(Map<String, Collection<String>> history, String key, String id) {
        var ids = history.computeIfAbsent(key, unknown -> new ArrayList<>());
        if (!ids.contains(id)) {
            ids.add(id);
        }
    }
}
