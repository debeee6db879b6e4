// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';

import { api, ApiError } from '../api.ts';
import { Preferences } from '../app.tsx';
import { t } from '../i18n/index.ts';
import type { Session } from '../types.ts';
import { Button, Input, Problem } from '../ui.tsx';

interface Props {
  ended: boolean; onSession: (session: Session) => void; onLanguage: (name: string) => void;
}

export function LogIn({ ended, onSession, onLanguage }: Props) {
  const [id, setId] = useState('');
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const enter = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onSession(await api.post<Session>('/session', { id: id.trim(), secret: secret.trim() }));
    } catch (why) {
      setError(why);
      setBusy(false);
    }
  };
  const wrong = error instanceof ApiError && error.status === 401;
  return <main class="alone login">
    <form onSubmit={enter}>
      <p class="brand"><img src="./icon.svg" alt="" width="40" height="40" />edgeferry</p>
      <h1>{t('login.title')}</h1>
      {ended && !error && <p class="notice" role="status">{t('login.ended')}</p>}
      {wrong ? <p class="notice error" role="alert">{t('login.wrong')}</p>
        : <Problem error={error} />}
      <Input label={t('login.id')} value={id} onValue={setId} required autoComplete="username" />
      <Input label={t('login.secret')} value={secret} onValue={setSecret} required type="password"
        autoComplete="current-password" />
      <Button type="submit" kind="primary" busy={busy}>{t('login.submit')}</Button>
      <p class="quiet">{t('login.hint')}<br />
        <code>edgeferry accesskey create --role operator</code>
      </p>
    </form>
    <Preferences onLanguage={onLanguage} />
  </main>;
}
