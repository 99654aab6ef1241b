package dev.seawall.benchmarks.throughput;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections of another source that count what is executed on them: one round trip each. */
final class CountedStatements {

    private static final Set<Class<?>> WATCHED = Set.of(Connection.class, PreparedStatement.class, Statement.class);

    private final DataSource source;
    private final AtomicLong executed = new AtomicLong();

    CountedStatements(DataSource source) {
        this.source = source;
    }

    DataSource connections() {
        return counted(DataSource.class, source);
    }

    /** How many statements so far. */
    long executed() {
        return executed.get();
    }

    private <T> T counted(Class<T> type, Object real) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                executed.incrementAndGet();
            }
            return watched(method, call(method, real, arguments));
        };
        return type.cast(
                Proxy.newProxyInstance(CountedStatements.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object watched(Method method, @Nullable Object result) {
        Class<?> type = method.getReturnType();
        boolean made = method.getName().startsWith("prepare")
                || method.getName().startsWith("create")
                || method.getName().equals("getConnection");
        return result != null && made && WATCHED.contains(type) ? counted(type, result) : result;
    }

    private static @Nullable Object call(Method method, Object real, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() instanceof SQLException refused ? refused : thrown;
        }
    }
}
