// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How bytes go over, and the tags of things: the same fields wherever they may be set.
import { useState } from 'preact/hooks';

import { t } from './i18n/index.ts';
import type { Tag, Transfer } from './types.ts';
import { Button, Check, Input, Select, Text } from './ui.tsx';

const tagsMax = 20;

/** A whole number within its bounds, whatever is typed. */
export function whole(text: string, min: number, max: number): number {
  const value = Math.floor(Number(text));
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : min;
}

interface Props { transfer: Transfer; onTransfer: (transfer: Transfer) => void }

export function TransferFields({ transfer, onTransfer }: Props) {
  const set = (change: Partial<Transfer>) => onTransfer({ ...transfer, ...change });
  return <>
    <div class="pair">
      <Input label={t('set.speed')} help={t('set.speed.help')} type="number" min={0} max={1_000_000}
        value={String(transfer.bandwidth_mbps)}
        onValue={(text) => set({ bandwidth_mbps: whole(text, 0, 1_000_000) })} />
      <Input label={t('set.compression')} help={t('set.compression.help')} type="number" min={0}
        max={10} value={String(transfer.compression)}
        onValue={(text) => set({ compression: whole(text, 0, 10) })} />
    </div>
    <Check label={t('set.adaptive')} checked={transfer.adaptive_compression}
      onChecked={(on) => set({ adaptive_compression: on })} />
    <Check label={t('set.checksum')} help={t('set.checksum.help')} checked={transfer.checksum}
      onChecked={(on) => set({ checksum: on })} />
    <Select label={t('set.ssl')} value={transfer.ssl} onValue={(ssl) => set({ ssl })}
      options={[['auto', t('common.auto')], ['on', t('common.on')], ['off', t('common.off')]]} />
  </>;
}

export function TagFields({ tags, onTags }: { tags: Tag[]; onTags: (tags: Tag[]) => void }) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const add = () => {
    onTags([...tags.filter((tag) => tag.key !== key), { key, value }]);
    setKey('');
    setValue('');
  };
  return <fieldset><legend>{t('set.tags')}</legend>
    {tags.length > 0 && <ul class="tags">{tags.map((tag) => <li key={tag.key}>
      <Text most={40} of={`${tag.key}=${tag.value}`} />
      <Button kind="plain" icon="close" label={t('set.tag.remove', { tag: tag.key.slice(0, 40) })}
        onClick={() => onTags(tags.filter((one) => one.key !== tag.key))} /></li>)}</ul>}
    {tags.length < tagsMax && <div class="tag-input">
      <Input label={t('set.tag.key')} value={key} onValue={setKey} maxLength={128} />
      <Input label={t('set.tag.value')} value={value} onValue={setValue} maxLength={128} />
      <Button icon="plus" disabled={key.trim() === ''} onClick={add}>{t('set.tag.add')}</Button>
    </div>}
    <p class="help">{t('set.tags.help')}</p></fieldset>;
}
