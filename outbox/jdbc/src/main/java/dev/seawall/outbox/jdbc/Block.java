package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.jdbc.Row.KeyName;

/** A key whose first message has failed. */
record Block(long id, int part, KeyName key, long fromSeq, int attempts) {}
