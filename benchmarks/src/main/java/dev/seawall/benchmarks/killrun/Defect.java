package dev.seawall.benchmarks.killrun;

/** What can be wrong, for a run to show that its check would find it. */
enum Defect {
    /** Nothing. */
    NONE,
    /** Claims: whoever asks completes what another holds. */
    COMPLETES_FOR_ANYONE,
    /** Claims: whoever asks frees what another holds. */
    RELEASES_FOR_ANYONE,
    /** Claims: whoever asks stores the phases of another. */
    SAVES_FOR_ANYONE,
    /** Claims: what is held is granted. */
    IGNORES_THE_END_OF_CLAIMS,
    /** Claims: who takes over gets the token of the one before. */
    KEEPS_THE_TOKEN,
    /** Claims: all requests are the same. */
    IGNORES_FINGERPRINTS,
    /** Claims: what earlier holders did is forgotten. */
    FORGETS_PHASES,
    /** Claims: an answer is not stored. */
    FORGETS_ANSWERS,
    /** Same transaction: the effect is committed by itself. */
    EFFECT_BY_ITSELF,
    /** Same transaction: the answer is committed before the effect. */
    ANSWER_BY_ITSELF
}
