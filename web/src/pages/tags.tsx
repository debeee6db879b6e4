// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import { word } from '../api.ts';
import { count } from '../format.ts';
import { t } from '../i18n/index.ts';
import type { TagUse } from '../types.ts';
import { Icon, Loaded, Table, Tags, useLoad } from '../ui.tsx';

export function TagsPage() {
  const list = useLoad<{ tags: TagUse[] }>('/tags');
  return <><h1>{t('tags.title')}</h1>
    <Loaded of={list}>{({ tags }) => tags.length === 0
      ? <div class="empty"><Icon name="tag" /><p>{t('tags.none')}</p></div>
      : <Table label={t('tags.title')} heads={[t('list.tag'), t('tags.sources'),
        t('tags.jobs'), t('common.actions')]}>{tags.map((one) =>
        <tr key={JSON.stringify([one.key, one.value])}>
          <td><Tags tags={[one]} /></td><td>{count(one.sources)}</td><td>{count(one.jobs)}</td>
          <td><a href={`#/migrations?tag=${word(one.value === '' ? one.key
            : `${one.key}=${one.value}`)}`}>{t('tags.show')}</a></td></tr>)}</Table>}</Loaded></>;
}
