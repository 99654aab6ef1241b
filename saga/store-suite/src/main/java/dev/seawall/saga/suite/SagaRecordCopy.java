package dev.seawall.saga.suite;

import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaRecord;

/** A saga as somebody sees it who is wrong, or who has not looked again. */
public record SagaRecordCopy(SagaRecord saga) {

    public SagaRecord inEpoch(long epoch) {
        return copy(saga.key(), epoch, saga.rev());
    }

    public SagaRecord atRev(long rev) {
        return copy(saga.key(), saga.epoch(), rev);
    }

    public SagaRecord named(String id) {
        return copy(Samples.key(id), saga.epoch(), saga.rev());
    }

    private SagaRecord copy(SagaKey key, long epoch, long rev) {
        return new SagaRecord(
                key,
                saga.version(),
                saga.inputHash(),
                saga.status(),
                saga.state(),
                saga.progress(),
                saga.step(),
                saga.reason(),
                saga.owner(),
                epoch,
                rev,
                saga.recoveries(),
                saga.cancelRequested(),
                saga.age(),
                saga.deadlineIn(),
                saga.wakeIn());
    }
}
