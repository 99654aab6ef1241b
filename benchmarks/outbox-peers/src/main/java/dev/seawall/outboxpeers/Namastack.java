package dev.seawall.outboxpeers;

import io.namastack.outbox.Outbox;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * namastack-outbox in a Spring Boot application without web, with the settings that its own performance test uses: batches of 1,000
 * keys, a poll every 100 ms, 16 to 32 threads, no multicaster. One application adds and never polls, another one drains.
 */
final class Namastack implements Peer {

    private static final String DELETE = System.getProperty("namastack.delete", "false");
    private static final int IN_A_TRANSACTION = 500;

    /** A message's content. */
    public record Payload(String text) {}

    /** Nothing but what the starter brings. */
    @EnableAutoConfiguration
    public static class Application {}

    private static final class Handler implements OutboxTypedHandler<Payload> {
        private final Tally tally;

        Handler(Tally tally) {
            this.tally = tally;
        }

        @Override
        public void handle(Payload payload, io.namastack.outbox.handler.OutboxRecordMetadata metadata) {
            tally.handled();
        }
    }

    private final DataSource pool;
    private final Tally tally = new Tally();

    Namastack(DataSource pool) {
        this.pool = pool;
    }

    private ConfigurableApplicationContext application(String poll) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("namastack.outbox.polling.batch-size", "1000");
        settings.put("namastack.outbox.polling.trigger", "fixed");
        settings.put("namastack.outbox.polling.fixed.interval", poll);
        settings.put("namastack.outbox.processing.delete-completed-records", DELETE);
        settings.put("namastack.outbox.processing.executor-core-pool-size", "16");
        settings.put("namastack.outbox.processing.executor-max-pool-size", "32");
        settings.put("namastack.outbox.instance.heartbeat-interval", "1s");
        settings.put("namastack.outbox.instance.rebalance-interval", "1s");
        settings.put("namastack.outbox.instance.stale-instance-timeout", "10s");
        settings.put("namastack.outbox.multicaster.enabled", "false");
        settings.put("spring.main.banner-mode", "off");
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(settings);
        ApplicationContextInitializer<GenericApplicationContext> beans = context -> {
            context.registerBean(
                    "dataSource", DataSource.class, () -> pool, definition -> definition.setDestroyMethodName(""));
            context.registerBean(
                    "transactionManager", PlatformTransactionManager.class, () -> new JdbcTransactionManager(pool));
            context.registerBean("handler", Handler.class, () -> new Handler(tally));
        };
        application.addInitializers(beans);
        return application.run();
    }

    @Override
    public void fill(int messages, int keys, String payload) {
        try (ConfigurableApplicationContext context = application("1h")) {
            Outbox outbox = context.getBean(Outbox.class);
            TransactionTemplate transactions = transactions(context);
            Payload content = new Payload(payload);
            for (int from = 0; from < messages; from += IN_A_TRANSACTION) {
                int begin = from;
                int end = Math.min(messages, from + IN_A_TRANSACTION);
                transactions.executeWithoutResult(status -> {
                    for (int i = begin; i < end; i++) {
                        outbox.schedule(content, "key-" + i % keys);
                    }
                });
            }
        }
        tally.reset();
    }

    private static TransactionTemplate transactions(ApplicationContext context) {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @Override
    public double drain(int messages) throws SQLException {
        try (ConfigurableApplicationContext running = application("100ms")) {
            while (tally.count() < messages || waiting() > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            long end = System.nanoTime();
            running.publishEvent("drained");
            return tally.perSecond(end);
        }
    }

    private long waiting() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT count(*) FROM (SELECT 1 FROM outbox_record WHERE status = 'NEW' LIMIT 1) one")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {}
}
