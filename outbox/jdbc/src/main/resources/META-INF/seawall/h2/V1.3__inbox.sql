-- Points in time are microseconds since 1970, by the clock of this database.

-- Which consumer has had which message.
CREATE TABLE ${schema}"${prefix}inbox" (
  consumer varchar(200) NOT NULL,
  message_id varchar(200) NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (consumer, message_id)
);
CREATE INDEX "${prefix}inbox_received" ON ${schema}"${prefix}inbox" (received_at);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('inbox', 1);
