-- Points in time are microseconds since 1970, by the clock of this database.

-- What was committed and not yet published. Rows are inserted and deleted, never updated. The sequence must not be cached:
-- the relay takes its last value for an upper bound of what is under way.
CREATE TABLE ${schema}"${prefix}outbox_message" (
  part smallint NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  topic varchar(200) NOT NULL,
  msg_key varchar(200) NOT NULL,
  keyed boolean NOT NULL,
  id uuid NOT NULL,
  type varchar(200) NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) NOT NULL,
  headers varchar(100000),
  payload varbinary(100000000) NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (part, seq)
);

-- Messages that are not due yet. They get their place in the order of their key when they are.
CREATE TABLE ${schema}"${prefix}outbox_delayed" (
  id uuid PRIMARY KEY,
  due_at bigint NOT NULL,
  part smallint NOT NULL,
  topic varchar(200) NOT NULL,
  msg_key varchar(200) NOT NULL,
  keyed boolean NOT NULL,
  type varchar(200) NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) NOT NULL,
  headers varchar(100000),
  payload varbinary(100000000) NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX "${prefix}outbox_delayed_due" ON ${schema}"${prefix}outbox_delayed" (part, due_at);

-- One row for each key whose first message has failed; next_at is null if it waits for a human.
CREATE TABLE ${schema}"${prefix}outbox_blocked" (
  part smallint NOT NULL,
  topic varchar(200) NOT NULL,
  msg_key varchar(200) NOT NULL,
  block_id bigint GENERATED ALWAYS AS IDENTITY,
  from_seq bigint NOT NULL,
  attempts integer NOT NULL,
  next_at bigint,
  error varchar(100000),
  changed_at bigint NOT NULL,
  PRIMARY KEY (part, topic, msg_key)
);

-- Messages taken out of the way, waiting for a human.
CREATE TABLE ${schema}"${prefix}outbox_parked" (
  id uuid PRIMARY KEY,
  part smallint NOT NULL,
  topic varchar(200) NOT NULL,
  msg_key varchar(200) NOT NULL,
  keyed boolean NOT NULL,
  type varchar(200) NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) NOT NULL,
  headers varchar(100000),
  payload varbinary(100000000) NOT NULL,
  created_at bigint NOT NULL,
  attempts integer NOT NULL,
  error varchar(100000),
  parked_at bigint NOT NULL
);

CREATE TABLE ${schema}"${prefix}outbox_paused" (
  topic varchar(200) PRIMARY KEY,
  paused_at bigint NOT NULL,
  paused_by varchar(200) NOT NULL
);

-- What humans did.
CREATE TABLE ${schema}"${prefix}outbox_audit" (
  audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL,
  who varchar(200) NOT NULL,
  action varchar(200) NOT NULL,
  subject varchar(200) NOT NULL
);

INSERT INTO ${schema}"${prefix}work" (work, partitions, hash) VALUES ('outbox', 64, 'fnv1a-32');
INSERT INTO ${schema}"${prefix}partition" (work, part) SELECT 'outbox', x FROM system_range(0, 63);
INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('outbox', 1);
