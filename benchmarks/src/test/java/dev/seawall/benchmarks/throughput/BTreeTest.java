package dev.seawall.benchmarks.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BTreeTest {

    @Test
    void levelsAt_onePage_isTheLeaf() {
        assertThat(new BTree(100, 1).levelsAt(100)).isEqualTo(1);
    }

    @Test
    void levelsAt_oneMoreThanFitsUnderARoot_isALevelMore() {
        BTree hundredAPage = new BTree(1_000_000, 10_000);

        assertThat(hundredAPage.levelsAt(10_000)).isEqualTo(2);
        assertThat(hundredAPage.levelsAt(10_001)).isEqualTo(3);
        assertThat(hundredAPage.levelsAt(100_000_000)).isEqualTo(4);
    }

    @Test
    void of_nothing_isRefused() {
        assertThatThrownBy(() -> new BTree(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
