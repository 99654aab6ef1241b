package dev.seawall.outbox.jdbc;

import java.nio.charset.StandardCharsets;

/** Which partition a key belongs to: the same for all nodes, versions and databases. */
record Partitioning(int partitions) {

    static final String WORK = "outbox";
    static final String HASH = "fnv1a-32";

    private static final int BASIS = 0x811c9dc5;
    private static final int PRIME = 0x01000193;

    /** FNV-1a of the key's UTF-8 bytes, then mixed: its last bits alone follow the last character too closely. */
    int of(String key) {
        int hash = BASIS;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        hash ^= hash >>> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >>> 13;
        return Math.floorMod(hash, partitions);
    }
}
