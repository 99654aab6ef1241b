package dev.seawall.races;

import dev.seawall.EventPublisher;
import dev.seawall.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One listener comes while another leaves and an event is published: neither change is lost. */
@JCStressTest
@State
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "came after the first event")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "came before the first event")
@Outcome(expect = Expect.FORBIDDEN, desc = "a listener came or left in vain")
public class SubscribeWhilePublishing {

    private final EventPublisher<String> publisher = new EventPublisher<>();
    private final AtomicInteger heardByLeaver = new AtomicInteger();
    private final AtomicInteger heardByComer = new AtomicInteger();
    private final Subscription leaver = publisher.subscribe(String.class, event -> heardByLeaver.incrementAndGet());

    @Actor
    public void leaveAndPublish() {
        leaver.close();
        publisher.publish("first");
    }

    @Actor
    public void come() {
        publisher.subscribe(String.class, event -> heardByComer.incrementAndGet());
    }

    @Arbiter
    public void publishAgain(II_Result r) {
        publisher.publish("second");
        r.r1 = heardByLeaver.get();
        r.r2 = heardByComer.get();
    }
}
