// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A code, and the one command by which servers register with it; they show up as they come.
import { useState } from 'preact/hooks';

import { api, ApiError, word } from '../api.ts';
import { time } from '../format.ts';
import { t } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import { TagFields, whole } from '../transfer_fields.tsx';
import type { ClusterInfo, InstallCommand, Tag } from '../types.ts';
import { Button, Copy, Icon, Input, Problem, Select, Text } from '../ui.tsx';
import { ImportEcs } from './import_ecs.tsx';

interface Created { id: string; code: string; expires_ms: number }

/** Words of the shell: nothing in them is anything but text to it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function Arrivals({ before }: { before: ReadonlySet<string> }) {
  const live = useLive();
  const fresh = [...live.things.source.values()].filter((source) => !before.has(source.id));
  return <section aria-live="polite"><h3>{t('import.wait')}</h3>
    {fresh.length === 0 ? <p class="quiet">{t('import.waiting')}</p>
      : <ul class="plain">{fresh.map((source) => <li key={source.id}><Icon name="check" />
        <a href={`#/sources/${word(source.id)}`}>
          <Text of={source.name || source.inventory.hostname || source.id} most={80} /></a>{' '}
        {source.state === 'Unavailable' ? t('state.offline') : t('state.online')}</li>)}</ul>}
  </section>;
}

interface Made {
  created: Created; before: Set<string>; install: InstallCommand | null; trouble: unknown;
}

/** The command that downloads the agent, or where that can't be, one that needs it there. */
function Commands({ made, controller }: { made: Made; controller: string }) {
  const [program, setProgram] = useState<'curl' | 'wget'>('curl');
  // Arguments of a program can be read by everybody on a server; what a shell echoes can't.
  const command = made.install ? made.install[program]
    : `echo ${quoted(made.created.code)} | sudo edgeferry-agent register --background ` +
      `--controller ${quoted(controller)} --code-file -`;
  return <section class="command"><h2>{t('import.shell')}</h2>
    {made.install && <p class="quiet">{t('import.all_in_one', { controller })}</p>}
    {!made.install && <p class="quiet">{t('import.agent', { controller })}</p>}
    {made.trouble !== null && <><p>{t('import.no_download')}</p>
      <Problem error={made.trouble} /></>}
    {made.install && <Select label={t('import.program')} value={program}
      onValue={(value) => setProgram(value === 'wget' ? 'wget' : 'curl')}
      options={[['curl', 'curl'], ['wget', 'wget']]} />}
    <p>{t('import.command')}</p>
    <pre tabIndex={0} aria-label={t('import.command')}>{command}</pre>
    <p><Copy text={command} /></p>
    <p class="notice">{t('import.once')}{' '}
      {t('import.expires', { time: time(made.created.expires_ms) })}</p>
    <Arrivals before={made.before} />
    <a class="button" href="#/migrations">{t('nav.migrations')}</a></section>;
}

function ImportServers({ cluster }: { cluster: ClusterInfo }) {
  const live = useLive();
  const [name, setName] = useState('');
  const [quota, setQuota] = useState('200');
  const [days, setDays] = useState('90');
  const [tags, setTags] = useState<Tag[]>([]);
  const [group, setGroup] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<Made | null>(null);
  const generate = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const before = new Set(live.things.source.keys());
      const created = await api.post<Created>('/activations',
        { name, quota: whole(quota, 1, 1000), days: whole(days, 1, 90), tags,
          resource_group: group });
      // The code is told once: whatever becomes of the command, it is shown.
      let install: InstallCommand | null = null;
      let trouble: unknown = null;
      try {
        install = await api.post<InstallCommand>('/install-command', { code: created.code });
      } catch (why) { trouble = why instanceof ApiError ? why : null; }
      setMade({ created, before, install, trouble });
    } catch (why) { setError(why); }
    setBusy(false);
  };
  if (made) return <Commands made={made} controller={cluster.controller} />;
  return <><p>{t('import.method.text')}</p>
    <form onSubmit={generate}>
      <Input label={`${t('common.name')} (${t('common.optional')})`} help={t('import.name.help')}
        value={name} onValue={setName} maxLength={128} />
      <div class="pair">
        <Input label={t('import.quota')} help={t('import.quota.help')} type="number" min={1}
          max={1000} required value={quota} onValue={setQuota} />
        <Input label={t('import.days')} type="number" min={1} max={90} required value={days}
          onValue={setDays} /></div>
      <Input label={`${t('import.group')} (${t('common.optional')})`} help={t('import.group.help')}
        value={group} onValue={setGroup} maxLength={64} />
      <TagFields tags={tags} onTags={setTags} />
      <p class="quiet">{t('import.tags.help')}</p>
      <Problem error={error} />
      <Button type="submit" kind="primary" icon="code" busy={busy}>{t('import.generate')}</Button>
    </form></>;
}

export function Import({ cluster }: { cluster: ClusterInfo }) {
  const [kind, setKind] = useState('server');
  return <div class={kind === 'ecs' ? 'wide' : 'narrow'}><h1>{t('import.title')}</h1>
    <Select label={t('import.kind')} value={kind} onValue={setKind}
      options={[['server', t('import.kind.server')], ['ecs', t('import.kind.ecs')]]} />
    {kind === 'ecs' ? <ImportEcs region={cluster.ecs_region} />
      : <ImportServers cluster={cluster} />}
  </div>;
}
