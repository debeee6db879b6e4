// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a migration holds for now: what that costs, and when it goes.
import { bytes, money, time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import type { Held, Job } from '../types.ts';
import { Code, Text } from '../ui.tsx';

export function cost(value: number, currency: string): string {
  return value < 0 || currency === '' ? t('cost.unknown') : money(value, currency);
}

/** Kept things go only once somebody decides. */
function goes(job: Job, held: Held): string {
  if (held.until === 'now') return t('until.now');
  if (job.status === 'InError') return t('until.error');
  if (job.status === 'Stopped') return t('until.paused');
  return tWord('until', held.until);
}

/** What the controller says grows with its clock; a page that stays open goes on with its own. */
function soFar(held: Held): number {
  return held.cost_per_hour < 0 ? -1
    : held.cost_per_hour * Math.max(0, Date.now() - held.since_ms) / 3_600_000;
}

function Sum({ job }: { job: Job }) {
  const known = job.holds.filter((held) => held.cost_per_hour >= 0);
  if (job.currency === '' || known.length === 0) {
    return <p class="quiet">{t('cost.none')}</p>;
  }
  const sum = known.reduce((all, held) => all + soFar(held), 0);
  const hour = known.reduce((all, held) => all + held.cost_per_hour, 0);
  return <p>{t('cost.sum', { sum: money(sum, job.currency), hour: money(hour, job.currency) })}
    {known.length < job.holds.length && <> {t('cost.partly')}</>}</p>;
}

export function HeldPanel({ job }: { job: Job }) {
  if (job.holds.length === 0) return <p class="quiet">{t('job.resources.none')}</p>;
  return <><Sum job={job} />
    <ul class="cards" aria-label={t('held.title')}>{job.holds.map((held) => <li key={held.token}>
      <div class="line"><strong>{tWord('kind', held.kind)}</strong>
        <span>{cost(soFar(held), job.currency)}</span></div>
      <Code of={held.token} />{' '}<span class="quiet"><Text of={held.node} most={60} /></span>
      <p class="quiet numbers">{held.bytes > 0 && <span>{bytes(held.bytes)}</span>}
        <span>{t('held.since', { time: time(held.since_ms) })}</span>
        {held.cost_per_hour >= 0 && job.currency !== '' && <span>{t('cost.per_hour',
          { n: money(held.cost_per_hour, job.currency) })}</span>}</p>
      <p class="quiet">{goes(job, held)}</p></li>)}</ul></>;
}
