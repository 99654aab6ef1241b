-- Points in time are microseconds since 1970, by the clock of this database.

-- Which actions of sagas took effect here, were undone, or must not come any more.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}guard` (
  action_key varbinary(255) NOT NULL PRIMARY KEY,
  outcome varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changed_at bigint NOT NULL,
  KEY (changed_at)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('guard', 1);
