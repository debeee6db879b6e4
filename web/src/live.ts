// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// All sources, jobs, nodes and workgroups as the controller's event stream tells them. What is
// shown is either what the stream last said, or marked as old.
import { useEffect, useState } from 'preact/hooks';

import { api, ApiError } from './api.ts';
import { keepSpeeds } from './estimate.ts';
import type { Job, Node, Source, Workgroup } from './types.ts';

export type Connection = 'connecting' | 'live' | 'stale' | 'reconnecting';

interface Things {
  source: Map<string, Source>;
  job: Map<string, Job>;
  node: Map<string, Node>;
  workgroup: Map<string, Workgroup>;
}
type Kind = keyof Things;

const nothing = (): Things =>
  ({ source: new Map(), job: new Map(), node: new Map(), workgroup: new Map() });
const kinds: Kind[] = ['source', 'job', 'node', 'workgroup'];
const silenceMs = 12_000;   // the stream says something every 5 s
const ageMs = 10_000;       // of a look at everything that counts as new
const waitsMs = [500, 1000, 2000, 5000, 10_000];

export const live = {
  things: nothing(),
  speeds: new Map<string, number[]>(),  // of running jobs, the newest last
  connection: 'connecting' as Connection,
  ready: false,                         // everything was told at least once
  seenMs: 0,                            // when the stream last told anything
};

const readers = new Set<() => void>();
let scheduled = false;

/** At most once a frame, however many events come. */
function changed() {
  if (scheduled) return;
  scheduled = true;
  const tell = () => {
    scheduled = false;
    for (const reader of readers) reader();
  };
  // Frames stop in hidden pages, and their titles and lists must not.
  if (document.hidden) setTimeout(tell, 200);
  else requestAnimationFrame(tell);
}

/** Draws the caller anew whenever anything live has changed. */
export function useLive() {
  const [, draw] = useState(0);
  useEffect(() => {
    const reader = () => draw((n) => n + 1);
    readers.add(reader);
    return () => { readers.delete(reader); };
  }, []);
  return live;
}

/** What an action answered is newer than what the stream has told. */
export function learn(job: Job) {
  for (const things of [live.things, ...staged ? [staged] : []]) {
    const known = things.job.get(job.id);
    if (!known || known.version <= job.version) things.job.set(job.id, job);
  }
  changed();
}

let stream: EventSource | null = null;
let staged: Things | null = null;
let failures = 0;
let timer = 0;
let watchdog = 0;

function become(connection: Connection) {
  if (live.connection === connection) return;
  live.connection = connection;
  changed();
}

function heard() {
  live.seenMs = Date.now();
  clearTimeout(watchdog);
  watchdog = window.setTimeout(() => { become('reconnecting'); again(); }, silenceMs);
}

function put(kind: Kind, thing: Source | Job | Node | Workgroup) {
  const into = staged ?? live.things;
  const id = kind === 'node' ? (thing as Node).node : (thing as Job).id;
  (into[kind] as Map<string, typeof thing>).set(id, thing);
  if (kind === 'job') keepSpeeds(live.speeds, thing as Job);
}

function open() {
  stream = new EventSource('/api/v1/events');
  heard();
  stream.addEventListener('begin', () => { heard(); staged = nothing(); });
  stream.addEventListener('ready', () => {
    heard();
    if (staged) live.things = staged;
    staged = null;
    failures = 0;
    live.ready = true;
    live.connection = 'live';
    changed();
  });
  for (const kind of kinds) {
    stream.addEventListener(kind, (event) => {
      heard();
      put(kind, JSON.parse((event as MessageEvent<string>).data));
      if (!staged) {
        become('live');
        changed();
      }
    });
  }
  stream.addEventListener('gone', (event) => {
    heard();
    const { kind, id } = JSON.parse((event as MessageEvent<string>).data);
    if (kinds.includes(kind)) (staged ?? live.things)[kind as Kind].delete(id);
    changed();
  });
  stream.addEventListener('alive', (event) => {
    heard();
    const { age_ms: age } = JSON.parse((event as MessageEvent<string>).data);
    if (live.ready && !staged) become(age < 0 || age > ageMs ? 'stale' : 'live');
  });
  stream.onerror = () => {
    become(live.ready ? 'reconnecting' : 'connecting');
    // A stream that was refused is not tried again by the browser.
    if (stream?.readyState === EventSource.CLOSED) again();
  };
}

/** Asks first whether the session still is one; the answer of a stream can't be seen. */
function again() {
  disconnect();
  timer = window.setTimeout(async () => {
    try {
      await api.get('/cluster');  // ends the session here if it has ended there
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return;
      again();
      return;
    }
    open();
  }, waitsMs[Math.min(failures++, waitsMs.length - 1)]);
}

function disconnect() {
  clearTimeout(timer);
  clearTimeout(watchdog);
  stream?.close();
  stream = null;
  staged = null;
}

export function connect() {
  failures = 0;
  live.connection = 'connecting';
  disconnect();
  open();
}

/** Forgets everything: the next who logs in may be somebody else. */
export function forget() {
  disconnect();
  live.things = nothing();
  live.speeds.clear();
  live.ready = false;
}
