// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's one database. docs/journal.md explains each table.
#pragma once

#include <array>
#include <cstdint>

namespace ferry {

/// Entry n lifts a database of version n to n + 1. An entry that was released never changes.
inline constexpr std::array schema_steps{
    R"sql(
  CREATE TABLE job (
    id           TEXT PRIMARY KEY,
    client_token TEXT NOT NULL UNIQUE,
    created_ms   INTEGER NOT NULL
  ) STRICT;

  -- The history of every job. The primary key is the fence: a second writer of
  -- the same sequence number fails.
  CREATE TABLE event (
    job   TEXT    NOT NULL REFERENCES job(id),
    seq   INTEGER NOT NULL CHECK (seq > 0),
    type  TEXT    NOT NULL,
    body  BLOB    NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (job, seq)
  ) STRICT, WITHOUT ROWID;

  -- Every temporary resource, written before it is made and kept as a tombstone
  -- after it is gone.
  CREATE TABLE resource (
    token       TEXT PRIMARY KEY,
    job         TEXT NOT NULL REFERENCES job(id),
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('intended', 'created', 'releasing', 'released')),
    provider_id TEXT NOT NULL DEFAULT '',
    changed_ms  INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX resource_open ON resource(job) WHERE state <> 'released';

  CREATE TABLE activation (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    quota       INTEGER NOT NULL,
    registered  INTEGER NOT NULL DEFAULT 0 CHECK (registered <= quota),
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL,
    disabled    INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    public_key TEXT NOT NULL UNIQUE,
    activation TEXT NOT NULL,
    inventory  BLOB NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;
)sql",
    R"sql(
  -- What happened to the cluster and belongs to no single job. The same event told
  -- again is one event.
  CREATE TABLE cluster_event (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    text    TEXT NOT NULL,
    UNIQUE (kind, subject, at_ms)
  ) STRICT;
)sql",
    R"sql(
  -- A row may also end because an operator gave its resource up. SQLite can't change a
  -- CHECK, so the rows move to a new table, in the order of their intents.
  CREATE TABLE new_resource (
    token       TEXT PRIMARY KEY,
    job         TEXT NOT NULL REFERENCES job(id),
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL
      CHECK (state IN ('intended', 'created', 'releasing', 'released', 'abandoned')),
    provider_id TEXT NOT NULL DEFAULT '',
    changed_ms  INTEGER NOT NULL
  ) STRICT;
  INSERT INTO new_resource SELECT token, job, kind, state, provider_id, changed_ms
    FROM resource ORDER BY rowid;
  DROP TABLE resource;
  ALTER TABLE new_resource RENAME TO resource;
  CREATE INDEX resource_open ON resource(job) WHERE state NOT IN ('released', 'abandoned');
)sql",
    R"sql(
  -- The parts of a resource are rows of their own, intended together with it.
  ALTER TABLE resource ADD COLUMN parent TEXT NOT NULL DEFAULT '';
  ALTER TABLE resource ADD COLUMN name TEXT NOT NULL DEFAULT '';
  ALTER TABLE resource ADD COLUMN node TEXT NOT NULL DEFAULT '';
  ALTER TABLE resource ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX resource_parent ON resource(parent) WHERE parent <> '';
)sql",
    R"sql(
  -- What users call things, and a server that goes once its job has let it go.
  ALTER TABLE activation ADD COLUMN description TEXT NOT NULL DEFAULT '';
  ALTER TABLE source ADD COLUMN name TEXT NOT NULL DEFAULT '';
  ALTER TABLE source ADD COLUMN description TEXT NOT NULL DEFAULT '';
  ALTER TABLE source ADD COLUMN tags BLOB NOT NULL DEFAULT x'';
  ALTER TABLE source ADD COLUMN deleting INTEGER NOT NULL DEFAULT 0;

  -- Who may sign requests. The secrets are sealed; the key to them is no part of the database.
  CREATE TABLE access_key (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('full', 'read-only')),
    sealed     BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    disabled   INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- Requests that were taken: none is taken twice.
  CREATE TABLE request_nonce (
    access_key TEXT    NOT NULL REFERENCES access_key(id) ON DELETE CASCADE,
    digest     BLOB    NOT NULL,
    until_ms   INTEGER NOT NULL,
    PRIMARY KEY (access_key, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX request_nonce_until ON request_nonce(until_ms);
)sql",
    R"sql(
  ALTER TABLE source ADD COLUMN resource_group TEXT NOT NULL DEFAULT '';

  -- Source servers that a user migrates together.
  CREATE TABLE workgroup (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    tags        BLOB NOT NULL,
    created_ms  INTEGER NOT NULL
  ) STRICT;

  -- A server is in one of them at most, and leaves it when it is forgotten.
  CREATE TABLE workgroup_source (
    source    TEXT PRIMARY KEY REFERENCES source(id) ON DELETE CASCADE,
    workgroup TEXT NOT NULL REFERENCES workgroup(id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX workgroup_source_workgroup ON workgroup_source(workgroup);

  -- What a client token has made; it outlives that, so that a repeated request makes nothing new.
  CREATE TABLE workgroup_request (
    client_token TEXT PRIMARY KEY,
    digest       BLOB NOT NULL,
    workgroup    TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
  -- Keys have roles of the console, too. SQLite can't change a CHECK, so the rows move, and with
  -- them what refers to them: dropping the old keys must not forget which requests were taken.
  CREATE TABLE new_access_key (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL
      CHECK (role IN ('viewer', 'operator', 'admin', 'full', 'read-only')),
    sealed     BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    disabled   INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO new_access_key SELECT id, name, role, sealed, created_ms, disabled FROM access_key;
  CREATE TABLE new_request_nonce (
    access_key TEXT    NOT NULL REFERENCES new_access_key(id) ON DELETE CASCADE,
    digest     BLOB    NOT NULL,
    until_ms   INTEGER NOT NULL,
    PRIMARY KEY (access_key, digest)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_request_nonce SELECT access_key, digest, until_ms FROM request_nonce;
  DROP TABLE request_nonce;
  DROP TABLE access_key;
  ALTER TABLE new_access_key RENAME TO access_key;
  ALTER TABLE new_request_nonce RENAME TO request_nonce;
  CREATE INDEX request_nonce_until ON request_nonce(until_ms);

  -- Who is logged in at the console; only the digest of what the browser holds.
  CREATE TABLE console_session (
    digest     BLOB PRIMARY KEY,
    access_key TEXT    NOT NULL REFERENCES access_key(id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Every change that was asked for, before it is done, and what came of it.
  CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms    INTEGER NOT NULL,
    who      TEXT NOT NULL,
    role     TEXT NOT NULL,
    client   TEXT NOT NULL,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    outcome  TEXT NOT NULL DEFAULT '',
    ended_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT;
)sql",
    R"sql(
  -- One number for each event of any job and of the cluster, in the order in which they became
  -- durable, so that whoever knows one number knows where to go on. No number is left out: what a
  -- transaction undoes gives its numbers back.
  CREATE TABLE feed (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    job   TEXT    NOT NULL,  -- empty: the event is the cluster's
    entry INTEGER NOT NULL   -- its number there
  ) STRICT;
  CREATE INDEX feed_entry ON feed(job, entry);
  -- A clock that was set back must not change the order within a job.
  INSERT INTO feed(job, entry) SELECT job, seq FROM (
    SELECT job, seq, max(at_ms) OVER (PARTITION BY job ORDER BY seq) AS at FROM event
    UNION ALL
    SELECT '', seq, max(at_ms) OVER (ORDER BY seq) AS at FROM cluster_event
  ) ORDER BY at, job, seq;
  CREATE TRIGGER feed_event AFTER INSERT ON event
    BEGIN INSERT INTO feed(job, entry) VALUES (NEW.job, NEW.seq); END;
  CREATE TRIGGER feed_cluster_event AFTER INSERT ON cluster_event
    BEGIN INSERT INTO feed(job, entry) VALUES ('', NEW.seq); END;
  -- Events of the cluster that are dropped take all that came before with them: there are no holes.
  CREATE TRIGGER feed_dropped AFTER DELETE ON cluster_event BEGIN
    DELETE FROM feed WHERE seq <= (SELECT seq FROM feed WHERE job='' AND entry=OLD.seq);
  END;
)sql",
    R"sql(
  ALTER TABLE cluster_event ADD COLUMN job TEXT NOT NULL DEFAULT '';

  -- Who is told by mail or webhook, of what.
  CREATE TABLE notification (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('mail', 'webhook')),
    target       TEXT NOT NULL,
    events       TEXT NOT NULL,
    job          TEXT NOT NULL,
    tags         BLOB NOT NULL,
    sealed       BLOB NOT NULL,
    created_ms   INTEGER NOT NULL,
    disabled     INTEGER NOT NULL DEFAULT 0,
    delivered    INTEGER NOT NULL DEFAULT 0,
    given_up     INTEGER NOT NULL DEFAULT 0,
    delivered_ms INTEGER NOT NULL DEFAULT 0,
    error        TEXT NOT NULL DEFAULT '',
    error_ms     INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- What is to be told and nobody has looked yet to whom. The triggers write it together with
  -- what happened, whoever writes that, in the order of its happening.
  CREATE TABLE notice (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    word    TEXT NOT NULL,
    job     TEXT NOT NULL,
    number  INTEGER NOT NULL DEFAULT 0,
    subject TEXT NOT NULL DEFAULT '',
    text    TEXT NOT NULL DEFAULT '',
    at_ms   INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER notice_of_job AFTER INSERT ON event
  WHEN NEW.type IN ('event.job_failed', 'event.job_expired', 'event.job_finished',
                    'event.run_finished', 'event.release_stalled')
    AND EXISTS (SELECT 1 FROM notification WHERE disabled=0)
  BEGIN
    INSERT INTO notice(word, job, number, at_ms) VALUES (
      CASE NEW.type WHEN 'event.job_finished' THEN 'done' WHEN 'event.run_finished' THEN 'done'
                    WHEN 'event.release_stalled' THEN 'stalled' ELSE 'error' END,
      NEW.job, NEW.seq, NEW.at_ms);
  END;
  CREATE TRIGGER notice_of_cluster AFTER INSERT ON cluster_event
  WHEN NEW.kind IN ('resource_leaked', 'source_offline')
    AND EXISTS (SELECT 1 FROM notification WHERE disabled=0)
  BEGIN
    INSERT INTO notice(word, job, subject, text, at_ms) VALUES (
      CASE NEW.kind WHEN 'resource_leaked' THEN 'leak' ELSE 'offline' END,
      NEW.job, NEW.subject, NEW.text, NEW.at_ms);
  END;

  -- What one receiver has not taken yet. Of one lane (a job, or what else it is about) each waits
  -- for the one before.
  CREATE TABLE delivery (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    notification TEXT    NOT NULL REFERENCES notification(id) ON DELETE CASCADE,
    lane         TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX delivery_notification ON delivery(notification, seq);
)sql",
    R"sql(
  -- What source servers get that register with a code.
  ALTER TABLE activation ADD COLUMN tags BLOB NOT NULL DEFAULT x'';
  ALTER TABLE activation ADD COLUMN resource_group TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
  -- Imports of instances of ECS, and where each instance stands; bodies are msgpack. The code that
  -- the servers register with is sealed.
  CREATE TABLE ecs_import (
    id           TEXT PRIMARY KEY,
    client_token TEXT NOT NULL,
    created_ms   INTEGER NOT NULL,
    body         BLOB NOT NULL,
    sealed       BLOB NOT NULL
  ) STRICT;
  CREATE TABLE ecs_import_item (
    import   TEXT NOT NULL REFERENCES ecs_import(id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (import, instance)
  ) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
  -- A job that moves nothing is told as well.
  DROP TRIGGER notice_of_job;
  CREATE TRIGGER notice_of_job AFTER INSERT ON event
  WHEN NEW.type IN ('event.job_failed', 'event.job_expired', 'event.job_finished',
                    'event.run_finished', 'event.release_stalled', 'event.job_stalled')
    AND EXISTS (SELECT 1 FROM notification WHERE disabled=0)
  BEGIN
    INSERT INTO notice(word, job, number, at_ms) VALUES (
      CASE NEW.type WHEN 'event.job_finished' THEN 'done' WHEN 'event.run_finished' THEN 'done'
                    WHEN 'event.release_stalled' THEN 'stalled'
                    WHEN 'event.job_stalled' THEN 'stalled' ELSE 'error' END,
      NEW.job, NEW.seq, NEW.at_ms);
  END;
)sql",
    R"sql(
  -- Log lines of the nodes of jobs that have come to an end, which the nodes keep for a while only.
  CREATE TABLE job_log (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    job     TEXT    NOT NULL REFERENCES job(id) ON DELETE CASCADE,
    node    TEXT    NOT NULL,
    at_ms   INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    facts   BLOB    NOT NULL,
    note    TEXT    NOT NULL,
    packed  BLOB    NOT NULL,
    bytes   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX job_log_job ON job_log(job, node);

  -- Those that nobody has fetched yet. A trigger writes it together with the end, so that a
  -- controller that dies then knows it afterwards; an empty node stands for all that the job has.
  -- A rented machine goes before its job is finished, so its image is such an end, too.
  CREATE TABLE log_wanted (
    job      TEXT    NOT NULL REFERENCES job(id) ON DELETE CASCADE,
    node     TEXT    NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (job, node)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER log_wanted_at_end AFTER INSERT ON event
  WHEN NEW.type IN ('event.job_failed', 'event.job_canceled', 'event.job_finished',
                    'event.run_finished', 'event.image_certified')
  BEGIN
    INSERT OR REPLACE INTO log_wanted(job, node, since_ms) VALUES (NEW.job, '', NEW.at_ms);
  END;
)sql"};
inline constexpr std::int64_t schema_version = schema_steps.size();

}  // namespace ferry
