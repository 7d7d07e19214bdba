CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS owner (
  id bigint PRIMARY KEY, instance TEXT NOT NULL, beat bigint NOT NULL,
  account TEXT NOT NULL, step bigint NOT NULL, concurrency bigint NOT NULL,
  waiting_us bigint NOT NULL, seen_us bigint NOT NULL) WITH (fillfactor = 10);

CREATE TABLE IF NOT EXISTS account (
  id TEXT PRIMARY KEY, step bigint NOT NULL, concurrency bigint NOT NULL,
  changed bigint NOT NULL, refused bigint NOT NULL, next bigint NOT NULL) WITH (fillfactor = 10);

CREATE TABLE IF NOT EXISTS budget (
  scope TEXT NOT NULL, period TEXT NOT NULL,
  held bigint NOT NULL, maybe bigint NOT NULL, spent bigint NOT NULL,
  held_n bigint NOT NULL, maybe_n bigint NOT NULL, spent_n bigint NOT NULL,
  PRIMARY KEY (scope, period)) WITH (fillfactor = 10);

CREATE TABLE IF NOT EXISTS job (
  key bytea PRIMARY KEY, label TEXT NOT NULL, fingerprint TEXT NOT NULL, req_key TEXT NOT NULL,
  state bigint NOT NULL, open bigint NOT NULL, again bigint NOT NULL,
  attempt bigint NOT NULL, crashes bigint NOT NULL, token bigint NOT NULL, owner bigint,
  account TEXT NOT NULL, permit bigint NOT NULL, permit_until bigint,
  held bigint NOT NULL, held_n bigint NOT NULL, maybe bigint NOT NULL, maybe_n bigint NOT NULL,
  day TEXT NOT NULL, route TEXT,
  task_id TEXT, deadline bigint, detail TEXT, code TEXT,
  created bigint NOT NULL, sent bigint, changed bigint NOT NULL) WITH (fillfactor = 80);

CREATE INDEX IF NOT EXISTS job_permit ON job (account) WHERE permit = 1;
CREATE INDEX IF NOT EXISTS job_open ON job (state, deadline) WHERE open = 1;
CREATE INDEX IF NOT EXISTS job_owner ON job (owner) WHERE open = 1 AND owner IS NOT NULL;
CREATE INDEX IF NOT EXISTS job_task ON job (task_id) WHERE open = 1 AND task_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS job_closed ON job (changed) WHERE open = 0;

CREATE TABLE IF NOT EXISTS delivery (
  key bytea NOT NULL, sink TEXT NOT NULL, at bigint NOT NULL, PRIMARY KEY (key, sink));
