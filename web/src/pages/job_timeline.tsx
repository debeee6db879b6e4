// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What happened to a migration, the newest first.
import { useState } from 'preact/hooks';

import { time } from '../format.ts';
import { t } from '../i18n/index.ts';
import { tell } from '../told.ts';
import type { JobEvent } from '../types.ts';
import { Button, Text } from '../ui.tsx';

const eventsShown = 60;

function Entry({ event }: { event: JobEvent }) {
  const { text, own, step, detail } = tell(event);
  return <li class={/fail|error|refus|stall/.test(event.type) ? 'bad' : ''}>
    <time>{time(event.at_ms)}</time>
    <p lang={own ? 'en' : undefined}><Text of={text} most={600} /></p>
    {step !== '' && <p>{step}</p>}
    {detail !== '' && <p class="quiet" lang="en"><Text of={detail} most={600} /></p>}</li>;
}

export function Timeline({ events }: { events: JobEvent[] }) {
  const [all, setAll] = useState(false);
  if (events.length === 0) return <p class="quiet">{t('job.events.none')}</p>;
  const newest = [...events].reverse();
  const shown = all ? newest : newest.slice(0, eventsShown);
  return <><ol class="timeline">{shown.map((event) => <Entry key={event.seq} event={event} />)}</ol>
    {shown.length < newest.length && <Button onClick={() => setAll(true)}>
      {t('job.all', { n: newest.length })}</Button>}</>;
}
