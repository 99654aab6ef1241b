-- Points in time are microseconds since 1970, by the clock of this database.

-- Which actions of sagas took effect here, were undone, or must not come any more.
CREATE TABLE ${schema}"${prefix}guard" (
  action_key varchar(255) PRIMARY KEY,
  outcome varchar(20) NOT NULL,
  changed_at bigint NOT NULL
);
CREATE INDEX "${prefix}guard_changed" ON ${schema}"${prefix}guard" (changed_at);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('guard', 1);
