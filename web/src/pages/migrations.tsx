// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// All source servers with their newest migrations, as they are right now.
import { useMemo, useState } from 'preact/hooks';

import { ActionDialog, iconOf } from '../actions.tsx';
import { api, word } from '../api.ts';
import { remaining } from '../estimate.ts';
import { count, interval, lineSpeed, percent, speed } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import {
  actionsOf, matches, nameOf, rowsOf, states, tagsOf, type Action, type Row, type State,
} from '../rows.ts';
import type { Job } from '../types.ts';
import { Bar, Button, Dialog, explain, Icon, Input, Loading, say, Select, Tags, Text }
  from '../ui.tsx';
import { VirtualList } from '../virtual_list.tsx';

export interface May { operate: boolean; administer: boolean }
const batchActions: Action[] = ['start', 'pause', 'resume', 'retry', 'cancel'];
const iconOfState: Record<State, string> = {
  online: 'check', offline: 'cancel', ready: 'clock', running: 'play', paused: 'pause',
  waiting: 'clock', error: 'warn', done: 'check', expired: 'clock', deleting: 'trash',
};

export function Badge({ state }: { state: State }) {
  return <span class={`badge ${state}`}><Icon name={iconOfState[state]} />
    {t(`state.${state}`)}</span>;
}

function canStart(row: Row): boolean {
  const free = !row.job || row.state === 'done' || row.state === 'expired';
  return free && row.source?.state === 'Available';
}

function StatusCell({ row }: { row: Row }) {
  const { job, source } = row;
  const offline = job && row.state !== 'done' && source?.state === 'Unavailable';
  return <>
    <Badge state={row.state} />
    <span class="sub">{job?.status === 'Running' && tWord('phase', job.business_status)}
      {offline ? <span class="wrong"> {t('state.offline')}</span> : null}
      {job && job.still_since_ms > 0 ? <span class="wrong"> {t('state.still')}</span> : null}
      {row.state === 'error' && job && <a href={`#/jobs/${word(job.id)}`}>{t('trouble.title')}</a>}
      {!job && source && source.warnings > 0 && t('list.warnings', { n: source.warnings })}
    </span></>;
}

function ProgressCell({ job }: { job?: Job }) {
  if (!job) return <span class="quiet">–</span>;
  return <><Bar value={job.progress} state={job.status.toLowerCase()} label={t('list.progress')} />
    <span class="sub"><b>{percent(job.progress)}</b>{' '}
      <span lang="en"><Text of={job.step} most={60} /></span></span></>;
}

interface CellsProps {
  row: Row; may: May; selected: boolean; onSelect: (on: boolean) => void;
  onAction: (action: Action, job: Job) => void; speeds?: number[];
}
function Cells({ row, may, selected, onSelect, onAction, speeds }: CellsProps) {
  const { job } = row;
  const name = nameOf(row);
  const copying = job?.status === 'Running' && job.business_status === 'Syncing';
  const left = job ? remaining(job, speeds) : null;
  const actions = job ? actionsOf(job).filter((one) => one !== 'cancel' && one !== 'delete') : [];
  return <>
    <div role="cell" class="pick">{may.operate && <input type="checkbox" checked={selected}
      aria-label={t('list.select', { name: name.slice(0, 80) })}
      onChange={(event) => onSelect(event.currentTarget.checked)} />}</div>
    <div role="cell" class="name">
      <a href={job ? `#/jobs/${word(job.id)}` : `#/sources/${word(row.id)}`}>
        <Text of={name} most={80} /></a>
      <span class="sub"><code>{row.id}</code> <Text most={40}
        of={row.source?.inventory.os_name ?? ''} /></span>
      <Tags tags={tagsOf(row).slice(0, 3)} /></div>
    <div role="cell" class="status"><StatusCell row={row} /></div>
    <div role="cell" class="progress"><ProgressCell job={job} /></div>
    <div role="cell" class={`speed ${copying ? '' : 'idle'}`}>
      {copying ? speed(job.speed_bytes) : '–'}
      <span class="sub">{copying ? lineSpeed(job.network_bytes) : ''}</span></div>
    <div role="cell" class={`left ${left ? '' : 'idle'}`}>{left ? interval(left) : '–'}</div>
    <div role="cell" class="do">{may.operate && <>
      {canStart(row) && <a class="button primary" href={`#/start/${word(row.id)}`}>
        {t('list.start')}</a>}
      {job && actions.slice(0, 1).map((action) =>
        <Button key={action} icon={iconOf[action]} kind={action === 'retry' ? 'primary' : undefined}
          label={`${t(`do.${action}`)}: ${name.slice(0, 80)}`}
          onClick={() => onAction(action, job)} />)}</>}
      {row.source && job && <a class="button plain only-icon" title={t('job.source')}
        aria-label={`${t('job.source')}: ${name.slice(0, 80)}`}
        href={`#/sources/${word(row.id)}`}><Icon name="box" /></a>}</div>
  </>;
}

function TagDialog({ rows, onClose }: { rows: Row[]; onClose: () => void }) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    let failed: unknown = null;
    for (const row of rows) {
      if (!row.source) continue;
      try {
        await api.patch(`/sources/${word(row.id)}`, { tags: { put: [{ key, value }] } });
      } catch (error) { failed = error; }
    }
    say(failed ? explain(failed) : t('do.done', { action: t('batch.tag') }), failed !== null);
    onClose();
  };
  return <Dialog title={t('batch.tag')} onClose={onClose} buttons={<>
    <Button onClick={onClose}>{t('common.back')}</Button>
    <Button kind="primary" busy={busy} disabled={key === ''} onClick={save}>{t('common.save')}
    </Button></>}>
    <Input label={t('set.tag.key')} value={key} onValue={setKey} maxLength={128} />
    <Input label={t('set.tag.value')} value={value} onValue={setValue} maxLength={128} />
  </Dialog>;
}

/** "#/migrations?tag=KEY=VALUE" comes from the page of tags. */
function tagOfAddress(): string {
  return new URLSearchParams(location.hash.split('?')[1] ?? '').get('tag') ?? '';
}

export function Migrations({ may }: { may: May }) {
  const live = useLive();
  const [text, setText] = useState('');
  const [state, setState] = useState<State | ''>('');
  const [tag, setTag] = useState(tagOfAddress);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<{ action: Action; jobs: Job[]; leftOut: number } | null>(null);
  const [tagging, setTagging] = useState(false);
  const all = rowsOf(live.things.source.values(), live.things.job.values());
  const shown = all.filter((row) => matches(row, { text, state, tag }));
  const tags = useMemo(() => {
    const words = new Set<string>(tag === '' ? [] : [tag]);
    for (const row of all) {
      for (const { key, value } of tagsOf(row)) words.add(value === '' ? key : `${key}=${value}`);
    }
    return [...words].sort();
  }, [live.things, all.length, tag]);
  const picked = all.filter((row) => selected.has(row.id));
  const pick = (id: string, on: boolean) => {
    const now = new Set(selected);
    if (on) now.add(id); else now.delete(id);
    setSelected(now);
  };
  const ask = (action: Action, jobs: Job[]) => setAsked({ action, jobs, leftOut: 0 });
  const batch = (action: Action) => {
    const jobs = picked.flatMap(({ job }) => job && actionsOf(job).includes(action) ? [job] : []);
    setAsked({ action, jobs, leftOut: picked.length - jobs.length });
  };
  const startable = picked.filter(canStart);
  const allPicked = shown.length > 0 && shown.every((row) => selected.has(row.id));
  const columns = [
    { key: 'pick', head: may.operate ? <input type="checkbox" checked={allPicked}
      aria-label={t('list.select.all', { n: shown.length })} onChange={(event) => setSelected(
        event.currentTarget.checked ? new Set(shown.map((row) => row.id)) : new Set())} />
      : <span class="hidden">{t('common.details')}</span> },
    { key: 'name', head: t('list.source') }, { key: 'status', head: t('list.state') },
    { key: 'progress', head: t('list.progress') },
    { key: 'speed', head: <span title={t('list.speed.help')}>{t('list.speed')}
      <span class="sub">{t('list.network')}</span></span> },
    { key: 'left', head: t('list.remaining') }, { key: 'do', head: t('common.actions') },
  ];
  const counts = new Map<State, number>();
  for (const row of all) counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
  return <div class="migrations">
    <div class="title"><h1>{t('list.title')}</h1>
      {may.operate && <a class="button primary" href="#/import"><Icon name="plus" />
        {t('list.import')}</a>}</div>
    {all.length > 0 && <div class="filters">
      <div class="search"><Icon name="search" /><input type="search" value={text}
        aria-label={t('list.search')} placeholder={t('list.search')}
        onInput={(event) => setText(event.currentTarget.value)} /></div>
      <Select hidden label={t('list.state')} value={state} onValue={(now) => setState(now as State)}
        options={[['', t('list.state.all')], ...states.filter((one) => counts.has(one)
          || one === state).map((one): [string, string] =>
          [one, `${t(`state.${one}`)} (${count(counts.get(one) ?? 0)})`])]} />
      <Select hidden label={t('list.tag')} value={tag} onValue={setTag}
        options={[['', t('list.tag.all')], ...tags.map((one): [string, string] =>
          [one, one.slice(0, 60)])]} />
      <span class="quiet" role="status">
        {t('list.rows', { n: count(shown.length), all: count(all.length) })}</span>
    </div>}
    {picked.length > 0 && <div class="batch" role="group" aria-label={t('common.actions')}>
      <strong>{t('list.selected', { n: picked.length })}</strong>
      {startable.length > 0 && <a class="button"
        href={`#/start/${startable.map((row) => word(row.id)).join(',')}`}>
        <Icon name="ferry" />{t('list.start')} ({startable.length})</a>}
      {batchActions.map((action) => {
        const n = picked.filter(({ job }) => job && actionsOf(job).includes(action)).length;
        return n > 0 && <Button key={action} icon={iconOf[action]} onClick={() => batch(action)}>
          {t(`do.${action}`)} ({n})</Button>;
      })}
      <Button icon="tag" onClick={() => setTagging(true)}>{t('batch.tag')}</Button>
      <Button kind="plain" onClick={() => setSelected(new Set())}>{t('list.clear')}</Button>
    </div>}
    {!live.ready ? <Loading />
      : all.length === 0 ? <div class="empty"><Icon name="ferry" />
        <h2>{t('list.empty.title')}</h2><p>{t('list.empty.text')}</p></div>
      : shown.length === 0 ? <div class="empty"><p>{t('list.none')}</p>
        <Button onClick={() => { setText(''); setState(''); setTag(''); }}>
          {t('list.reset')}</Button></div>
      : <VirtualList className="migration-list" label={t('list.title')} columns={columns}
        rows={shown} keyOf={(row) => row.id} rowClass={(row) => row.state}
        row={(row) => <Cells row={row} may={may} selected={selected.has(row.id)}
          speeds={row.job && live.speeds.get(row.job.id)}
          onSelect={(on) => pick(row.id, on)} onAction={(action, job) => ask(action, [job])} />} />}
    {asked && <ActionDialog {...asked} onClose={() => setAsked(null)} />}
    {tagging && <TagDialog rows={picked} onClose={() => setTagging(false)} />}
  </div>;
}
