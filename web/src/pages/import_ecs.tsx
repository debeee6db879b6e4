// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of ECS that Cloud Assistant makes source servers: which there are, and how it goes.
import { useEffect, useState } from 'preact/hooks';

import { api, word } from '../api.ts';
import { codeOf, errorTitleBeside } from '../errors.ts';
import { time } from '../format.ts';
import { t, tWord } from '../i18n/index.ts';
import { TagFields } from '../transfer_fields.tsx';
import type { EcsImport, EcsImportItem, EcsInstance, EcsInstances, Tag } from '../types.ts';
import { Button, Input, Loaded, Problem, Table, Text, useLoad } from '../ui.tsx';

const chosenMax = 100;
const lookMs = 2000;  // between two looks at an import that goes on

function nameOf(instance: EcsInstance): string { return instance.name || instance.id; }

function InstanceRow({ instance, chosen, onChosen }: { instance: EcsInstance; chosen: boolean;
  onChosen: (on: boolean) => void }) {
  return <tr>
    <td><input type="checkbox" checked={chosen} disabled={instance.obstacle !== ''}
      aria-label={t('ecs.choose', { name: nameOf(instance).slice(0, 80) })}
      onChange={(event) => onChosen(event.currentTarget.checked)} /></td>
    <td><Text of={nameOf(instance)} most={60} /><br /><code><Text of={instance.id} /></code></td>
    <td><Text of={instance.status} most={40} /></td>
    <td><Text of={instance.public_address || '–'} most={60} /><br />
      <Text of={instance.private_address || '–'} most={60} /></td>
    <td>{t(instance.assistant ? 'ecs.assistant.yes' : 'ecs.assistant.no')}</td>
    <td>{instance.source !== '' ? <a href={`#/sources/${word(instance.source)}`}>
      <Text of={instance.source} /></a> : <Text of={instance.obstacle} most={300} />}</td>
  </tr>;
}

function Choice({ region, onMade }: { region: string; onMade: (made: EcsImport) => void }) {
  const [token] = useState(`web-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`);
  const [where, setWhere] = useState(region);
  const [search, setSearch] = useState('');
  const [found, setFound] = useState<EcsInstances | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [tags, setTags] = useState<Tag[]>([]);
  const [group, setGroup] = useState('');
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>(null);
  const run = async (what: string, work: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try { await work(); } catch (why) { setError(why); }
    setBusy('');
  };
  const look = (event: Event) => {
    event.preventDefault();
    void run('look', async () => {
      setFound(await api.get<EcsInstances>(
        `/ecs/instances?region=${word(where.trim())}&search=${word(search.trim())}`));
      setChosen(new Set());
    });
  };
  const send = () => run('send', async () => onMade(await api.post<EcsImport>('/ecs-imports',
    { client_token: token, region: found?.region ?? where, instances: [...chosen], tags,
      resource_group: group })));
  const choose = (id: string, on: boolean) => {
    const now = new Set(chosen);
    if (on) now.add(id); else now.delete(id);
    setChosen(now);
  };
  const free = found?.instances.filter(({ obstacle }) => obstacle === '') ?? [];
  return <>
    <form onSubmit={look} role="search">
      <div class="pair">
        <Input label={t('ecs.region')} value={where} onValue={setWhere} required maxLength={40}
          pattern="[a-z0-9\-]+" />
        <Input label={t('ecs.search')} help={t('ecs.search.help')} value={search}
          onValue={setSearch} maxLength={128} /></div>
      <Button type="submit" icon="search" busy={busy === 'look'}>{t('ecs.list')}</Button>
    </form>
    <Problem error={error} />
    {found && found.instances.length === 0 && <p role="status">{t('ecs.empty')}</p>}
    {found && found.instances.length > 0 && <>
      <Table label={t('ecs.instances')} heads={[t('ecs.pick'), t('ecs.instance'), t('ecs.status'),
        t('ecs.address'), t('ecs.assistant'), t('common.details')]}>
        {found.instances.map((one) => <InstanceRow key={one.id} instance={one}
          chosen={chosen.has(one.id)} onChosen={(on) => choose(one.id, on)} />)}
      </Table>
      {found.left_out > 0 && <p class="quiet">{t('ecs.left_out', { n: found.left_out })}</p>}
      <p><Button disabled={free.length === 0} onClick={() =>
        setChosen(new Set(free.slice(0, chosenMax).map(({ id }) => id)))}>
        {t('ecs.choose.all')}</Button>{' '}
        <span role="status">{t('ecs.chosen', { n: chosen.size })}</span></p>
      <Input label={`${t('import.group')} (${t('common.optional')})`} help={t('import.group.help')}
        value={group} onValue={setGroup} maxLength={128} />
      <TagFields tags={tags} onTags={setTags} />
      <p class="quiet">{t('ecs.tags.help')}</p>
      <Button kind="primary" icon="plus" busy={busy === 'send'}
        disabled={chosen.size === 0 || chosen.size > chosenMax} onClick={send}>
        {t('ecs.import')}</Button></>}
  </>;
}

function ItemRow({ item }: { item: EcsImportItem }) {
  const title = errorTitleBeside(codeOf(item.error_code));
  return <tr>
    <td><Text of={item.name || item.instance} most={60} /><br />
      <code><Text of={item.instance} /></code></td>
    <td>{tWord('ecs', item.state)}</td>
    <td>{item.source !== '' && <a href={`#/sources/${word(item.source)}`}>
      <Text of={item.source} /></a>}</td>
    <td>{item.error !== '' && <>{title !== '' && <><strong>{title}</strong><br /></>}
      <span lang="en"><Text of={item.error} most={500} />
        {item.fix !== '' && <><br /><Text of={item.fix} most={500} /></>}</span></>}
      {item.output !== '' && <details><summary>{t('ecs.output')}</summary>
        <pre tabIndex={0} aria-label={t('ecs.output')}>{item.output}</pre></details>}</td>
  </tr>;
}

function Progress({ id, onBack }: { id: string; onBack: () => void }) {
  const [round, look] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const shown = useLoad<EcsImport>(`/ecs-imports/${word(id)}`, round);
  const over = shown.value !== undefined && shown.value.ended_ms !== 0;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => look((n) => n + 1), lookMs);
    return () => clearInterval(timer);
  }, [over, id]);
  const change = async (what: string) => {
    setError(null);
    try {
      await api.post(`/ecs-imports/${word(id)}/${what}`, {});
      look((n) => n + 1);
    } catch (why) { setError(why); }
  };
  return <section><h2>{t('ecs.progress', { id })}</h2>
    <Loaded of={shown}>{(made) => <>
      <p role="status">{tWord('ecs', made.state)} · {t('ecs.result',
        { imported: made.imported, n: made.items.length, failed: made.failed })}</p>
      <Table label={t('ecs.instances')} heads={[t('ecs.instance'), t('common.state'),
        t('ecs.source'), t('common.details')]}>
        {made.items.map((item) => <ItemRow key={item.instance} item={item} />)}</Table>
      <Problem error={error} />
      <p>{made.state === 'running' && <Button icon="cancel" onClick={() => change('cancel')}>
        {t('ecs.cancel')}</Button>}{' '}
        {made.state !== 'canceling'
          && made.items.some(({ state }) => state === 'failed' || state === 'canceled')
          && <Button icon="retry" onClick={() => change('retry')}>{t('ecs.retry')}</Button>}{' '}
        <Button icon="back" onClick={onBack}>{t('ecs.more')}</Button></p></>}</Loaded>
  </section>;
}

function Earlier({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useLoad<{ imports: EcsImport[] }>('/ecs-imports');
  return <Loaded of={list}>{({ imports }) => imports.length === 0 ? null
    : <section><h2>{t('ecs.earlier')}</h2>
      <Table label={t('ecs.earlier')} heads={['ID', t('common.created'), t('common.state'),
        t('common.details'), t('common.actions')]}>
        {imports.map((one) => <tr key={one.id}><td><code><Text of={one.id} /></code></td>
          <td>{time(one.created_ms)}</td><td>{tWord('ecs', one.state)}</td>
          <td>{t('ecs.result',
            { imported: one.imported, n: one.items.length, failed: one.failed })}</td>
          <td><Button label={`${t('ecs.open')} ${one.id}`} icon="search"
            onClick={() => onOpen(one.id)} /></td></tr>)}
      </Table></section>}</Loaded>;
}

export function ImportEcs({ region }: { region: string }) {
  const [open, setOpen] = useState('');
  if (region === '') return <p class="notice" role="status">{t('ecs.none')}</p>;
  if (open !== '') return <Progress id={open} onBack={() => setOpen('')} />;
  return <><p>{t('ecs.text')}</p><p class="quiet">{t('ecs.needs')}</p>
    <Choice region={region} onMade={(made) => setOpen(made.id)} />
    <Earlier onOpen={setOpen} /></>;
}
