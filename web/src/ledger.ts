// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of temporary resources on their page, and what can be done with one.
import type { Job, Resource } from './types.ts';

const order = ['leaked', 'unknown', 'missing', 'kept', 'in_use', ''];

/** What has leaked first; the parts of a resource stay behind it. */
export function ordered(resources: Resource[]): Resource[] {
  const groups: Resource[][] = [];
  for (const one of resources) {
    const last = groups.at(-1);
    if (one.parent !== '' && last && last[0].token === one.parent) last.push(one);
    else groups.push([one]);
  }
  const place = (group: Resource[]) => Math.min(...group.map(({ finding }) => {
    const at = order.indexOf(finding);
    return at < 0 ? order.length : at;
  }));
  return groups.sort((a, b) => place(a) - place(b)).flat();
}

/** The controller decides; this is what it can't refuse for what is known here. */
export function whatCanBeDone(one: Resource, job: Job | undefined,
  may: { operate: boolean; administer: boolean }): 'release' | 'abandon' | null {
  if (one.parent !== '' || one.finding === 'closed') return null;
  if (may.operate && one.finding === 'leaked') return 'release';
  const stalls = job !== undefined && job.error_code !== 0
    && ['Running', 'Deleting', 'Expired'].includes(job.status);
  return may.administer && stalls && one.token !== '' ? 'abandon' : null;
}
