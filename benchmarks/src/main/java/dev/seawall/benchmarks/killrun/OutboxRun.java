package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.benchmarks.killrun.BrokerProcess.Look;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.jdbc.JdbcInbox;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import dev.seawall.test.ChildJvm;
import dev.seawall.test.FaultProxy;
import dev.seawall.test.HistoryCheck;
import dev.seawall.test.HistoryReport;
import dev.seawall.test.Killer;
import dev.seawall.test.Killer.Deed;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One run of the outbox: its processes, what is done to them, and the judgement. */
final class OutboxRun implements KillRun.Run, Strikes.Work {

    private static final Duration DRAINS_WITHIN = Duration.ofSeconds(90);
    private static final String[] SMALL = {"-Xmx64m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

    private final Plan plan;
    private final Path history;
    private final SeededRandom random;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final long start = runtime.now();
    private final Postgres postgres;
    private final DataSource connections;
    private final Broker broker;
    private final Networks databaseNetworks;
    private final Networks brokerNetworks;
    private @Nullable Killer killer;
    private long arrivedBefore;

    OutboxRun(Plan plan, Path folder) throws IOException, InterruptedException, SQLException {
        this.plan = plan;
        this.history = folder.resolve("history");
        this.random = new SeededRandom(plan.seed());
        this.postgres = new Postgres(folder.resolve("data"));
        this.connections = Connections.to(postgres.url());
        try (Connection connection = connections.getConnection()) {
            Truth.create(connection);
        }
        SchemaInstaller.of(connections).install(JdbcOutbox.SCHEMA, JdbcInbox.SCHEMA);
        this.broker = new Broker(history, random.nextLong());
        this.databaseNetworks = networks("database", port -> FaultProxy.to("127.0.0.1", postgres.port()));
        this.brokerNetworks = networks("broker", port -> FaultProxy.to("127.0.0.1", broker.port()));
    }

    private Networks networks(String to, IntFunction<FaultProxy> proxy) {
        List<FaultProxy> proxies = Stream.iterate(0, relay -> relay + 1)
                .limit(plan.relays())
                .map(proxy::apply)
                .toList();
        return new Networks(proxies, new SeededRandom(random.nextLong()), "networks-to-" + to);
    }

    @Override
    public Outcome play() throws InterruptedException, IOException, SQLException {
        Killer killer = Killer.start(plan.strikes(), processes());
        this.killer = killer;
        Strikes strikes = new Strikes(plan.kills(), plan.crashes(), plan.most(), postgres, this);
        strikes.awaitDone(1);
        databaseNetworks.start();
        brokerNetworks.start();
        long terminated;
        long relaysTerminated;
        try (Terminator terminator = new Terminator(connections, new SeededRandom(random.nextLong()))) {
            strikes.await(killer);
            terminated = terminator.all();
            relaysTerminated = terminator.ofRelays();
        }
        databaseNetworks.heal();
        brokerNetworks.heal();
        killer.finish();
        boolean drained = drain();
        Look look = broker.look();
        killer.close();
        Disturbances disturbances = new Disturbances(
                killer.count(Deed.KILLED),
                killer.count(Deed.STOPPED),
                killer.count(Deed.DIED),
                strikesOn(killer, "relay"),
                plan.relays(),
                databaseNetworks.faults(),
                brokerNetworks.faults(),
                terminated,
                relaysTerminated,
                strikes.crashed(),
                look.unconfirmed(),
                look.refused());
        return judge(disturbances, drained, look, strikes.worstResumeNanos());
    }

    private static long strikesOn(Killer killer, String prefix) {
        return killer.actions().stream()
                .filter(action -> action.node().startsWith(prefix))
                .filter(action ->
                        action.deed() == Deed.KILLED || action.deed() == Deed.STOPPED || action.deed() == Deed.DIED)
                .count();
    }

    private Map<String, Supplier<ChildJvm>> processes() {
        Map<String, Supplier<ChildJvm>> processes = new TreeMap<>();
        for (int i = 0; i < plan.relays(); i++) {
            String name = "relay-" + i;
            String[] args = {port(databaseNetworks.of(i)), port(brokerNetworks.of(i)), name};
            processes.put(name, () -> child(RelayProcess.class, args));
        }
        String database = Integer.toString(postgres.port());
        for (int i = 0; i < 2; i++) {
            processes.put("producer-" + i, () -> child(ProducerProcess.class, database, history.toString(), seed()));
        }
        processes.put("consumer", () -> child(ConsumerProcess.class, database, Integer.toString(broker.port())));
        return processes;
    }

    private String seed() {
        return Long.toString(plan.seed());
    }

    private static String port(FaultProxy proxy) {
        return Integer.toString(proxy.port());
    }

    private static ChildJvm child(Class<?> main, String... args) {
        return ChildJvm.of(main).args(args).jvmOptions(SMALL).start();
    }

    // ---- meanwhile

    @Override
    public long done() throws IOException {
        return broker.look().arrived();
    }

    @Override
    public void tell(Killer killer, int crashes) throws IOException {
        Look look = broker.look();
        if (look.arrived() == arrivedBefore) {
            System.out.println(Truth.diagnosis(connections));
        }
        arrivedBefore = look.arrived();
        System.out.printf(
                Locale.ROOT,
                "%5.1f s  %d kills, %d stops, %d crashes, %d + %d network faults; %,d arrived, oldest %.1f s%n",
                seconds(),
                killer.count(Deed.KILLED),
                killer.count(Deed.STOPPED),
                crashes,
                databaseNetworks.faults(),
                brokerNetworks.faults(),
                look.arrived(),
                look.worstAgeMillis() / 1e3);
    }

    private double seconds() {
        return (runtime.now() - start) / 1e9;
    }

    // ---- coming to rest

    private boolean drain() throws IOException, InterruptedException, SQLException {
        java.nio.file.Files.createFile(ProducerProcess.stop(history));
        long until = runtime.now() + DRAINS_WITHIN.toNanos();
        while (runtime.now() < until) {
            if (isAtRest()) {
                return true;
            }
            runtime.sleep(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return false;
    }

    private boolean isAtRest() throws IOException, SQLException {
        try (Connection connection = connections.getConnection()) {
            return Truth.number(connection, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'producer'")
                            == 0
                    && Truth.number(connection, "SELECT count(*) FROM " + waiting() + " LIMIT 1") == 0
                    && broker.look().unread() == 0;
        }
    }

    private static String waiting() {
        return dev.seawall.jdbc.Tables.standard().in("{outbox_message}", dev.seawall.jdbc.Dialect.POSTGRESQL);
    }

    // ---- the judgement

    private Outcome judge(Disturbances disturbances, boolean drained, Look look, long worstResumeNanos)
            throws SQLException {
        HistoryCheck check = HistoryCheck.create()
                .allowDuplicates(Plan.inFlight(), disturbances.ofLeases())
                .allowUnconfirmed(disturbances.unconfirmed())
                .expectEffectsOf(Truth.CONSUMER)
                .read(history);
        List<String> problems = new ArrayList<>();
        try (Connection connection = connections.getConnection()) {
            Truth.tell(connection, check);
            long phantoms = Truth.effectsOfNothing(connection);
            if (phantoms > 0) {
                problems.add("PHANTOM: " + phantoms + " effects of messages that were not committed");
            }
            if (!drained) {
                problems.add("LOST: still waiting after " + DRAINS_WITHIN + ": "
                        + Truth.number(connection, "SELECT count(*) FROM " + waiting()) + " messages in the outbox, "
                        + look.unread() + " at the broker");
            }
        }
        HistoryReport report = check.report();
        report.violations().forEach(violation -> problems.add(violation.toString()));
        return new Outcome(plan, disturbances, report, problems, look.worstAgeMillis(), worstResumeNanos, seconds());
    }

    @Override
    public String log() {
        Killer present = killer;
        return present == null
                ? "nothing was started"
                : String.join(
                        "\n",
                        present.actions().stream().map(Killer.Action::toString).toList());
    }

    @Override
    public void close() {
        if (killer != null) {
            killer.close();
        }
        databaseNetworks.close();
        brokerNetworks.close();
        broker.close();
        postgres.close();
    }
}
