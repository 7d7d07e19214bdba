CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE owner (
  id INTEGER PRIMARY KEY, instance TEXT NOT NULL, beat INTEGER NOT NULL,
  account TEXT NOT NULL, step INTEGER NOT NULL, concurrency INTEGER NOT NULL,
  waiting_us INTEGER NOT NULL, seen_us INTEGER NOT NULL);

CREATE TABLE account (
  id TEXT PRIMARY KEY, step INTEGER NOT NULL, concurrency INTEGER NOT NULL,
  changed INTEGER NOT NULL, refused INTEGER NOT NULL, next INTEGER NOT NULL);

CREATE TABLE budget (
  scope TEXT NOT NULL, period TEXT NOT NULL,
  held INTEGER NOT NULL, maybe INTEGER NOT NULL, spent INTEGER NOT NULL,
  held_n INTEGER NOT NULL, maybe_n INTEGER NOT NULL, spent_n INTEGER NOT NULL,
  PRIMARY KEY (scope, period));

CREATE TABLE job (
  key BLOB PRIMARY KEY, label TEXT NOT NULL, fingerprint TEXT NOT NULL, req_key TEXT NOT NULL,
  state INTEGER NOT NULL, open INTEGER NOT NULL, again INTEGER NOT NULL,
  attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, token INTEGER NOT NULL, owner INTEGER,
  account TEXT NOT NULL, permit INTEGER NOT NULL, permit_until INTEGER,
  held INTEGER NOT NULL, held_n INTEGER NOT NULL, maybe INTEGER NOT NULL, maybe_n INTEGER NOT NULL,
  day TEXT NOT NULL, route TEXT,
  task_id TEXT, deadline INTEGER, detail TEXT, code TEXT,
  created INTEGER NOT NULL, sent INTEGER, changed INTEGER NOT NULL);

CREATE INDEX job_permit ON job (account) WHERE permit = 1;
CREATE INDEX job_open ON job (state, deadline) WHERE open = 1;
CREATE INDEX job_owner ON job (owner) WHERE open = 1 AND owner IS NOT NULL;
CREATE INDEX job_task ON job (task_id) WHERE open = 1 AND task_id IS NOT NULL;
CREATE INDEX job_closed ON job (changed) WHERE open = 0;

CREATE TABLE delivery (
  key BLOB NOT NULL, sink TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, sink));
