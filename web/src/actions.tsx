// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is done with migrations, one or many: asked first, with the version that was seen, so that
// nothing is done to a job that has become another one meanwhile.
import { useState } from 'preact/hooks';

import { api, ApiError, word } from './api.ts';
import { duration } from './format.ts';
import { t } from './i18n/index.ts';
import { learn } from './live.ts';
import type { Action } from './rows.ts';
import type { Job } from './types.ts';
import { Button, Check, Dialog, explain, Problem, say, Text } from './ui.tsx';

export const iconOf: Record<Action, string> = {
  start: 'play', pause: 'pause', resume: 'play', retry: 'retry', cancel: 'cancel',
  'cut-over': 'cut', delete: 'trash',
};
const harms: Action[] = ['cancel', 'delete'];

export async function perform(action: Action, job: Job, syncData: boolean): Promise<Job> {
  const path = `/jobs/${word(job.id)}`;
  const done = action === 'delete'
    ? await api.remove<Job>(`${path}?based_on=${job.version}`)
    : await api.post<Job>(`${path}/${action}`, action === 'cut-over'
      ? { based_on: job.version, sync_data: syncData } : { based_on: job.version });
  learn(done);
  return done;
}

/** How long file systems stand still in a last pass, and did in the newest; -1: not known. */
function pauses(job: Job) {
  return { expected: Math.max(-1, ...job.disks.map((disk) => disk.pause_expected_ms)),
    last: Math.max(-1, ...job.disks.map((disk) => disk.pause_ms)) };
}

interface CutOverProps { job?: Job; sync: boolean; onSync: (on: boolean) => void }
function CutOver({ job, sync, onSync }: CutOverProps) {
  const { expected, last } = job ? pauses(job) : { expected: -1, last: -1 };
  const seconds = (ms: number) => ms < 1000 ? t('time.short') : duration(ms / 1000);
  return <><Check label={t('ask.sync')} checked={sync} onChecked={onSync}
    help={t(sync ? 'ask.sync.on' : 'ask.sync.off')} />
    {sync && job && <p>{expected < 0 ? t('ask.pause.unknown')
      : t('ask.pause.expected', { time: seconds(expected) })}
      {last >= 0 && <> {t('ask.pause.last', { time: seconds(last) })}</>}</p>}
    <p class="quiet">{t('ask.cut-over.after')}</p></>;
}

interface Props { action: Action; jobs: Job[]; leftOut?: number; onClose: () => void }

/** The version that is asked about is the one that was shown when the question came up. */
export function ActionDialog({ action, jobs: shown, leftOut = 0, onClose }: Props) {
  const [jobs] = useState(shown);
  const [busy, setBusy] = useState(false);
  const [sync, setSync] = useState(true);
  const [refused, setRefused] = useState<{ job: Job; error: unknown }[]>([]);
  const label = t(`do.${action}`);
  const run = async () => {
    setBusy(true);
    const failed: typeof refused = [];
    for (const job of jobs) {
      try {
        await perform(action, job, sync);
      } catch (error) {
        if (error instanceof ApiError && error.job) learn(error.job);
        failed.push({ job, error });
      }
    }
    setBusy(false);
    setRefused(failed);
    if (failed.length > 0) return;
    say(t('do.done', { action: label }));
    onClose();
  };
  const ended = refused.length > 0;
  const title = jobs.length === 1 ? label : t('batch.title', { action: label, n: jobs.length });
  return <Dialog title={title} onClose={onClose} buttons={ended
    ? <Button kind="primary" onClick={onClose}>{t('common.close')}</Button>
    : <><Button onClick={onClose}>{t('common.back')}</Button>
      <Button kind={harms.includes(action) ? 'danger' : 'primary'} icon={iconOf[action]} busy={busy}
        onClick={run}>{label}</Button></>}>
    {!ended && <>
      <p>{t(`ask.${action}`)}</p>
      <ul class="plain">{jobs.slice(0, 10).map((job) =>
        <li key={job.id}><strong><Text of={job.settings.name} /></strong>{' '}
          <code>{job.id}</code></li>)}
        {jobs.length > 10 && <li>…</li>}</ul>
      {leftOut > 0 && <p class="quiet">{t('batch.skipped', { n: leftOut })}</p>}
      {action === 'cut-over' && <CutOver job={jobs.length === 1 ? jobs[0] : undefined} sync={sync}
        onSync={setSync} />}
    </>}
    {ended && jobs.length === 1 && <Problem error={refused[0].error} />}
    {ended && jobs.length > 1 && <div role="alert">
      <p>{t('batch.result', { done: jobs.length - refused.length, failed: refused.length })}</p>
      <ul>{refused.map(({ job, error }) => <li key={job.id}>
        <strong><Text of={job.settings.name} /></strong>: <Text of={explain(error)} /></li>)}</ul>
    </div>}
  </Dialog>;
}

/** A question with one answer that does something. */
export function AskDialog({ title, text, label, act, onClose, harm }: { title: string; text: string;
  label: string; act: () => Promise<unknown>; onClose: () => void; harm?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
      onClose();
    } catch (why) {
      setError(why);
      setBusy(false);
    }
  };
  return <Dialog title={title} onClose={onClose} buttons={<>
    <Button onClick={onClose}>{t('common.back')}</Button>
    <Button kind={harm ? 'danger' : 'primary'} busy={busy} onClick={run}>{label}</Button></>}>
    <p>{text}</p><Problem error={error} /></Dialog>;
}
