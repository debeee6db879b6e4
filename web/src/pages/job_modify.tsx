// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What may change of a job that exists. The change is refused if somebody else made one meanwhile.
import { useState } from 'preact/hooks';

import { api, ApiError, word } from '../api.ts';
import { t } from '../i18n/index.ts';
import { learn } from '../live.ts';
import { TransferFields } from '../transfer_fields.tsx';
import type { Job } from '../types.ts';
import { Button, Dialog, Input, Problem, say } from '../ui.tsx';

export function ModifyDialog({ job: shown, onClose }: { job: Job; onClose: () => void }) {
  const [job] = useState(shown);  // what the change is based on, whatever comes meanwhile
  const [name, setName] = useState(job.settings.name);
  const [description, setDescription] = useState(job.settings.description);
  const [transfer, setTransfer] = useState(job.settings.transfer);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setError(null);
    const body: Record<string, unknown> = { based_on: job.version };
    if (name !== job.settings.name) body['name'] = name;
    if (description !== job.settings.description) body['description'] = description;
    if (JSON.stringify(transfer) !== JSON.stringify(job.settings.transfer)) {
      body['transfer'] = transfer;
    }
    try {
      learn(await api.patch<Job>(`/jobs/${word(job.id)}`, body));
      say(t('do.done', { action: t('do.modify') }));
      onClose();
    } catch (why) {
      if (why instanceof ApiError && why.job) learn(why.job);
      setError(why);
      setBusy(false);
    }
  };
  const stale = error instanceof ApiError && error.status === 412;
  return <Dialog title={t('do.modify')} onClose={onClose} wide buttons={stale
    ? <Button kind="primary" onClick={onClose}>{t('common.close')}</Button>
    : <><Button onClick={onClose}>{t('common.back')}</Button>
      <Button kind="primary" busy={busy} onClick={save}>{t('common.save')}</Button></>}>
    <Problem error={error} />
    <Input label={t('wizard.job_name')} value={name} onValue={setName} maxLength={128} />
    <Input label={t('common.description')} value={description} onValue={setDescription}
      maxLength={256} />
    <TransferFields transfer={transfer} onTransfer={setTransfer} />
  </Dialog>;
}
