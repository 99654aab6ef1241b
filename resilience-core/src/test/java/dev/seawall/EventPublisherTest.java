package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How events reach their listeners. */
final class EventPublisherTest {

    private interface Event {}

    private record Opened(String name) implements Event {}

    private record Closed() implements Event {}

    private final EventPublisher<Event> publisher = new EventPublisher<>();
    private final List<Object> seen = new ArrayList<>();

    @Test
    void publish_severalListeners_areToldInTheirOrder() {
        publisher.subscribe(Event.class, event -> seen.add("first"));
        publisher.subscribe(Event.class, event -> seen.add("second"));

        publisher.publish(new Closed());

        assertThat(seen).containsExactly("first", "second");
    }

    @Test
    void publish_otherType_isNotTold() {
        publisher.subscribe(Opened.class, event -> seen.add(event.name()));

        publisher.publish(new Closed());
        publisher.publish(new Opened("users"));

        assertThat(seen).containsExactly("users");
    }

    @Test
    void publish_throwingListener_changesNothing() {
        publisher.subscribe(Event.class, event -> {
            throw new AssertionError("broken");
        });
        publisher.subscribe(Event.class, seen::add);

        publisher.publish(new Closed());

        assertThat(seen).containsExactly(new Closed());
    }

    @Test
    void publish_eventThatCannotBePrinted_changesNothing() {
        publisher.subscribe(Event.class, event -> {
            throw new IllegalStateException("broken");
        });

        publisher.publish(new Event() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        });
    }

    @Test
    void wants_onlyWhatSomebodyListensTo() {
        assertThat(publisher.wants(Opened.class)).isFalse();

        Subscription subscription = publisher.subscribe(Opened.class, seen::add);

        assertThat(publisher.wants(Opened.class)).isTrue();
        assertThat(publisher.wants(Closed.class)).isFalse();
        subscription.close();
        assertThat(publisher.wants(Opened.class)).isFalse();
    }

    @Test
    void wants_listenerForAllEvents_wantsEach() {
        publisher.subscribe(Event.class, seen::add);

        assertThat(publisher.wants(Opened.class)).isTrue();
    }

    @Test
    void close_subscription_isNotToldAnyMore() {
        Subscription subscription = publisher.subscribe(Event.class, seen::add);

        subscription.close();
        subscription.close();
        publisher.publish(new Closed());

        assertThat(seen).isEmpty();
    }

    @Test
    void subscribe_sameConsumerTwice_isTwoSubscriptions() {
        Consumer<Event> consumer = seen::add;
        Subscription first = publisher.subscribe(Event.class, consumer);
        publisher.subscribe(Event.class, consumer);

        first.close();
        first.close();
        publisher.publish(new Closed());

        assertThat(seen).hasSize(1);
    }

    @Test
    void subscribe_overTheLimit_isRefusedWithAdvice() {
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < EventPublisher.MOST_LISTENERS; i++) {
            subscriptions.add(publisher.subscribe(Event.class, seen::add));
        }

        assertThatThrownBy(() -> publisher.subscribe(Event.class, seen::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a policy can have at most 1000 listeners: subscribe once, not for each call, and close"
                        + " subscriptions no longer needed");
        subscriptions.get(0).close();
        publisher.subscribe(Event.class, seen::add);
        publisher.publish(new Closed());
        assertThat(seen).hasSize(EventPublisher.MOST_LISTENERS);
    }

    @Test
    void subscribe_andCloseForEachOfManyCalls_leavesNothing() {
        for (int i = 0; i < 100_000; i++) {
            publisher.subscribe(Event.class, seen::add).close();
        }

        assertThat(publisher.wants(Closed.class)).isFalse();
    }

    @Test
    void publish_listenerThatUnsubscribesItself_isToldOnce() {
        List<Subscription> own = new ArrayList<>();
        own.add(publisher.subscribe(Event.class, event -> {
            seen.add(event);
            own.get(0).close();
        }));

        publisher.publish(new Closed());
        publisher.publish(new Closed());

        assertThat(seen).hasSize(1);
    }

    @Test
    void subscribe_nulls_areRefusedWithTheirName() {
        assertThatThrownBy(() -> publisher.subscribe(null, seen::add)).hasMessage("type");
        assertThatThrownBy(() -> publisher.subscribe(Event.class, null)).hasMessage("consumer");
    }
}
