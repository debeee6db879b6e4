// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Source servers that are migrated together, how far they are, and what is wrong with them.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { count } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import { TagFields } from '../transfer_fields.tsx';
import type { ShownWorkgroup, Source, Workgroup } from '../types.ts';
import { Button, Check, Dialog, Icon, Input, Loaded, Problem, Tags, Text, useLoad }
  from '../ui.tsx';
import type { May } from './migrations.tsx';

function nameOf(source: Source | undefined, id: string): string {
  return source ? source.name || source.inventory.hostname || id : id;
}

/** A dialog that sends something, and stays open with the reason if that is refused. */
function Sending({ title, label, send, onClose, children, ready = true }: { title: string;
  label: string; send: () => Promise<unknown>; onClose: () => void; ready?: boolean;
  children: ComponentChildren }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await send();
      onClose();
    } catch (why) { setError(why); setBusy(false); }
  };
  return <Dialog title={title} onClose={onClose} buttons={<>
    <Button onClick={onClose}>{t('common.back')}</Button>
    <Button kind="primary" busy={busy} disabled={!ready} onClick={run}>{label}</Button></>}>
    <Problem error={error} />{children}</Dialog>;
}

function EditDialog({ group, onDone, onClose }: { group?: Workgroup; onDone: () => void;
  onClose: () => void }) {
  const [token] = useState(`web-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`);
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [tags, setTags] = useState(group?.tags ?? []);
  const send = async () => {
    const remove = (group?.tags ?? []).map(({ key }) => key)
      .filter((key) => !tags.some((tag) => tag.key === key));
    await (group ? api.patch(`/workgroups/${word(group.id)}`,
      { name, description, tags: { put: tags, remove } })
      : api.post('/workgroups', { client_token: token, name, description, tags }));
    onDone();
  };
  return <Sending title={t(group ? 'common.edit' : 'group.create')} send={send} onClose={onClose}
    label={t('common.save')} ready={name.trim() !== ''}>
    <Input label={t('common.name')} value={name} onValue={setName} required maxLength={128} />
    <Input label={t('common.description')} value={description} onValue={setDescription}
      maxLength={256} />
    <TagFields tags={tags} onTags={setTags} /></Sending>;
}

function AddDialog({ group, taken, onDone, onClose }: { group: Workgroup; taken: Set<string>;
  onDone: () => void; onClose: () => void }) {
  const live = useLive();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const search = text.trim().toLowerCase();
  const free = [...live.things.source.values()].filter((source) => !taken.has(source.id)
    && `${nameOf(source, '')} ${source.id}`.toLowerCase().includes(search));
  const send = async () => {
    await api.post(`/workgroups/${word(group.id)}/sources`, { sources: chosen });
    onDone();
  };
  return <Sending title={t('group.add')} label={t('group.add')} send={send} onClose={onClose}
    ready={chosen.length > 0}>
    <Input label={t('list.search')} value={text} onValue={setText} />
    {free.length === 0 ? <p class="quiet">{t('group.none_free')}</p>
      : <div class="picks">{free.slice(0, 200).map((source) => <Check key={source.id}
        label={<Text of={nameOf(source, source.id)} most={80} />}
        checked={chosen.includes(source.id)} onChecked={(on) => setChosen(on
          ? [...chosen, source.id] : chosen.filter((id) => id !== source.id))} />)}</div>}
  </Sending>;
}

type Asked = { how: 'edit' | 'add' | 'delete'; group: Workgroup }
  | { how: 'out'; group: Workgroup; source: string };

function Members({ shown, may, onAsk }: { shown: ShownWorkgroup; may: May;
  onAsk: (asked: Asked) => void }) {
  const live = useLive();
  const { workgroup } = shown;
  if (workgroup.sources.length === 0) return <p class="quiet">{t('group.empty')}</p>;
  const trouble = (id: string) => shown.in_error.includes(id) ? t('state.error')
    : shown.not_passed.includes(id) ? t('job.boot.failed')
      : shown.unrelated.includes(id) ? t('group.no_job') : '';
  return <ul class="cards">{workgroup.sources.map((id) => {
    const name = nameOf(live.things.source.get(id), id);
    return <li key={id}><div class="line"><span class="member"><a href={`#/sources/${word(id)}`}>
      <Text of={name} most={80} /></a>
      <span class={shown.unrelated.includes(id) ? 'quiet' : 'wrong'}>{trouble(id)}</span></span>
      {may.operate && <Button icon="close" kind="plain" label={`${t('group.out')}: ${name}`}
        onClick={() => onAsk({ how: 'out', group: workgroup, source: id })} />}</div></li>;
  })}</ul>;
}

function Group({ shown, may, onAsk }: { shown: ShownWorkgroup; may: May;
  onAsk: (asked: Asked) => void }) {
  const { workgroup } = shown;
  const badge = { Completed: 'done', Cutover: 'waiting',
    InProgress: 'running', NotStarted: 'ready' }[shown.status] ?? 'ready';
  return <section><div class="title"><div><h2><Text of={workgroup.name} most={120} /></h2>
    <p><span class={`badge ${badge}`}>{tWord('group.status', shown.status)}</span>{' '}
      {shown.in_error.length > 0 && <><span class="badge error">
        {t('group.errors', { n: count(shown.in_error.length) })}</span>{' '}</>}
      <span class="quiet">{t('wizard.servers', { n: count(workgroup.sources.length) })}</span></p>
    {workgroup.description !== '' && <p><Text of={workgroup.description} most={300} /></p>}
    <Tags tags={workgroup.tags} /></div>
    {may.operate && <div class="buttons">
      {shown.unrelated.length > 0 && <a class="button primary"
        href={`#/start/${shown.unrelated.map(word).join(',')}`}><Icon name="play" />
        {t('list.start')}</a>}
      <Button icon="plus" onClick={() => onAsk({ how: 'add', group: workgroup })}>
        {t('group.add')}</Button>
      <Button icon="edit" label={`${t('common.edit')}: ${workgroup.name}`}
        onClick={() => onAsk({ how: 'edit', group: workgroup })} />
      {workgroup.sources.length === 0 && <Button icon="trash"
        label={`${t('common.delete')}: ${workgroup.name}`}
        onClick={() => onAsk({ how: 'delete', group: workgroup })} />}</div>}</div>
    <Members shown={shown} may={may} onAsk={onAsk} /></section>;
}

export function Workgroups({ may }: { may: May }) {
  const live = useLive();
  const mark = JSON.stringify([...live.things.workgroup.values()]) + [...live.things.job.values()]
    .map((job) => job.id + job.status).join();
  const list = useLoad<{ workgroups: ShownWorkgroup[] }>('/workgroups', mark);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [making, setMaking] = useState(false);
  const close = () => { setAsked(null); setMaking(false); };
  const group = asked?.group;
  const path = group ? `/workgroups/${word(group.id)}` : '';
  const after = (done: Promise<unknown>) => done.then(list.reload);
  return <><div class="title"><h1>{t('nav.workgroups')}</h1>
    {may.operate && <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      {t('group.create')}</Button>}</div>
    <p>{t('group.text')}</p>
    <Loaded of={list}>{({ workgroups }) => workgroups.length === 0
      ? <div class="empty"><Icon name="group" /><p>{t('group.none')}</p></div>
      : <>{workgroups.map((shown) => <Group key={shown.workgroup.id} shown={shown} may={may}
        onAsk={setAsked} />)}</>}</Loaded>
    {(making || asked?.how === 'edit') && <EditDialog group={group} onDone={list.reload}
      onClose={close} />}
    {asked?.how === 'add' && <AddDialog group={asked.group} onDone={list.reload} onClose={close}
      taken={new Set(list.value?.workgroups.flatMap((one) => one.workgroup.sources))} />}
    {asked?.how === 'delete' && <AskDialog title={asked.group.name.slice(0, 80)} harm
      text={t('group.ask.delete')} label={t('common.delete')} onClose={close}
      act={() => after(api.remove(path))} />}
    {asked?.how === 'out' && <AskDialog title={asked.group.name.slice(0, 80)}
      text={t('group.ask.out')} label={t('group.out')} onClose={close}
      act={() => after(api.remove(`${path}/sources/${word(asked.source)}`))} />}
  </>;
}
