package dev.seawall.test;

import static dev.seawall.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.test.NetworkFault.Direction;
import dev.seawall.test.NetworkFault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class FaultProxyTest {

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int IMPATIENCE_MILLIS = 200;

    private final EchoServer server = new EchoServer();
    private final FaultProxy proxy = FaultProxy.to("localhost", server.port());
    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        proxy.close();
        server.close();
    }

    @Test
    void noFault_anyBytes_passBothWays() throws IOException {
        Socket client = connect();

        assertThat(ask(client, "hello")).isEqualTo("hello");
        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(proxy.open()).isEqualTo(1);
        assertThat(proxy.broken()).isZero();
        assertThat(proxy.forwarded(Direction.REQUESTS)).isEqualTo(5);
        assertThat(proxy.forwarded(Direction.ANSWERS)).isEqualTo(5);
    }

    @Test
    void noFault_clientEndsItsStream_everythingIsAnsweredThenClosed() throws IOException {
        Socket client = connect();

        send(client, "last words");
        client.shutdownOutput();

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("last words");
        eventually(() -> assertThat(proxy.open()).isZero());
    }

    @Test
    void noFault_aMegabyte_arrivesUnchanged() throws IOException {
        Socket client = connect();
        byte[] sent = new byte[1 << 20];
        SeededRandom random = new SeededRandom(1);
        random.nextBytes(sent);
        Thread sender = new Thread(() -> sendQuietly(client, sent));
        sender.start();

        assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
    }

    @Test
    void serverIsNotThere_client_isReset() throws IOException {
        server.close();

        Socket client = connect();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void latency_openConnection_answersLaterByTwiceTheDelay() throws IOException {
        Socket client = connect();
        ask(client, "warm");

        proxy.apply(NetworkFault.latency(Duration.ofMillis(100)));

        assertThat(timeToAsk(client)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void latency_healedMeanwhile_isCutShort() throws IOException {
        proxy.apply(NetworkFault.latency(Duration.ofDays(1)));
        Socket client = connect();
        send(client, "hello");
        assertThatThrownBy(() -> read(client, IMPATIENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();

        assertThat(receive(client, 5)).isEqualTo("hello");
    }

    @Test
    void jitter_answers_areLaterByAtLeastTheLeast() throws IOException {
        proxy.apply(NetworkFault.jitter(Duration.ofMillis(50), Duration.ofMillis(100)));
        Socket client = connect();

        assertThat(timeToAsk(client)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void bandwidth_manyBytes_takeTheirTime() throws IOException {
        Socket client = connect();
        proxy.apply(NetworkFault.bandwidth(10_000));
        long begin = System.nanoTime();

        send(client, "x".repeat(3_000));
        receive(client, 3_000);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void slices_request_passesInPieces() throws IOException {
        proxy.apply(NetworkFault.slices(3, Duration.ofDays(1)));
        Socket client = connect();

        send(client, "0123456789");
        eventually(() -> assertThat(proxy.forwarded(Direction.REQUESTS)).isEqualTo(3));
        proxy.apply(NetworkFault.slices(3, Duration.ofMillis(1)));

        assertThat(receive(client, 10)).isEqualTo("0123456789");
    }

    @Test
    void blackHole_request_neverArrives() throws IOException {
        proxy.apply(NetworkFault.blackHole());
        Socket client = connect();

        send(client, "hello");

        assertThatThrownBy(() -> read(client, IMPATIENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
        assertThat(server.received()).isZero();
        assertThat(proxy.broken()).isZero();
    }

    @Test
    void blackHole_healed_resetsTheStreamWithTheHole() throws IOException {
        Socket untouched = connect();
        ask(untouched, "before");
        proxy.apply(NetworkFault.blackHole());
        Socket client = connect();
        send(client, "hello");
        assertThatThrownBy(() -> read(client, IMPATIENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();

        assertThatThrownBy(() -> read(client, PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
        assertThat(proxy.broken()).isEqualTo(1);
        assertThat(ask(untouched, "after")).isEqualTo("after");
    }

    @Test
    void lossOfRequests_request_neverArrives() throws IOException {
        Socket client = connect();
        ask(client, "hello");
        proxy.apply(NetworkFault.loss(Direction.REQUESTS));

        send(client, "lost");

        assertThatThrownBy(() -> read(client, IMPATIENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
        assertThat(server.received()).isEqualTo(5);
    }

    @Test
    void lossOfAnswers_request_arrivesAndItsAnswerDoesNot() throws IOException {
        Socket client = connect();
        proxy.apply(NetworkFault.loss(Direction.ANSWERS));

        send(client, "hello");

        eventually(() -> assertThat(server.received()).isEqualTo(5));
        assertThatThrownBy(() -> read(client, IMPATIENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void halfOpen_manyBytes_makeTheSenderWaitUntilHealed() throws Exception {
        server.beSilent();
        Socket client = connect();
        proxy.apply(NetworkFault.halfOpen());
        byte[] much = new byte[64 << 20];
        Thread sender = new Thread(() -> sendQuietly(client, much));
        sender.start();
        sender.join(IMPATIENCE_MILLIS);
        assertThat(sender.isAlive()).isTrue();
        assertThat(server.received()).isZero();

        proxy.heal();

        sender.join(PATIENCE_MILLIS);
        assertThat(sender.isAlive()).isFalse();
        eventually(() -> assertThat(server.received()).isEqualTo(much.length));
    }

    @Test
    void refused_newConnection_isRefusedUntilHealed() throws IOException {
        Socket before = connect();
        ask(before, "hello");

        proxy.apply(NetworkFault.refused());

        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> read(before, PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
        proxy.heal();
        assertThat(ask(connect(), "again")).isEqualTo("again");
    }

    @Test
    void refused_appliedAgainAndAgain_listensOnTheSamePortEachTime() throws IOException {
        int port = proxy.port();

        for (int round = 0; round < 20; round++) {
            proxy.apply(NetworkFault.refused());
            proxy.apply(NetworkFault.refused());
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            proxy.heal();
            assertThat(ask(connect(), "hello")).isEqualTo("hello");
        }

        assertThat(proxy.port()).isEqualTo(port);
    }

    @Test
    void reset_openAndNewConnections_areReset() throws IOException {
        Socket before = connect();
        ask(before, "hello");

        proxy.apply(NetworkFault.reset());

        assertThatThrownBy(() -> read(before, PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> read(connect(), PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
        assertThat(proxy.broken()).isEqualTo(2);
        eventually(() -> assertThat(server.ended()).isGreaterThanOrEqualTo(1));
    }

    @Test
    void resetAfter_bytesOfRequests_letsExactlySoManyThrough() throws IOException {
        server.beSilent();
        Socket client = connect();
        proxy.apply(NetworkFault.resetAfter(4, Direction.REQUESTS));

        send(client, "123");
        eventually(() -> assertThat(server.received()).isEqualTo(3));
        send(client, "456");

        assertThatThrownBy(() -> read(client, PATIENCE_MILLIS)).isInstanceOf(SocketException.class);
        assertThat(proxy.forwarded(Direction.REQUESTS)).isEqualTo(4);
        assertThat(proxy.broken()).isEqualTo(1);
    }

    @Test
    void resetAfter_appliedAgain_countsAnew() throws IOException {
        Socket client = connect();
        proxy.apply(NetworkFault.resetAfter(4, Direction.REQUESTS));
        ask(client, "123");

        proxy.apply(NetworkFault.resetAfter(4, Direction.REQUESTS));

        assertThat(ask(client, "456")).isEqualTo("456");
    }

    @Test
    void cutAfter_bytesOfAnswers_endsTheStreamAfterExactlySoMany() throws IOException {
        proxy.apply(NetworkFault.cutAfter(7, Direction.ANSWERS));
        Socket client = connect();

        send(client, "0123456789");

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("0123456");
        assertThat(proxy.broken()).isEqualTo(1);
        eventually(() -> assertThat(server.ended()).isEqualTo(1));
    }

    @Test
    void cutAnswer_request_isActedOnAndHalfAnswered() throws IOException {
        Socket client = connect();
        ask(client, "hello");
        proxy.apply(NetworkFault.cutAnswer());

        send(client, "01234567");
        String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(answer).isEqualTo("0123");
        assertThat(server.received()).isEqualTo(13);
        assertThat(proxy.broken()).isEqualTo(1);
    }

    @Test
    void slowClose_endOfTheStream_arrivesLater() throws IOException {
        proxy.apply(NetworkFault.slowClose(Duration.ofMillis(150)));
        Socket client = connect();
        assertThat(ask(client, "hello")).isEqualTo("hello");
        long begin = System.nanoTime();

        client.shutdownOutput();
        int end = read(client, PATIENCE_MILLIS);

        assertThat(end).isEqualTo(-1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @EnumSource
    void heal_afterAnyFault_letsNewConnectionsWork(Kind kind) throws IOException {
        Property.named("heal " + kind).cases(5).check(random -> {
            NetworkFault fault = NetworkFault.random(kind, random);
            assertThat(fault.kind()).isEqualTo(kind);
            proxy.apply(fault);
            useWhateverHappens();
            proxy.heal();

            assertThat(ask(connect(), "hello")).isEqualTo("hello");
        });
    }

    @ParameterizedTest
    @EnumSource
    void close_duringAnyFault_leavesNoThread(Kind kind) throws IOException {
        Socket client = connect();
        ask(client, "hello");
        proxy.apply(NetworkFault.random(kind, new SeededRandom(7)));
        useWhateverHappens();

        proxy.close();

        String name = "seawall-fault-proxy-";
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith(name));
        assertThat(proxy.open()).isZero();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }

    @Test
    void apply_closedProxy_isRefused() {
        proxy.close();

        assertThatThrownBy(proxy::heal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("is closed");
    }

    @Test
    void toString_fault_isThere() {
        proxy.apply(NetworkFault.latency(Duration.ofMillis(50)));

        assertThat(proxy)
                .hasToString("fault proxy " + proxy.port() + " -> localhost:" + server.port() + " (latency of 50 ms)");
    }

    private void useWhateverHappens() {
        try {
            Socket client = connect();
            send(client, "whatever happens");
            read(client, 20);
        } catch (IOException fault) {
            // as was to be expected
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setTcpNoDelay(true);
        client.setSoTimeout(PATIENCE_MILLIS);
        clients.add(client);
        return client;
    }

    private Duration timeToAsk(Socket client) throws IOException {
        long begin = System.nanoTime();
        ask(client, "hello");
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static String ask(Socket client, String question) throws IOException {
        send(client, question);
        return receive(client, question.length());
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void sendQuietly(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException fault) {
            // the test sees what arrived
        }
    }

    private static String receive(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static int read(Socket client, int millis) throws IOException {
        client.setSoTimeout(millis);
        return client.getInputStream().read();
    }
}
