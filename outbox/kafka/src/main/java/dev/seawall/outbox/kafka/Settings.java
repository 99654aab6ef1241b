package dev.seawall.outbox.kafka;

import java.util.Locale;
import java.util.Map;

/** Settings of Kafka's clients as users write them: as texts, values or classes. */
final class Settings {

    private Settings() {}

    static void allow(Map<String, Object> settings, String name, String... allowed) {
        Object value = settings.get(name);
        String text = value instanceof Class<?> type
                ? type.getName()
                : String.valueOf(value).trim();
        for (String each : allowed) {
            if (each.equals(text) || each.equals(text.toLowerCase(Locale.ROOT))) {
                return;
            }
        }
        throw new IllegalArgumentException(name + " must be " + allowed[0] + ", was " + text);
    }
}
