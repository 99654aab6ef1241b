package consumer;

import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.retry.Retry;
import java.time.Duration;

public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Pipeline pipeline = Pipeline.named("consumer")
                .with(Timeout.of(Duration.ofSeconds(10)))
                .with(Retry.of("consumer"))
                .with(CircuitBreaker.of("consumer"))
                .build();

        String answer = pipeline.call(() -> "an answer");

        System.out.println(answer + " in " + Main.class.getModule() + " from " + Pipeline.class.getModule());
    }
}
