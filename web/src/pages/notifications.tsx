// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is told by mail or webhook what happens, and whether they were reached.
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { count, time } from '../format.ts';
import { t, tWord, type Key } from '../i18n/index.ts';
import { TagFields } from '../transfer_fields.tsx';
import type { Notification, Tag } from '../types.ts';
import { Button, Check, Code, Copy, Dialog, Icon, Input, Loaded, Problem, Select, Table, Tags, Text,
  useLoad } from '../ui.tsx';
import type { May } from './migrations.tsx';

const events = ['error', 'done', 'stalled', 'leak', 'offline'];
const targetTexts: Record<string, Key> = { mail: 'notify.mail', webhook: 'notify.webhook' };

interface Added { id: string; secret: string }

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [kind, setKind] = useState('mail');
  const [target, setTarget] = useState('');
  const [name, setName] = useState('');
  const [wanted, setWanted] = useState(events);
  const [job, setJob] = useState('');
  const [tags, setTags] = useState<Tag[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<Added | null>(null);
  const add = async () => {
    setBusy(true);
    setError(null);
    try {
      const added = await api.post<Added>('/notifications',
        { name, kind, target, events: wanted, job, tags });
      onMade();
      if (added.secret === '') onClose(); else setMade(added);
    } catch (why) { setError(why); }
    setBusy(false);
  };
  return <Dialog title={t('notify.add')} onClose={onClose} buttons={made
    ? <Button kind="primary" onClick={onClose}>{t('common.close')}</Button>
    : <><Button onClick={onClose}>{t('common.back')}</Button>
      <Button kind="primary" busy={busy} disabled={target === '' || wanted.length === 0}
        onClick={add}>{t('common.create')}</Button></>}>
    {made ? <><p class="notice">{t('notify.secret')}</p>
      <p><Code of={made.secret} /> <Copy text={made.secret} /></p></>
      : <><Select label={t('notify.kind')} value={kind} onValue={setKind} options={[
        ['mail', t('notify.kind.mail')], ['webhook', t('notify.kind.webhook')]]} />
        <Input label={t(targetTexts[kind])} value={target} onValue={setTarget} maxLength={2000} />
        <Input label={`${t('common.name')} (${t('common.optional')})`} value={name}
          onValue={setName} maxLength={128} />
        <fieldset><legend>{t('notify.events')}</legend>
          {events.map((event) => <Check key={event} label={tWord('notify.event', event)}
            checked={wanted.includes(event)} onChecked={(on) => setWanted(
              events.filter((one) => one === event ? on : wanted.includes(one)))} />)}</fieldset>
        <Input label={`${t('notify.job')} (${t('common.optional')})`} help={t('notify.job.help')}
          value={job} onValue={setJob} maxLength={128} />
        <TagFields tags={tags} onTags={setTags} />
        <Problem error={error} /></>}
  </Dialog>;
}

export function Notifications({ may }: { may: May }) {
  const list = useLoad<{ notifications: Notification[] }>('/notifications');
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ how: 'test' | 'remove'; one: Notification } | null>(null);
  const act = async () => {
    if (!asked) return;
    const path = `/notifications/${word(asked.one.id)}`;
    await (asked.how === 'remove' ? api.remove(path) : api.post(`${path}/test`));
    list.reload();
  };
  return <><div class="title"><h1>{t('nav.notifications')}</h1>
    {may.administer && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
      {t('notify.add')}</Button>}</div>
    <Loaded of={list}>{({ notifications }) => notifications.length === 0
      ? <div class="empty"><Icon name="bell" /><p>{t('notify.none')}</p></div>
      : <Table label={t('nav.notifications')} heads={[t('notify.target'), t('notify.events'),
        t('common.state'), t('notify.taken'), t('common.actions')]}>{notifications.map((one) =>
        <tr key={one.id}>
          <td><Text of={one.target} most={80} /><span class="sub">
            <Text of={one.name} most={60} /> <code>{one.id}</code></span></td>
          <td>{one.events.map((event) => tWord('notify.event', event)).join(', ')}
            {one.job !== '' && <span class="sub"><a href={`#/jobs/${word(one.job)}`}>
              <code>{one.job}</code></a></span>}<Tags tags={one.tags} /></td>
          <td><span class={`badge ${one.status === 'active' ? 'done' : 'error'}`}>
            {tWord('notify', one.status)}</span>
            {one.error !== '' && <span class="sub"><Text of={one.error} most={160} /></span>}</td>
          <td>{count(one.delivered)}<span class="sub">
            {t('notify.waiting', { n: count(one.waiting) })}
            {one.given_up > 0 && `, ${t('notify.given_up', { n: count(one.given_up) })}`}
            {one.delivered_ms > 0 && <><br />{time(one.delivered_ms)}</>}</span></td>
          <td class="buttons">
            <Button icon="play" label={`${t('notify.test')}: ${one.name || one.id}`}
              onClick={() => setAsked({ how: 'test', one })} />
            {may.administer && <Button icon="trash"
              label={`${t('common.delete')}: ${one.name || one.id}`}
              onClick={() => setAsked({ how: 'remove', one })} />}</td></tr>)}</Table>}</Loaded>
    {adding && <AddDialog onClose={() => setAdding(false)} onMade={list.reload} />}
    {asked && <AskDialog title={asked.one.name.slice(0, 80) || asked.one.id} act={act}
      harm={asked.how === 'remove'}
      text={t(asked.how === 'remove' ? 'notify.ask.remove' : 'notify.ask.test')}
      label={asked.how === 'remove' ? t('common.delete') : t('notify.test')}
      onClose={() => setAsked(null)} />}
  </>;
}
