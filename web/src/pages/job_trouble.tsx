// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Why a migration stands still, who can mend it, and how it goes on.
import { codeOf, errorTitle } from '../errors.ts';
import { time } from '../format.ts';
import { t } from '../i18n/index.ts';
import { tell } from '../told.ts';
import type { Job, JobEvent } from '../types.ts';
import { Button, Code, Copy, Icon, NextStep, Text } from '../ui.tsx';

const evidenceShown = 4;

const ofCloud = [4014, 4015, 4016];
const instanceGone = 3006;  // nothing is there to go on with: the migration starts anew

/** As docs/errors.md has the codes: 2001 to 2003 and 2006 to 2049 are of the source server, 4031 to
 *  4036 of the system that is on it; 2004 and 2005 are of target disks. */
function whoMustAct(code: number) {
  const ofTarget = code === 2004 || code === 2005;
  if (code >= 2001 && code < 2050 && !ofTarget) return t('trouble.who.source');
  if (code >= 4031 && code <= 4034) return t('trouble.who.source');
  return ofCloud.includes(code) ? t('trouble.who.cloud') : t('trouble.who.operator');
}

interface Props { job: Job; events: JobEvent[]; onRetry?: () => void }

export function Trouble({ job, events, onRetry }: Props) {
  const code = codeOf(job.error_code);
  const evidence = events.slice(-evidenceShown);
  const report = [`${code} ${job.error}`, job.fix, `job ${job.id}`,
    ...evidence.map((event) => `${new Date(event.at_ms).toISOString()} ${event.text}`)].join('\n');
  return <section class="trouble" aria-labelledby="trouble">
    <h2 id="trouble"><Icon name="warn" />{t('trouble.title')}</h2>
    <dl>
      <div><dt>{t('trouble.code')}</dt>
        <dd><Code of={code} /> <strong>{errorTitle(code)}</strong></dd></div>
      <div><dt>{t('trouble.what')}</dt><dd lang="en"><Text of={job.error} most={2000} /></dd></div>
      <div><dt>{t('trouble.who')}</dt><dd>{whoMustAct(job.error_code)}</dd></div>
      {job.fix !== '' && <div><dt>{t('trouble.next')}</dt>
        <dd><NextStep code={code} exact={job.fix} /></dd></div>}
      {evidence.length > 0 && <div><dt>{t('trouble.evidence')}</dt><dd>
        <ul class="plain">{evidence.map((event) => <li key={event.seq}>
          <span class="quiet">{time(event.at_ms)}</span> <Text of={tell(event).text} most={400} />
        </li>)}</ul></dd></div>}
    </dl>
    {job.holds.length > 0 && <p>{t('trouble.held')}</p>}
    <div class="buttons">
      {onRetry && job.error_code !== instanceGone && <Button kind="primary" icon="retry"
        onClick={onRetry}>{t('do.retry')}</Button>}
      <Copy text={report} label={t('trouble.doc')} /></div>
  </section>;
}
