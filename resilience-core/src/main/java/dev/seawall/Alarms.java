package dev.seawall;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The alarms of one runtime. A call takes a free one near its thread's place in a fixed table, so that steady use allocates
 * nothing and threads seldom meet; where all places it looks at are taken, it gets an alarm of its own.
 */
final class Alarms {

    private static final int PLACES = 256;
    private static final int PROBES = 8;

    private final SystemRuntime runtime;
    private final AtomicReferenceArray<Alarm> table = new AtomicReferenceArray<>(PLACES);

    Alarms(SystemRuntime runtime) {
        this.runtime = runtime;
    }

    /** Arms an alarm that interrupts the calling thread at {@code deadline}. */
    Alarm arm(long deadline) {
        Thread thread = Thread.currentThread();
        int start = place(thread);
        for (int probe = 0; probe < PROBES; probe++) {
            Alarm alarm = at((start + probe) & (PLACES - 1));
            if (alarm.tryArm(deadline, thread)) {
                return alarm;
            }
        }
        return Alarm.once(runtime, deadline);
    }

    private static int place(Thread thread) {
        return (int) (thread.getId() * PROBES) & (PLACES - 1);
    }

    private Alarm at(int index) {
        Alarm alarm = table.get(index);
        if (alarm != null) {
            return alarm;
        }
        table.compareAndSet(index, null, new Alarm(runtime, false));
        return table.get(index);
    }
}
