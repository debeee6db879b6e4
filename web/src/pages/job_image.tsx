// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a migration made, and how that is proven.
import { useState } from 'preact/hooks';

import { api, word } from '../api.ts';
import { bytes, duration, plain } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import type { Job } from '../types.ts';
import { Code, Copy, Icon, Loading, Problem, Text } from '../ui.tsx';

/** Asked for only once somebody wants to see it. */
function BootLog({ job }: { job: string }) {
  const path = `/jobs/${word(job)}/boot-log`;
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const show = (event: Event) => {
    if (!(event.currentTarget as HTMLDetailsElement).open || text !== null) return;
    setError(null);
    api.text(path).then((log) => setText(plain(log)), setError);
  };
  return <details onToggle={show}><summary>{t('job.boot.console')}</summary>
    <Problem error={error} />
    {text === null ? error === null && <Loading /> : <>
      <pre lang="en" tabIndex={0} aria-label={t('job.boot.console')}>{text}</pre>
      <p><a class="button" download={`${job}-console.txt`} href={`/api/v1${path}`}>
        <Icon name="log" />{t('job.boot.download')}</a></p></>}</details>;
}

export function ImagePanel({ job }: { job: Job }) {
  const { boot, fix_ups: fixUps } = job;
  const made = job.image !== '';
  return <section class="image"><h2>{t('job.image')}</h2>
    <dl class="facts">
      <div><dt>{t('job.image.id')}</dt><dd>{made ? <><Code of={job.image} />{' '}
        <Copy text={job.image} /></> : t('job.image.none')}</dd></div>
      {job.image_disks.map((disk) => <div key={disk.index}>
        <dt>{disk.index === 0 ? t('disk.system') : t('disk.data', { n: disk.index })}</dt>
        <dd>{bytes(disk.virtual_size)}</dd></div>)}
      {boot.outcome !== '' && <div><dt>{t('job.boot')}</dt><dd
        class={boot.outcome === 'failed' ? 'wrong' : ''}>{boot.outcome === 'booted'
          ? t('job.boot.booted', { time: duration(boot.seconds) })
          : tWord('job.boot', boot.outcome)}</dd></div>}
      {fixUps.outcome !== '' && <div><dt>{t('job.fixups')}</dt>
        <dd>{t('job.fixups.count', { n: fixUps.patches })}</dd></div>}
    </dl>
    {boot.what !== '' && <p lang="en"><Text of={boot.what} most={500} /></p>}
    {(boot.evidence.length > 0 || boot.milestones.length > 0) && <details>
      <summary>{t('job.boot.log')}</summary>
      <pre lang="en">{[...boot.milestones.map((one) =>
        `${one.seconds.toFixed(1).padStart(7)} s  ${one.milestone}  ${one.line}`),
      ...boot.evidence].join('\n').slice(0, 20_000)}</pre></details>}
    {fixUps.reasons.length > 0 && <details><summary>{t('job.fixups')}</summary>
      <ul lang="en">{fixUps.reasons.map((one, i) => <li key={i}><Code of={one.file} />{' '}
        <Text of={one.reason} /></li>)}</ul></details>}
    {boot.outcome !== '' && boot.outcome !== 'no_guest' && <BootLog job={job.id} />}
    {made && <><p class="quiet">{t('job.image.next')}</p>
      <p><a class="button" download href={`/api/v1/jobs/${word(job.id)}/certificate`}>
        <Icon name="log" />{t('job.certificate')}</a></p></>}
  </section>;
}
