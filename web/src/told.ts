// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Events of a job in the reader's language, by their types and facts. What no catalogue knows is
// told in the controller's own words.
import { errorTitle, nextStep } from './errors.ts';
import { bytes, count } from './format.ts';
import { isKey, t, tWord } from './i18n/index.ts';
import type { JobEvent } from './types.ts';

/** `step`: what to do about such an error; `detail`: the controller's own words for the cause, and
 *  for what to do; they aren't translated. */
export interface Told { text: string; own: boolean; step: string; detail: string }

const ownWords = (event: JobEvent): Told => ({ text: event.text, own: true, step: '', detail: '' });

const variants: Record<string, (facts: Map<string, string>) => string> = {
  job_started: (facts) => facts.get('how') ?? '',
  job_canceled: (facts) => facts.get('how') ?? '',
  cut_over_started: (facts) => facts.get('sync_data') ? 'sync' : '',
  image_removed: (facts) => facts.get('abandoned') ? 'abandoned' : '',
  disks_verified: (facts) => facts.get('files') === '0' ? '' : 'files',
  image_exported: (facts) => ({ booted: 'booted', failed: 'unproven', not_proven: 'unproven' })[
    facts.get('boot') ?? ''] ?? '',
};

function changes(event: JobEvent): string {
  return event.facts.map(({ name, value }) => value === '' ? tWord('setting', name)
    : t('event.change', { name: tWord('setting', name), value })).join(t('event.and'));
}

export function tell(event: JobEvent): Told {
  const type = event.type.replace(/^event\./, '');
  const facts = new Map(event.facts.map(({ name, value }) => [name, value]));
  const error = facts.get('error') ?? '';
  const { step, exact } = nextStep(error, facts.get('fix') ?? '');
  const detail = [facts.get('why'), exact].filter(Boolean).join(' – ');
  if (type === 'job_modified' || type === 'transfer_modified') {
    return event.facts.length === 0 ? ownWords(event)
      : { text: t('event.modified', { what: changes(event) }), own: false, step, detail };
  }
  const variant = variants[type]?.(facts) ?? '';
  const key = variant === '' ? `event.${type}` : `event.${type}.${variant}`;
  if (!isKey(key)) return ownWords(event);
  const places: Record<string, string> = {};
  for (const [name, value] of facts) {
    places[name] = name === 'bytes' ? bytes(Number(value))
      : name === 'kind' ? tWord('kind', value)
        : name === 'files' || name === 'disks' ? count(Number(value))
          : name === 'error' ? `${value} ${errorTitle(value)}`.trimEnd() : value;
  }
  return { text: t(key, places), own: false, step, detail };
}
