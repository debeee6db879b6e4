// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';

import { errorTitleBeside } from '../errors.ts';
import { time } from '../format.ts';
import { t } from '../i18n/index.ts';
import type { AuditEntry } from '../types.ts';
import { Button, Code, Icon, Loaded, Table, Text, useLoad } from '../ui.tsx';

const pageSize = 100;

function outcome(entry: AuditEntry) {
  if (entry.outcome === '') return <span class="wrong">{t('audit.lost')}</span>;
  if (entry.outcome === 'done') return <span class="good">{t('audit.done')}</span>;
  const title = errorTitleBeside(entry.outcome.slice(0, entry.outcome.indexOf(' ')));
  return <span class="wrong">{title !== '' && <>{title}<br /></>}
    <span lang="en"><Text of={entry.outcome} most={160} /></span></span>;
}

/** Newest first, a page at a time; older ones stand below those that are shown. */
export function Audit() {
  const [before, setBefore] = useState(0);
  const list = useLoad<{ entries: AuditEntry[] }>(`/audit?limit=${pageSize}&before=${before}`);
  return <><div class="title"><h1>{t('audit.title')}</h1>
    <Button icon="retry" onClick={() => { setBefore(0); list.reload(); }}>{t('cluster.refresh')}
    </Button></div>
    <Loaded of={list}>{({ entries }) => entries.length === 0
      ? <div class="empty"><Icon name="log" /><p>{t('audit.none')}</p></div> : <>
      <Table label={t('audit.title')} heads={[t('audit.when'), t('audit.who'),
        t('audit.action'), t('audit.subject'), t('audit.outcome')]}>{entries.map((entry) =>
        <tr key={entry.seq}><td class="when">{time(entry.at_ms)}</td>
          <td><Code of={entry.who} /> <span class="sub">{t('audit.from', { address: entry.from })}
          </span></td>
          <td lang="en">{entry.action}</td>
          <td class="subject"><code><Text of={entry.subject} most={160} /></code></td>
          <td>{outcome(entry)}</td></tr>)}</Table>
      {entries.length === pageSize && <Button
        onClick={() => setBefore(entries[entries.length - 1].seq)}>{t('audit.older')}</Button>}
    </>}</Loaded></>;
}
