// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How long a job still takes: as an interval, because one number would be a promise.
import type { Job } from './types.ts';

const kept = 30;    // speeds, about one a second
const needed = 4;   // before their spread says anything
const spreadMin = 0.08;
const spreadMax = 0.6;

/** Keeps the newest speeds of a job that copies; forgets those of one that doesn't. */
export function keepSpeeds(all: Map<string, number[]>, job: Job) {
  if (job.status !== 'Running' || job.business_status !== 'Syncing') {
    all.delete(job.id);
    return;
  }
  const speeds = all.get(job.id) ?? [];
  if (job.speed_bytes > 0) speeds.push(job.speed_bytes);
  if (speeds.length > kept) speeds.shift();
  all.set(job.id, speeds);
}

/** Seconds from and to; null while nothing is known. The spread is that of the newest speeds. */
export function remaining(job: Job, speeds: number[] = []): [number, number] | null {
  if (job.status !== 'Running' || job.business_status !== 'Syncing' || job.remaining_s < 0) {
    return null;
  }
  if (speeds.length < needed) {
    return [job.remaining_s / (1 + spreadMax), job.remaining_s / (1 - spreadMax)];
  }
  const mean = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
  const squares = speeds.reduce((sum, speed) => sum + (speed - mean) ** 2, 0);
  const spread = Math.sqrt(squares / speeds.length) / mean;
  const bound = Math.min(spreadMax, Math.max(spreadMin, spread));
  return [job.remaining_s / (1 + bound), job.remaining_s / (1 - bound)];
}
