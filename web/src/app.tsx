// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The frame of all pages: who is logged in, where one can go, whether what is shown is new.
import { useEffect, useRef, useState } from 'preact/hooks';

import { api, ApiError, setSession, whenSessionEnds } from './api.ts';
import { shortId, time } from './format.ts';
import { catalogues, language, setLanguage, t, type Key } from './i18n/index.ts';
import { connect, forget, useLive } from './live.ts';
import { Access } from './pages/keys.tsx';
import { Activations } from './pages/activations.tsx';
import { Audit } from './pages/audit.tsx';
import { ClusterPage } from './pages/cluster.tsx';
import { Import } from './pages/import.tsx';
import { JobPage } from './pages/job.tsx';
import { LogIn } from './pages/login.tsx';
import { Migrations } from './pages/migrations.tsx';
import { Notifications } from './pages/notifications.tsx';
import { Resources } from './pages/resources.tsx';
import { SourcePage } from './pages/source.tsx';
import { TagsPage } from './pages/tags.tsx';
import { Wizard } from './pages/wizard.tsx';
import { Workgroups } from './pages/workgroups.tsx';
import type { ClusterInfo, Session } from './types.ts';
import { Button, Icon, Loading, Problem, Select, Text, Toasts, useLoad } from './ui.tsx';
import { applyTheme, wish, wished } from './wishes.ts';

const pages: { path: string; key: Key; icon: string; admin?: boolean; operator?: boolean }[] = [
  { path: 'migrations', key: 'nav.migrations', icon: 'ferry' },
  { path: 'import', key: 'nav.import', icon: 'plus', operator: true },
  { path: 'activations', key: 'nav.activations', icon: 'code' },
  { path: 'workgroups', key: 'nav.workgroups', icon: 'group' },
  { path: 'resources', key: 'nav.resources', icon: 'box' },
  { path: 'notifications', key: 'nav.notifications', icon: 'bell', operator: true },
  { path: 'tags', key: 'nav.tags', icon: 'tag' },
  { path: 'cluster', key: 'nav.cluster', icon: 'tree' },
  { path: 'keys', key: 'nav.keys', icon: 'key', admin: true },
  { path: 'audit', key: 'nav.audit', icon: 'log', admin: true },
];

function useRoute(): string[] {
  const read = () => location.hash.replace(/^#\/?/, '').split('?')[0].split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const [route, set] = useState(read);
  useEffect(() => {
    const look = () => set(read());
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return route[0] === '' ? ['migrations'] : route;
}

function Status() {
  const { connection } = useLive();
  return <span class={`connection ${connection}`} role="status">
    <span class="dot" aria-hidden="true" />{t(`live.${connection}`)}</span>;
}

function Banner() {
  const { connection, seenMs } = useLive();
  if (connection !== 'stale' && connection !== 'reconnecting') return null;
  return <p class="banner">{t('live.stale.text', { time: time(seenMs) })}</p>;
}

export function Preferences({ onLanguage }: { onLanguage: (name: string) => void }) {
  const [theme, setTheme] = useState(wished('theme'));
  return <div class="preferences">
    <Select label={t('language.label')} value={language()} onValue={onLanguage} hidden
      options={Object.entries(catalogues).map(([name, texts]) => [name, texts.language])} />
    <Select label={t('theme.label')} value={theme} hidden
      onValue={(now) => { wish('theme', now); applyTheme(now); setTheme(now); }}
      options={[['', t('theme.system')], ['light', t('theme.light')], ['dark', t('theme.dark')]]} />
  </div>;
}

function page(route: string[], session: Session, cluster: ClusterInfo) {
  const may = { operate: session.role !== 'viewer', administer: session.role === 'admin' };
  switch (route[0]) {
    case 'migrations': return <Migrations may={may} />;
    case 'jobs': return <JobPage key={route[1]} id={route[1] ?? ''} may={may} />;
    case 'sources': return <SourcePage key={route[1]} id={route[1] ?? ''} may={may} />;
    case 'start': return <Wizard key={route[1]} ids={(route[1] ?? '').split(',')}
      cluster={cluster} />;
    case 'import': return <Import cluster={cluster} />;
    case 'activations': return <Activations may={may} />;
    case 'workgroups': return <Workgroups may={may} />;
    case 'resources': return <Resources may={may} />;
    case 'notifications': return may.operate ? <Notifications may={may} />
      : <p>{t('error.forbidden')}</p>;
    case 'tags': return <TagsPage />;
    case 'cluster': return <ClusterPage cluster={cluster} />;
    case 'keys': return may.administer ? <Access own={session.access_key} />
      : <p>{t('error.forbidden')}</p>;
    case 'audit': return may.administer ? <Audit /> : <p>{t('error.forbidden')}</p>;
    default: return <p>{t('error.page')}</p>;
  }
}

interface ShellProps { session: Session; onLogOut: () => void; onLanguage: (name: string) => void }
function Shell({ session, onLogOut, onLanguage }: ShellProps) {
  const route = useRoute();
  const cluster = useLoad<ClusterInfo>('/cluster');
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const at = route.join('/');
  useEffect(() => {
    setOpen(false);
    main.current?.scrollTo(0, 0);
    const head = document.querySelector('main h1')?.textContent;
    document.title = head ? `${head} – edgeferry` : 'edgeferry';
  }, [at, language(), cluster.value]);
  const shown = pages.filter((one) => one.admin ? session.role === 'admin'
    : !one.operator || session.role !== 'viewer');
  return <div class="shell">
    <a class="skip" href="#content" onClick={(event) => {
      event.preventDefault();
      main.current?.focus();
    }}>{t('nav.skip')}</a>
    <header class="top">
      <span class="menu"><Button icon="menu" kind="plain" label={t('nav.more')} expanded={open}
        onClick={() => setOpen(!open)} /></span>
      <a class="brand" href="#/migrations"><img src="./icon.svg" alt="" width="24" height="24" />
        edgeferry</a>
      {cluster.value && <span class="cluster-name">
        <Text of={cluster.value.name} most={40} /></span>}
      <Status />
    </header>
    <Banner />
    <nav class={open ? 'side open' : 'side'} aria-label={t('nav.label')}>
      <ul>{shown.map((one) => <li key={one.path}>
        <a href={`#/${one.path}`} aria-current={route[0] === one.path ? 'page' : undefined}>
          <Icon name={one.icon} />{t(one.key)}</a></li>)}</ul>
      <div class="who">
        <Preferences onLanguage={onLanguage} />
        <p class="quiet account"><span title={session.access_key}>
          {shortId(session.access_key)}</span><br />{t(`role.${session.role}`)}</p>
        <Button icon="out" kind="plain" onClick={onLogOut}>{t('nav.logout')}</Button>
      </div>
    </nav>
    <main id="content" ref={main} tabIndex={-1}>
      {cluster.value ? page(route, session, cluster.value)
        : cluster.error ? <><Problem error={cluster.error} />
          <Button icon="retry" onClick={cluster.reload}>{t('action.again')}</Button></>
        : <Loading />}
    </main>
    <Toasts />
  </div>;
}

type Who = Session | 'asking' | 'nobody' | 'ended' | 'unreachable';

export function App() {
  const [who, setWho] = useState<Who>('asking');
  const [, redraw] = useState(0);
  const enter = (session: Session) => { setSession(session); setWho(session); connect(); };
  const leave = (how: 'nobody' | 'ended') => { setSession(null); forget(); setWho(how); };
  const look = () => {
    setWho('asking');
    api.get<Session>('/session').then(enter, (error: unknown) =>
      error instanceof ApiError && error.status === 401 ? leave('nobody') : setWho('unreachable'));
  };
  useEffect(() => {
    applyTheme(wished('theme'));
    whenSessionEnds(() => leave('ended'));
    look();
  }, []);
  document.documentElement.lang = language();
  const onLanguage = (name: string) => {
    wish('language', name);
    setLanguage(name);
    redraw((n) => n + 1);
  };
  if (who === 'asking') return <main class="alone"><Loading /></main>;
  if (who === 'unreachable') {
    return <main class="alone"><h1>edgeferry</h1><Problem error={new ApiError(0, '', '', '')} />
      <Button icon="retry" onClick={look}>{t('action.again')}</Button></main>;
  }
  if (who === 'nobody' || who === 'ended') {
    return <LogIn ended={who === 'ended'} onSession={enter} onLanguage={onLanguage} />;
  }
  const logOut = () => {
    api.remove('/session').then(() => leave('nobody'), () => look());
  };
  return <Shell session={who} onLogOut={logOut} onLanguage={onLanguage} />;
}
