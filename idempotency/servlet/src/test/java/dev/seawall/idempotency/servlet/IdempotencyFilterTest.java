package dev.seawall.idempotency.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.http.HttpIdempotency;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a servlet and its client see, on a real server. The build runs it on one of Servlet 6 and on one of Servlet 5. */
@Timeout(120)
final class IdempotencyFilterTest {

    @TempDir(cleanup = CleanupMode.NEVER) // it is under target; a server may hold on to a file for a while
    private Path folder;

    private final IdempotencyStore store = IdempotencyStore.inMemory(1_000);
    private final AtomicInteger executions = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private TestTomcat server;

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
    }

    private void start(TestTomcat.Service service, Filter... outside) throws Exception {
        start(UnaryOperator.identity(), service, outside);
    }

    private void start(UnaryOperator<HttpIdempotency.Builder> settings, TestTomcat.Service service, Filter... outside)
            throws Exception {
        HttpIdempotency idempotency = settings.apply(
                        HttpIdempotency.builder(Idempotency.builder(store).build()))
                .build();
        Filter[] all = Arrays.copyOf(outside, outside.length + 1);
        all[outside.length] = IdempotencyFilter.of(idempotency);
        server = new TestTomcat(folder, service, all);
    }

    private void count(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(201);
        response.setContentType("application/json");
        response.getWriter().print("{\"run\":" + executions.incrementAndGet() + "}");
    }

    private void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReplayed(HttpResponse<?> response) {
        return response.headers().firstValue("Idempotent-Replayed").equals(Optional.of("true"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sameKey_comesAgain_isReplayedByteForByte(boolean byWriter) throws Exception {
        start((request, response) -> {
            executions.incrementAndGet();
            response.setStatus(201);
            response.setContentType("text/plain");
            response.setHeader("Location", "/payments/7");
            response.addHeader("Link", "</a>; rel=a");
            response.addHeader("Link", "</b>; rel=b");
            response.addHeader("Set-Cookie", "session=secret");
            if (byWriter) {
                response.setCharacterEncoding("UTF-8");
                response.getWriter().print("grün");
                response.getWriter().flush();
            } else {
                byte[] body = {0, 1, (byte) 0xff, 10};
                response.setContentLength(body.length);
                response.getOutputStream().write(body);
                response.getOutputStream().flush();
            }
            response.flushBuffer();
        });

        HttpResponse<byte[]> first = server.client().send(server.keyed("k", "{}"), BodyHandlers.ofByteArray());
        HttpResponse<byte[]> second = server.client().send(server.keyed("k", "{}"), BodyHandlers.ofByteArray());

        assertThat(first.body()).isEqualTo(second.body()).hasSize(byWriter ? 5 : 4);
        assertThat(isReplayed(first)).isFalse();
        assertThat(isReplayed(second)).isTrue();
        assertThat(second.statusCode()).isEqualTo(201);
        for (String name : List.of("content-type", "location", "link", "content-length")) {
            assertThat(second.headers().allValues(name))
                    .isNotEmpty()
                    .isEqualTo(first.headers().allValues(name));
        }
        assertThat(first.headers().map()).containsKey("set-cookie");
        assertThat(second.headers().map()).doesNotContainKey("set-cookie");
        assertThat(executions).hasValue(1);
    }

    @Test
    void hundredRequests_oneKey_runOnce() throws Exception {
        start((request, response) -> {
            entered.countDown();
            awaitUninterruptibly(mayEnd);
            count(request, response);
        });

        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(server.sendAsync(server.keyed("k", "{}")));
        }
        awaitUninterruptibly(entered);
        mayEnd.countDown();

        for (CompletableFuture<HttpResponse<String>> each : all) {
            HttpResponse<String> response = each.get(60, TimeUnit.SECONDS);
            assertThat(response.statusCode()).isIn(201, 409);
            if (response.statusCode() == 201) {
                assertThat(response.body()).isEqualTo("{\"run\":1}");
            }
        }
        assertThat(executions).hasValue(1);
    }

    @Test
    void sameKey_otherBody_isRefused() throws Exception {
        start(this::count);
        server.send(server.keyed("k", "{}"));

        assertThat(server.send(server.keyed("k", "{ }")).statusCode()).isEqualTo(422);
        assertThat(executions).hasValue(1);
    }

    @Test
    void requests_thatPass_areLeftAlone() throws Exception {
        start((request, response) -> {
            if (request.getMethod().equals("POST")) {
                var async = request.startAsync();
                async.start(() -> {
                    executions.incrementAndGet();
                    async.complete();
                });
            } else {
                executions.incrementAndGet();
            }
        });
        HttpRequest keyless = server.post("/payments", "{}").build();

        assertThat(server.send(keyless).statusCode()).isEqualTo(200);
        assertThat(server.send(HttpRequest.newBuilder(server.keyed("k", ""), (name, value) -> true)
                                .GET()
                                .build())
                        .statusCode())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(60)).until(() -> executions.get() == 2);
    }

    @Test
    void servlet_readsTheBody_asTextAndBytes() throws Exception {
        start((request, response) -> {
            String body = request.getRequestURI().equals("/text")
                    ? request.getReader().readLine()
                    : new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().print(body);
        });

        assertThat(server.send(server.post("/text", "grün")
                                .header("Idempotency-Key", "a")
                                .header("Content-Type", "text/plain;charset=UTF-8")
                                .build())
                        .body())
                .isEqualTo("grün");
        assertThat(server.send(server.keyed("b", "grün")).body()).isEqualTo("grün");
    }

    @Test
    void servlet_readsParameters_ofQueryAndForm() throws Exception {
        start((request, response) -> {
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter()
                    .print(String.join("|", request.getParameterValues("a")) + " " + request.getParameter("b") + " "
                            + request.getParameter("none") + " "
                            + List.copyOf(request.getParameterMap().keySet()));
        });
        HttpRequest form = server.post("/pay?a=1", "a=2&b=gr%C3%BCn+x&bad=%zz&empty")
                .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
                .header("Idempotency-Key", "k")
                .build();

        assertThat(server.send(form).body()).isEqualTo("1|2 grün x null [a, b, empty]");
    }

    @Test
    void sendError_isReplayedAsThePageOfTheServer() throws Exception {
        start((request, response) -> {
            executions.incrementAndGet();
            response.getWriter().print("half");
            response.sendError(404, "no such account");
        });

        HttpResponse<String> first = server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(first.statusCode()).isEqualTo(404).isEqualTo(second.statusCode());
        assertThat(first.body())
                .contains("no such account")
                .doesNotContain("half")
                .isEqualTo(second.body());
        assertThat(isReplayed(second)).isTrue();
        assertThat(executions).hasValue(1);
    }

    @Test
    void sendRedirect_isReplayed() throws Exception {
        start((request, response) -> {
            executions.incrementAndGet();
            response.sendRedirect("/payments/7");
        });

        server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(second.statusCode()).isEqualTo(302);
        assertThat(second.headers().firstValue("Location")).hasValue("/payments/7");
        assertThat(executions).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"async", "parts", "servlet", "runtime", "error", "500"})
    void failure_freesTheKeyAndIsTheServers(String kind) throws Exception {
        start((request, response) -> {
            if (executions.incrementAndGet() == 1) {
                switch (kind) {
                    case "async" -> request.startAsync();
                    case "parts" -> request.getParts();
                    case "servlet" -> throw new ServletException("broken");
                    case "runtime" -> throw new IllegalStateException("broken");
                    case "error" -> throw new AssertionError("broken");
                    default -> response.sendError(500);
                }
            }
        });

        assertThat(server.send(server.keyed("k", "{}")).statusCode()).isEqualTo(500);

        HttpResponse<String> second = server.send(server.keyed("k", "{}"));
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(isReplayed(second)).isFalse();
        assertThat(executions).hasValue(2);
    }

    @Test
    void longAnswer_goesThroughAndCopiesAreToldSo() throws Exception {
        String longAnswer = "0123456789".repeat(10_000);
        start(settings -> settings.mostAnswerBytes(1_000), (request, response) -> {
            executions.incrementAndGet();
            response.getWriter().print(longAnswer);
        });

        HttpResponse<String> first = server.send(server.keyed("k", "{}"));
        HttpResponse<String> second = server.send(server.keyed("k", "{}"));

        assertThat(first.body()).isEqualTo(longAnswer);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("answer-not-kept");
        assertThat(executions).hasValue(1);
    }

    @Test
    void eventStream_flushed_arrivesWhileTheServletWorks() throws Exception {
        start((request, response) -> {
            response.setContentType("text/event-stream");
            response.getWriter().print("data: 1\n\n");
            response.flushBuffer();
            awaitUninterruptibly(mayEnd);
        });

        HttpResponse<InputStream> stream = server.client().send(server.keyed("k", "{}"), BodyHandlers.ofInputStream());

        assertThat(stream.body().readNBytes(9)).asString(StandardCharsets.UTF_8).isEqualTo("data: 1\n\n");
        mayEnd.countDown();
        assertThat(stream.body().readAllBytes()).isEmpty();
    }

    @Test
    void reset_forgetsWhatWasHeldBack() throws Exception {
        start((request, response) -> {
            response.getOutputStream().print("half");
            response.setHeader("X-Half", "1");
            response.reset();
            response.getWriter().print("whole");
        });

        HttpResponse<String> answer = server.send(server.keyed("k", "{}"));

        assertThat(answer.body()).isEqualTo("whole");
        assertThat(answer.headers().map()).doesNotContainKey("x-half");
    }

    @Test
    void tenantAndHeaders_ofFiltersOutside_count() throws Exception {
        Filter outside = (request, response, chain) -> {
            request.setAttribute("tenant", ((HttpServletRequest) request).getHeader("X-Tenant"));
            ((HttpServletResponse) response).setHeader("X-Outside", "1");
            chain.doFilter(request, response);
        };
        start(settings -> settings.tenant(request -> (String) request.attribute("tenant")), this::count, outside);
        HttpRequest ofA = server.post("/p", "{}")
                .header("X-Tenant", "a")
                .header("Idempotency-Key", "k")
                .build();
        HttpRequest ofB = server.post("/p", "{}")
                .header("X-Tenant", "b")
                .header("Idempotency-Key", "k")
                .build();

        assertThat(server.send(ofA).body()).isEqualTo("{\"run\":1}");
        assertThat(server.send(ofB).body()).isEqualTo("{\"run\":2}");
        HttpResponse<String> again = server.send(ofA);

        assertThat(again.body()).isEqualTo("{\"run\":1}");
        assertThat(again.headers().firstValue("X-Outside")).hasValue("1");
    }

    @Test
    void body_readBeforeTheFilter_isRefused() throws Exception {
        Filter outside = (request, response, chain) -> {
            request.getParameter("a");
            chain.doFilter(request, response);
        };
        start(this::count, outside);
        HttpRequest form = server.post("/p", "a=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Idempotency-Key", "k")
                .build();

        assertThat(server.send(form).statusCode()).isEqualTo(500);
        assertThat(executions).hasValue(0);
    }
}
