// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys: who may do what here. A secret is shown once.
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import type { AccessKey } from '../types.ts';
import { Button, Code, Copy, Dialog, Input, Loaded, Problem, Select, Table, Text, useLoad }
  from '../ui.tsx';

interface Created { id: string; secret: string; role: string }

function CreateDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<Created | null>(null);
  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      setMade(await api.post<Created>('/access-keys', { name, role }));
      onMade();
    } catch (why) { setError(why); }
    setBusy(false);
  };
  return <Dialog title={t('keys.create')} onClose={onClose} buttons={made
    ? <Button kind="primary" onClick={onClose}>{t('common.close')}</Button>
    : <><Button onClick={onClose}>{t('common.back')}</Button>
      <Button kind="primary" busy={busy} onClick={create}>{t('common.create')}</Button></>}>
    {made ? <><p class="notice">{t('keys.created')}</p><dl class="facts">
      <div><dt>{t('login.id')}</dt><dd><Code of={made.id} /> <Copy text={made.id} /></dd></div>
      <div><dt>{t('keys.secret')}</dt><dd><Code of={made.secret} /> <Copy text={made.secret} /></dd>
      </div></dl></>
      : <><Input label={t('common.name')} value={name} onValue={setName} maxLength={128} />
        <Select label={t('keys.role')} value={role} onValue={setRole} options={[
          ['viewer', t('keys.role.viewer')], ['operator', t('keys.role.operator')],
          ['admin', t('keys.role.admin')]]} /><Problem error={error} /></>}
  </Dialog>;
}

/** The SMC-compatible endpoint has words of its own for two of the roles. */
const sameRole: Record<string, string> = { full: 'admin', 'read-only': 'viewer' };

type How = 'enable' | 'disable' | 'delete';

export function Access({ own }: { own: string }) {
  const list = useLoad<{ keys: AccessKey[] }>('/access-keys');
  const [creating, setCreating] = useState(false);
  const [asked, setAsked] = useState<{ how: How; key: AccessKey } | null>(null);
  const act = async (how: How, key: AccessKey) => {
    const path = `/access-keys/${word(key.id)}`;
    await (how === 'delete' ? api.remove(path) : api.post(`${path}/${how}`));
    list.reload();
  };
  return <><div class="title"><h1>{t('keys.title')}</h1>
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t('keys.create')}</Button>
  </div>
    <Loaded of={list}>{({ keys }) =>
      <Table label={t('keys.title')} heads={[t('common.name'), t('keys.role'),
        t('common.state'), t('common.created'), t('common.actions')]}>{keys.map((key) =>
        <tr key={key.id}>
          <td><Text of={key.name} most={60} /> <code>{key.id}</code>
            {key.id === own && <> <em>({t('keys.own')})</em></>}</td>
          <td>{tWord('role', sameRole[key.role] ?? key.role)}</td>
          <td><span class={`badge ${key.status === 'enabled' ? 'done' : 'paused'}`}>
            {tWord('keys', key.status)}</span></td>
          <td>{time(key.created_ms)}</td>
          <td class="buttons">{(key.status === 'enabled' ? ['disable', 'delete']
            : ['enable', 'delete']).map((how) => <Button key={how} disabled={key.id === own}
            icon={how === 'delete' ? 'trash' : how === 'enable' ? 'play' : 'pause'}
            label={`${how === 'delete' ? t('common.delete') : tWord('keys', how)}: ${key.id}`}
            onClick={() => setAsked({ how: how as How, key })} />)}</td></tr>)}</Table>}</Loaded>
    {creating && <CreateDialog onClose={() => setCreating(false)} onMade={list.reload} />}
    {asked && <AskDialog title={asked.key.name.slice(0, 80) || asked.key.id}
      act={() => act(asked.how, asked.key)} harm={asked.how !== 'enable'}
      text={asked.how === 'enable' ? asked.key.id
        : t(asked.how === 'delete' ? 'keys.ask.delete' : 'keys.ask.disable')}
      label={asked.how === 'delete' ? t('common.delete') : tWord('keys', asked.how)}
      onClose={() => setAsked(null)} />}
  </>;
}
