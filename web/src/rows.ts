// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of the migration page: each source server with its newest job, and jobs whose source
// server is gone.
import type { Job, Source, Tag } from './types.ts';

export type State =
  | 'online' | 'offline' | 'ready' | 'running' | 'paused' | 'waiting' | 'error' | 'done'
  | 'expired' | 'deleting';
export const states: State[] = ['error', 'running', 'waiting', 'paused', 'ready', 'online',
  'offline', 'done', 'expired', 'deleting'];

export interface Row { id: string; source?: Source; job?: Job; state: State }

const ofJob: Record<string, State> = {
  Ready: 'ready', Running: 'running', Stopped: 'paused', InError: 'error', Waiting: 'waiting',
  Finished: 'done', Expired: 'expired', Deleting: 'deleting',
};

function stateOf(source?: Source, job?: Job): State {
  if (job) return ofJob[job.status] ?? 'offline';
  if (source?.state === 'Deleting') return 'deleting';
  return source?.state === 'Unavailable' ? 'offline' : 'online';
}

export function rowsOf(sources: Iterable<Source>, jobs: Iterable<Job>): Row[] {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    const known = newest.get(job.settings.source);
    if (!known || job.created_ms >= known.created_ms) newest.set(job.settings.source, job);
  }
  const rows: Row[] = [];
  for (const source of sources) {
    const job = newest.get(source.id);
    newest.delete(source.id);
    rows.push({ id: source.id, source, job, state: stateOf(source, job) });
  }
  for (const job of newest.values()) {
    rows.push({ id: job.settings.source, job, state: stateOf(undefined, job) });
  }
  const order = (row: Row) => nameOf(row).toLowerCase();
  return rows.sort((a, b) => order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0);
}

export function nameOf(row: Row): string {
  return row.source?.name || row.source?.inventory.hostname || row.id;
}

export function tagsOf(row: Row): Tag[] {
  const all = [...row.source?.tags ?? [], ...row.job?.settings.tags ?? []];
  const seen = new Set<string>();
  return all.filter((tag) => {
    const text = JSON.stringify([tag.key, tag.value]);
    return !seen.has(text) && seen.add(text);
  });
}

export interface Wanted { text: string; state: State | ''; tag: string }

/** `tag`: "KEY" or "KEY=VALUE", as the API takes it. */
export function matches(row: Row, wanted: Wanted): boolean {
  if (wanted.state !== '' && row.state !== wanted.state) return false;
  if (wanted.tag !== '') {
    const has = tagsOf(row).some(({ key, value }) =>
      wanted.tag === key || wanted.tag === `${key}=${value}`);
    if (!has) return false;
  }
  const search = wanted.text.trim().toLowerCase();
  if (search === '') return true;
  const { source, job } = row;
  return [row.id, source?.name, source?.description, source?.inventory.hostname,
    source?.inventory.os_name, job?.id, job?.settings.name, job?.settings.image_name, job?.image,
    ...(source?.inventory.nics ?? []).flatMap((nic) => nic.addresses)]
    .some((text) => text?.toLowerCase().includes(search));
}

export type Action = 'start' | 'pause' | 'resume' | 'retry' | 'cancel' | 'cut-over' | 'delete';

/** What a job's state allows; the controller decides. */
export function actionsOf(job: Job): Action[] {
  switch (job.status) {
    case 'Ready': return ['start', 'cancel'];
    case 'Running':
      return job.business_status === 'Syncing' ? ['pause', 'cancel'] : ['cancel'];
    case 'Stopped': return ['resume', 'cancel'];
    case 'InError': return ['retry', 'cancel'];
    case 'Waiting': return ['start', 'cut-over', 'pause', 'cancel'];
    case 'Finished': case 'Expired': return ['delete'];
    default: return [];
  }
}
