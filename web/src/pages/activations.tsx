// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { count, time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import type { Activation } from '../types.ts';
import { Button, Icon, Loaded, Table, Tags, Text, useLoad } from '../ui.tsx';
import type { May } from './migrations.tsx';

export function Activations({ may }: { may: May }) {
  const list = useLoad<{ activations: Activation[] }>('/activations');
  const [asked, setAsked] = useState<{ how: 'disable' | 'delete'; one: Activation } | null>(null);
  const act = async () => {
    if (!asked) return;
    const path = `/activations/${word(asked.one.id)}`;
    await (asked.how === 'delete' ? api.remove(path) : api.post(`${path}/disable`));
    list.reload();
  };
  return <><div class="title"><h1>{t('act.title')}</h1>
    {may.operate && <a class="button primary" href="#/import"><Icon name="plus" />
      {t('import.generate')}</a>}</div>
    <Loaded of={list}>{({ activations }) => activations.length === 0
      ? <div class="empty"><Icon name="code" /><p>{t('act.none')}</p></div>
      : <Table label={t('act.title')} heads={[
        t('common.name'), t('common.state'), t('act.used'), t('common.created'), t('act.expires'),
        ...may.operate ? [t('common.actions')] : []]}>{activations.map((one) => <tr key={one.id}>
          <td><Text of={one.name} most={60} /> <code>{one.id}</code>
            <Tags tags={one.tags} />{one.resource_group !== '' && <span class="sub">
              {t('import.group')}: <Text of={one.resource_group} most={64} /></span>}</td>
          <td><span class={`badge ${one.status === 'activated' ? 'done' : 'paused'}`}>
            {tWord('act', one.status)}</span></td>
          <td>{count(one.registered)} / {count(one.quota)}</td><td>{time(one.created_ms)}</td>
          <td>{time(one.expires_ms)}</td>
          {may.operate && <td class="buttons">
            {one.status === 'activated' && <Button icon="pause"
              label={`${t('act.disable')}: ${one.name || one.id}`}
              onClick={() => setAsked({ how: 'disable', one })} />}
            <Button icon="trash" label={`${t('common.delete')}: ${one.name || one.id}`}
              onClick={() => setAsked({ how: 'delete', one })} /></td>}</tr>)}</Table>}</Loaded>
    {asked && <AskDialog title={asked.one.name.slice(0, 80) || asked.one.id} act={act} harm
      text={t(asked.how === 'delete' ? 'act.ask.delete' : 'act.ask.disable')}
      label={asked.how === 'delete' ? t('common.delete') : t('act.disable')}
      onClose={() => setAsked(null)} />}
  </>;
}
