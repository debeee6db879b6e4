// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One source server: what it is, what stands against migrating it, what was made of it.
import { useState } from 'preact/hooks';

import { AskDialog } from '../actions.tsx';
import { api, word } from '../api.ts';
import { bytes, time } from '../format.ts';
import { t } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import { rowsOf } from '../rows.ts';
import { TagFields } from '../transfer_fields.tsx';
import type { Source } from '../types.ts';
import { Button, Dialog, explain, Icon, Input, Loaded, Problem, say, Tags, Text, useLoad }
  from '../ui.tsx';
import { Badge, type May } from './migrations.tsx';

function EditDialog({ source, onClose, onDone }: { source: Source; onClose: () => void;
  onDone: () => void }) {
  const [name, setName] = useState(source.name);
  const [description, setDescription] = useState(source.description);
  const [tags, setTags] = useState(source.tags);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setError(null);
    const remove = source.tags.filter((old) => !tags.some((tag) => tag.key === old.key))
      .map((old) => old.key);
    try {
      await api.patch(`/sources/${word(source.id)}`,
        { name, description, tags: { put: tags, remove } });
      onDone();
      onClose();
    } catch (why) { setError(why); setBusy(false); }
  };
  return <Dialog title={t('source.edit')} onClose={onClose} buttons={<>
    <Button onClick={onClose}>{t('common.back')}</Button>
    <Button kind="primary" busy={busy} onClick={save}>{t('common.save')}</Button></>}>
    <Problem error={error} />
    <Input label={t('common.name')} value={name} onValue={setName} maxLength={128} />
    <Input label={t('common.description')} value={description} onValue={setDescription}
      maxLength={256} />
    <TagFields tags={tags} onTags={setTags} /></Dialog>;
}

function Facts({ source }: { source: Source }) {
  const { inventory } = source;
  return <dl class="facts">
    <div><dt>{t('source.system')}</dt><dd><Text of={inventory.os_name} /></dd></div>
    <div><dt>{t('source.kernel')}</dt><dd><Text of={inventory.kernel} /></dd></div>
    <div><dt>{t('source.cpu')}</dt><dd>{inventory.cpu_count} ×{' '}
      <Text of={inventory.cpu_model} /></dd></div>
    <div><dt>{t('source.memory')}</dt><dd>{bytes(inventory.memory_bytes)}</dd></div>
    <div><dt>{t('source.firmware')}</dt><dd><Text of={inventory.firmware} /></dd></div>
    <div><dt>{t('source.networks')}</dt><dd>{inventory.nics.flatMap((nic) => nic.addresses)
      .slice(0, 8).map((address) => <Text key={address} of={`${address} `} />)}</dd></div>
    <div><dt>{t('source.agent')}</dt><dd><Text of={source.agent_version} /></dd></div>
    <div><dt>{t('common.created')}</dt><dd>{time(source.created_ms)}</dd></div></dl>;
}

export function SourcePage({ id, may }: { id: string; may: May }) {
  const live = useLive();
  const brief = live.things.source.get(id);
  const path = `/sources/${word(id)}`;
  const full = useLoad<Source>(path, JSON.stringify([brief?.state, brief?.name, brief?.tags]));
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const jobs = [...live.things.job.values()].filter((job) => job.settings.source === id)
    .sort((a, b) => b.created_ms - a.created_ms);
  const row = brief && rowsOf([brief], jobs)[0];
  if (live.ready && !brief) {
    return <><h1>{t('job.source')}</h1><p class="notice">{t('source.gone')}</p>
      <a href="#/migrations">{t('job.back')}</a></>;
  }
  const refresh = async () => {
    setBusy(true);
    try { await api.post(`${path}/refresh`); full.reload(); }
    catch (error) { say(explain(error), true); }
    setBusy(false);
  };
  return <><p><a class="back" href="#/migrations"><Icon name="back" />{t('job.back')}</a></p>
    <Loaded of={full}>{(source) => <>
      <div class="title"><div><h1><Text most={120}
        of={source.name || source.inventory.hostname || source.id} /></h1>
        <p>{row && <Badge state={row.state} />} <code>{source.id}</code></p>
        {source.description !== '' && <p><Text of={source.description} /></p>}
        <Tags tags={source.tags} /></div>
        {may.operate && <div class="buttons">
          {brief?.state === 'Available' && <a class="button primary" href={`#/start/${word(id)}`}>
            <Icon name="ferry" />{t('list.start')}</a>}
          <Button icon="edit" onClick={() => setEditing(true)}>{t('source.edit')}</Button>
          <Button icon="retry" busy={busy} onClick={refresh}>{t('source.refresh')}</Button>
          <Button icon="trash" kind="danger" onClick={() => setRemoving(true)}>
            {t('source.delete')}</Button></div>}</div>
      <section><Facts source={source} /></section>
      <div class="columns"><div>
        <section><h2>{t('source.findings')}</h2>{source.findings.length === 0
          ? <p class="good"><Icon name="check" />{t('source.findings.none')}</p>
          : <ul class="findings" lang="en">{source.findings.map((one, i) =>
            <li key={i} class={one.level}><p><Text of={one.what} most={500} />
              {one.evidence !== '' && <>: <Text of={one.evidence} most={500} /></>}</p>
              <p class="quiet"><Text of={one.fix} most={500} /></p></li>)}</ul>}</section>
        <section><h2>{t('source.jobs')}</h2>{jobs.length === 0
          ? <p class="quiet">{t('source.jobs.none')}</p>
          : <ul class="cards">{jobs.map((job) => <li key={job.id}><div class="line">
            <a href={`#/jobs/${word(job.id)}`}><Text of={job.settings.name} most={80} /></a>
            <Badge state={rowsOf([], [job])[0].state} /></div>
            <p class="quiet">{time(job.created_ms)}</p></li>)}</ul>}</section></div>
        <section><h2>{t('source.disks')}</h2><ul class="cards">{source.inventory.disks.map((disk) =>
          <li key={disk.index}><div class="line"><strong>{disk.index === 0 ? t('disk.system')
            : t('disk.data', { n: disk.index })}</strong><span>{bytes(disk.size)}</span></div>
            <p class="quiet"><Text of={disk.path} /> {disk.table}</p>
            <ul class="plain">{disk.partitions.map((part) => <li key={part.number} class="line">
              <Text of={part.mount_point || part.filesystem || part.label || '–'} most={60} />
              <span class="quiet">{part.filesystem} {bytes(part.used_bytes)} / {bytes(part.size)}
              </span></li>)}</ul></li>)}</ul></section></div>
      {editing && <EditDialog source={source} onClose={() => setEditing(false)}
        onDone={full.reload} />}
    </>}</Loaded>
    {removing && <AskDialog title={t('source.delete')} text={t('source.ask.delete')} harm
      label={t('source.delete')} onClose={() => setRemoving(false)}
      act={async () => { await api.remove(path); location.hash = '#/migrations'; }} />}
  </>;
}
