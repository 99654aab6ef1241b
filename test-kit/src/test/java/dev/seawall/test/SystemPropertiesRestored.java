package dev.seawall.test;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Takes the property runner's system properties away for a test, and puts them back afterwards. */
final class SystemPropertiesRestored implements BeforeEachCallback, AfterEachCallback {

    private final Map<String, @Nullable String> before = new HashMap<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        before.put(Property.SEED, System.clearProperty(Property.SEED));
        before.put(Property.CASES_FACTOR, System.clearProperty(Property.CASES_FACTOR));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        before.forEach((key, value) -> {
            if (value == null) {
                System.clearProperty(key);
            } else {
                System.setProperty(key, value);
            }
        });
    }
}
