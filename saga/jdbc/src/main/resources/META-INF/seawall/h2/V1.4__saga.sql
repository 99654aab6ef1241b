-- Points in time are microseconds since 1970, by the clock of this database.

-- One row for each saga. An active one has either an owner, who works on it, or a time when it is due.
CREATE TABLE ${schema}"${prefix}saga" (
  definition varchar(100) NOT NULL,
  id varchar(200) NOT NULL,
  version integer NOT NULL,
  input_hash varchar(64) NOT NULL,
  status varchar(20) NOT NULL,
  state_type varchar(100) NOT NULL,
  state_version integer NOT NULL,
  content_type varchar(200) NOT NULL,
  state varbinary(100000000) NOT NULL,
  progress varchar(100000000) NOT NULL,
  step varchar(200),
  reason varchar(1000000),
  owner varchar(40),
  epoch bigint NOT NULL,
  rev bigint NOT NULL,
  recoveries integer NOT NULL,
  cancel_requested boolean NOT NULL,
  woken boolean NOT NULL,
  start_token bigint NOT NULL,
  created_at bigint NOT NULL,
  deadline_at bigint,
  due_at bigint,
  ended_at bigint,
  PRIMARY KEY (definition, id)
);
CREATE INDEX "${prefix}saga_due" ON ${schema}"${prefix}saga" (due_at);
CREATE INDEX "${prefix}saga_owner" ON ${schema}"${prefix}saga" (owner);
CREATE INDEX "${prefix}saga_ended" ON ${schema}"${prefix}saga" (ended_at);
CREATE INDEX "${prefix}saga_status" ON ${schema}"${prefix}saga" (status, created_at);

-- What happened, for people. Nothing is decided by it.
CREATE TABLE ${schema}"${prefix}saga_log" (
  definition varchar(100) NOT NULL,
  saga_id varchar(200) NOT NULL,
  rev bigint NOT NULL,
  line integer NOT NULL,
  at bigint NOT NULL,
  node varchar(200),
  epoch bigint NOT NULL,
  step varchar(200),
  kind varchar(40) NOT NULL,
  attempt integer NOT NULL,
  text varchar(1000000),
  PRIMARY KEY (definition, saga_id, rev, line)
);

-- Used ones stay as long as their saga: whether one was stored can always be told.
CREATE TABLE ${schema}"${prefix}saga_signal" (
  definition varchar(100) NOT NULL,
  saga_id varchar(200) NOT NULL,
  number bigint NOT NULL,
  name varchar(200) NOT NULL,
  payload_type varchar(100) NOT NULL,
  payload_version integer NOT NULL,
  content_type varchar(200) NOT NULL,
  payload varbinary(100000000) NOT NULL,
  at bigint NOT NULL,
  sender varchar(40) NOT NULL,
  used_rev bigint,
  PRIMARY KEY (definition, saga_id, number)
);

-- Which versions some node has named, and when it last did.
CREATE TABLE ${schema}"${prefix}saga_version" (
  definition varchar(100) NOT NULL,
  version integer NOT NULL,
  named_at bigint NOT NULL,
  PRIMARY KEY (definition, version)
);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('saga', 1);
