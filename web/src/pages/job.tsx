// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One migration: how far it is, what troubles it, what it holds, what came of it.
import { useEffect, useRef, useState } from 'preact/hooks';

import { ActionDialog, iconOf } from '../actions.tsx';
import { word } from '../api.ts';
import { remaining } from '../estimate.ts';
import { DiskMap } from '../disk_map.tsx';
import { bytes, count, interval, lineSpeed, percent, speed, time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import { actionsOf, type Action } from '../rows.ts';
import type { DiskProgress, Job, JobEvent } from '../types.ts';
import { Bar, Button, Icon, Loaded, Tags, Text, useLoad } from '../ui.tsx';
import { HeldPanel } from './job_held.tsx';
import { ImagePanel } from './job_image.tsx';
import { ModifyDialog } from './job_modify.tsx';
import { Timeline } from './job_timeline.tsx';
import { Trouble } from './job_trouble.tsx';
import { Badge, type May } from './migrations.tsx';

const stateNames = { Ready: 'ready', Running: 'running', Stopped: 'paused', InError: 'error',
  Waiting: 'waiting', Finished: 'done', Expired: 'expired', Deleting: 'deleting' } as const;

const askAgainMs = 2000;
const runningMs = 5000;  // a job that runs writes events that its own view doesn't show

/** The mark, but it changes not more often than a controller should be asked again. */
function useChanges(mark: string): string {
  const [seen, set] = useState(mark);
  const last = useRef(0);
  useEffect(() => {
    if (seen === mark) return;
    const timer = setTimeout(() => {
      last.current = Date.now();
      set(mark);
    }, Math.max(0, last.current + askAgainMs - Date.now()));
    return () => clearTimeout(timer);
  }, [mark, seen]);
  return seen;
}

function Facts({ job, speeds }: { job: Job; speeds?: number[] }) {
  const left = remaining(job, speeds);
  const copying = job.status === 'Running' && job.business_status === 'Syncing';
  return <dl class="facts">
    {copying && <>
      <div><dt>{t('list.speed')}</dt><dd>{speed(job.speed_bytes)}</dd></div>
      <div><dt>{t('list.network')}</dt><dd>{lineSpeed(job.network_bytes)}</dd></div>
      <div><dt>{t('list.remaining')}</dt><dd>{left ? interval(left) : '–'}</dd></div></>}
    <div><dt>{t('job.source')}</dt><dd><a href={`#/sources/${word(job.settings.source)}`}>
      <code>{job.settings.source}</code></a></dd></div>
    <div><dt>{t('job.started')}</dt><dd>{time(job.started_ms)}</dd></div>
    {job.ended_ms > 0 && <div><dt>{t('job.ended')}</dt><dd>{time(job.ended_ms)}</dd></div>}
    {job.next_run_ms > 0 &&
      <div><dt>{t('job.next_run')}</dt><dd>{time(job.next_run_ms)}</dd></div>}
    {job.run_number > 1 && <div><dt>{t('job.run')}</dt><dd>{job.run_number}</dd></div>}
    {job.restarts > 0 && <>
      <div><dt>{t('job.restarts')}</dt><dd>{count(job.restarts)}</dd></div>
      <div><dt>{t('job.resent')}</dt><dd>{t('job.resent.most',
        { n: bytes(job.resent_bytes) })}</dd></div></>}
    {job.settings.bucket !== '' &&
      <div><dt>{t('set.bucket')}</dt><dd>{job.settings.bucket}</dd></div>}
    {job.still_since_ms > 0 && <div><dt>{t('job.still')}</dt>
      <dd class="wrong">{t('job.still.since', { time: time(job.still_since_ms) })}</dd></div>}
    {job.waiting_for !== '' && <div><dt>{t('job.waiting_for')}</dt>
      <dd lang="en"><Text of={job.waiting_for} /></dd></div>}
  </dl>;
}

/** What makes it no faster, and what can be done about that. */
function Bottleneck({ job }: { job: Job }) {
  if (job.bottleneck === '') return null;
  return <p class="bottleneck"><Icon name="clock" /><span>
    <strong>{tWord('bottleneck', job.bottleneck)}</strong>{' '}
    {tWord('bottleneck.do', job.bottleneck)}</span></p>;
}

function DiskCard({ disk }: { disk: DiskProgress }) {
  const share = disk.bytes_total > 0 ? disk.bytes_done / disk.bytes_total * 100
    : disk.phase === 'verified' ? 100 : 0;
  const name = disk.index === 0 ? t('disk.system') : t('disk.data', { n: disk.index });
  return <li class="disk"><div class="line"><strong>{name}</strong>
    <span class="quiet">{tWord('diskphase', disk.phase)}
      {disk.pass > 0 && <>, {t('disk.pass', { n: disk.pass })}</>}</span></div>
    <Bar value={share} state={disk.phase === 'verified' ? 'finished' : 'running'} label={name} />
    <DiskMap map={disk.map} name={name} />
    <p class="quiet numbers">
      <span>{t('disk.settled',
        { done: bytes(disk.bytes_done), total: bytes(disk.bytes_total) })}</span>
      <span>{t('disk.sent', { n: bytes(disk.bytes_sent) })}</span>
      <span>{t('disk.wire', { n: bytes(disk.wire_bytes) })}</span>
      <span>{t('disk.skipped', { n: bytes(disk.bytes_skipped) })}</span></p>
    {disk.tree_root !== '' && <p class="quiet"><Icon name="check" />{t('disk.proven')}</p>}
    {disk.file_issues > 0 && <p class="wrong">{t('disk.issues', { n: disk.file_issues })}</p>}
  </li>;
}

function Notices({ job }: { job: Job }) {
  const all = [...job.warnings, ...job.notices];
  if (all.length === 0) return null;
  return <section><h2>{t('job.notices')}</h2><ul class="findings" lang="en">
    {all.map((one, i) => <li key={i} class={one.level}><p><Text of={one.what} most={500} />
      {one.evidence !== '' && <>: <Text of={one.evidence} most={500} /></>}</p>
      <p class="quiet"><Text of={one.fix} most={500} /></p></li>)}</ul></section>;
}

/** Maps aren't in what the stream tells. */
function withMaps(disks: DiskProgress[], whole: DiskProgress[]): DiskProgress[] {
  return disks.map((disk) => ({ ...disk,
    map: whole.find((one) => one.index === disk.index)?.map ?? '' }));
}

export function JobPage({ id, may }: { id: string; may: May }) {
  const live = useLive();
  const brief = live.things.job.get(id);
  const period = brief?.status === 'Running' ? Math.floor(live.seenMs / runningMs) : 0;
  const changes = useChanges(JSON.stringify([brief?.version, brief?.business_status, brief?.step,
    period]));
  const path = `/jobs/${word(id)}`;
  const full = useLoad<Job>(path, changes);
  const events = useLoad<{ events: JobEvent[] }>(`${path}/events`, changes);
  const [action, setAction] = useState<Action | null>(null);
  const [modifying, setModifying] = useState(false);
  useEffect(() => {
    if (brief) document.title = `${brief.settings.name.slice(0, 80)} – edgeferry`;
  }, [brief?.settings.name]);

  if (live.ready && !brief) {  // the stream tells of all there are
    return <><h1>{t('job.title')}</h1><p class="notice">{t('job.gone')}</p>
      <a href="#/migrations">{t('job.back')}</a></>;
  }
  // What lists leave out comes from the answer; all that moves, from the stream.
  const shown = full.value && brief ? { ...full.value, ...brief, warnings: full.value.warnings,
    notices: full.value.notices, boot: full.value.boot, fix_ups: full.value.fix_ups,
    disks: withMaps(brief.disks, full.value.disks) } : full.value ?? brief;
  if (!shown) return <><h1>{t('job.title')}</h1><Loaded of={full}>{() => null}</Loaded></>;
  const job = shown;
  const state = stateNames[job.status as keyof typeof stateNames] ?? 'offline';
  const actions = actionsOf(job);
  const ends = ['Finished', 'Expired', 'Deleting'].includes(job.status);
  return <div class="job">
    <p><a class="back" href="#/migrations"><Icon name="back" />{t('job.back')}</a></p>
    <div class="title"><div><h1><Text of={job.settings.name} most={120} /></h1>
      <p><Badge state={state} /> {job.status === 'Running' && tWord('phase', job.business_status)}
        {' '}<code>{job.id}</code></p>
      {job.settings.description !== '' && <p><Text of={job.settings.description} most={300} /></p>}
      <Tags tags={job.settings.tags} /></div>
      {may.operate && <div class="buttons">
        <a class="button" download href={`/api/v1${path}/diagnostics`}
          title={t('job.diagnostics.help')}>
          <Icon name="log" />{t('job.diagnostics')}</a>
        {actions.map((one) => <Button key={one} icon={iconOf[one]} onClick={() => setAction(one)}
          kind={one === 'cancel' || one === 'delete' ? 'danger'
            : one === 'retry' || one === 'start' || one === 'resume' ? 'primary' : undefined}>
          {t(`do.${one}`)}</Button>)}
        {!ends && <Button icon="edit" onClick={() => setModifying(true)}>{t('do.modify')}</Button>}
      </div>}</div>
    {job.status === 'InError' && <Trouble job={job} events={events.value?.events ?? []}
      onRetry={may.operate ? () => setAction('retry') : undefined} />}
    <section class="overview"><h2>{t('job.progress')}</h2>
      <div class="line"><span lang="en"><Text of={job.step} /></span>
        <strong>{percent(job.progress)}</strong></div>
      <Bar value={job.progress} state={job.status.toLowerCase()} label={t('job.progress')} />
      <Bottleneck job={job} />
      <Facts job={job} speeds={live.speeds.get(id)} /></section>
    {(job.image !== '' || job.status === 'Finished' || job.boot.outcome !== '') &&
      <ImagePanel job={job} />}
    <div class="columns">
      <div>
        {job.disks.length > 0 && <section><h2>{t('job.disks')}</h2>
          <ul class="cards">{job.disks.map((disk) =>
            <DiskCard key={disk.index} disk={disk} />)}</ul>
        </section>}
        <section><div class="title"><h2>{t('job.resources')}</h2>
          <a href="#/resources">{t('held.all')}</a></div><HeldPanel job={job} /></section>
        <Notices job={job} />
      </div>
      <section><h2>{t('job.timeline')}</h2>
        <Loaded of={events}>{(list) => <Timeline events={list.events} />}</Loaded></section>
    </div>
    {action && <ActionDialog action={action} jobs={[job]} onClose={() => setAction(null)} />}
    {modifying && <ModifyDialog job={job} onClose={() => setModifying(false)} />}
  </div>;
}

