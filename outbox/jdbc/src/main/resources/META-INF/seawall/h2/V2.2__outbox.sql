-- Points in time are microseconds since 1970, by the clock of this database.

-- What was published, for relays that are told to keep it. Nothing is unique but archive_id: whatever is published must fit in.
CREATE TABLE ${schema}"${prefix}outbox_archive" (
  archive_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  part smallint NOT NULL,
  seq bigint NOT NULL,
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
  published_at bigint NOT NULL
);
CREATE INDEX "${prefix}outbox_archive_published" ON ${schema}"${prefix}outbox_archive" (published_at);
CREATE INDEX "${prefix}outbox_archive_id" ON ${schema}"${prefix}outbox_archive" (id);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('outbox', 2);
