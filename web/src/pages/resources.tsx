// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What all migrations hold for now, as the ledger and the providers know it: what has leaked comes
// first.
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { bytes, duration, time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import { ordered, whatCanBeDone } from '../ledger.ts';
import type { Resource, ResourceList } from '../types.ts';
import { Button, Check, Code, Icon, Loaded, say, Table, Text, useLoad } from '../ui.tsx';
import { cost } from './job_held.tsx';
import type { May } from './migrations.tsx';

type Act = 'release' | 'abandon';

function Row({ one, currency, may, seenMs, onAct }: { one: Resource; currency: string; may: May;
  seenMs: number; onAct: (act: Act, one: Resource) => void }) {
  const live = useLive();
  const job = live.things.job.get(one.job);
  const act = whatCanBeDone(one, job, may);
  const name = one.token || one.name;
  return <tr class={one.parent ? 'part' : ''}>
    <td>{tWord('kind', one.kind)}<br /><Code of={name} />
      {one.node !== '' && <span class="sub"><Text of={one.node} most={60} /></span>}</td>
    <td>{one.job === '' ? '–' : job ? <a href={`#/jobs/${word(one.job)}`}>
      <Text of={job.settings.name} most={60} /></a> : <code>{one.job}</code>}</td>
    <td><span class={`badge ${one.finding === 'leaked' ? 'error'
      : one.finding === 'missing' || one.finding === 'kept' ? 'waiting' : 'ready'}`}>
      {tWord('found', one.finding || one.state)}</span></td>
    <td>{one.since_ms > 0 ? <span title={time(one.since_ms)}>
      {duration((seenMs - one.since_ms) / 1000)}</span> : '–'}</td>
    <td>{one.bytes > 0 ? bytes(one.bytes) : '–'}</td>
    <td>{one.parent !== '' ? '' : cost(one.cost_per_hour, currency)}</td>
    {may.operate && <td class="buttons">{act && <Button
      icon={act === 'release' ? 'trash' : 'cancel'} label={`${t(`res.${act}`)}: ${name}`}
      onClick={() => onAct(act, one)} />}</td>}</tr>;
}

export function Resources({ may }: { may: May }) {
  const [closed, setClosed] = useState(false);
  const list = useLoad<ResourceList>(closed ? '/resources?all=true' : '/resources');
  const [asked, setAsked] = useState<{ act: Act; one: Resource } | null>(null);
  const act = async () => {
    if (!asked) return;
    await api.post(`/resources/${asked.act}`, { token: asked.one.token || asked.one.name });
    say(t('do.done', { action: t(`res.${asked.act}`) }));
    list.reload();
  };
  return <><div class="title"><h1>{t('nav.resources')}</h1>
    <Button icon="retry" onClick={list.reload}>{t('cluster.refresh')}</Button></div>
    <p>{t('res.text')}</p>
    <Check label={t('res.closed')} checked={closed} onChecked={setClosed} />
    <Loaded of={list}>{(value) => <>
      {value.silent_nodes.length > 0 && <p class="notice">
        {t('job.resources.unseen', { nodes: value.silent_nodes.join(', ') })}</p>}
      {!value.shared_seen && <p class="notice">{t('res.shared')}</p>}
      {value.currency === '' && <p class="quiet">{t('cost.none')}</p>}
      {value.resources.length === 0
        ? <div class="empty"><Icon name="box" /><p>{t('res.none')}</p></div>
        : <Table label={t('nav.resources')} heads={[t('held.what'), t('job.title'),
          t('common.state'), t('res.age'), t('held.size'), t('cost.hour'),
          ...may.operate ? [t('common.actions')] : []]}>
          {ordered(value.resources).map((one, i) => <Row key={i} one={one} may={may}
            currency={value.currency} seenMs={list.at}
            onAct={(how, which) => setAsked({ act: how, one: which })} />)}</Table>}
    </>}</Loaded>
    {asked && <AskDialog title={t(`res.${asked.act}`)} act={act} harm
      text={t(`res.ask.${asked.act}`, { name: asked.one.token || asked.one.name })}
      label={t(`res.${asked.act}`)} onClose={() => setAsked(null)} />}
  </>;
}
