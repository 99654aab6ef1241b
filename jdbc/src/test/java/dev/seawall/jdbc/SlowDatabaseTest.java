package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.ResilienceRuntime;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node on a database that takes its time. */
@Timeout(60)
final class SlowDatabaseTest {

    private static final int PARTITIONS = 16;
    private static final Duration TTL = Duration.ofMillis(800);
    private static final long NANOS = 60_000_000;

    @Test
    void start_whereTakingAllLastsLongerThanANodeLives_getsThemBitByBit() {
        try (Database database = Server.H2.create()) {
            SchemaInstaller.of(database).install(SchemaPart.NODES);
            try (PartitionLeases node = PartitionLeases.builder(slow(database), "work")
                    .partitions(PARTITIONS, "none")
                    .timeToLive(TTL)
                    .build()) {
                node.start();

                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() ->
                                assertThat(node.held()).hasSize(PARTITIONS).allMatch(Lease::isHeld));
            }
        }
    }

    /** Takes a while for each statement that takes a partition. */
    private static DataSource slow(DataSource database) {
        return proxy(DataSource.class, (source, method, args) -> {
            Object answer = answer(database, method, args);
            return answer instanceof Connection connection ? slow(connection) : answer;
        });
    }

    private static Connection slow(Connection connection) {
        return proxy(Connection.class, (proxy, method, args) -> {
            Object answer = answer(connection, method, args);
            boolean takes = args != null && String.valueOf(args[0]).contains("epoch = epoch + 1");
            return takes && answer instanceof PreparedStatement statement ? slow(statement) : answer;
        });
    }

    private static PreparedStatement slow(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (proxy, method, args) -> {
            if (method.getName().startsWith("execute")) {
                ResilienceRuntime.shared().sleep(NANOS);
            }
            return answer(statement, method, args);
        });
    }

    private static @Nullable Object answer(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException thrown) {
            throw Objects.requireNonNull(thrown.getCause());
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(SlowDatabaseTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
