// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks of the image: sizes, logical volumes, and which mount point goes where, by dragging or by
// the fields of its row. Each change is asked of the controller's planner at once.
import { useEffect, useState } from 'preact/hooks';

import { api } from './api.ts';
import { bytes } from './format.ts';
import { t } from './i18n/index.ts';
import { gib, moved, wishOf, withMethod, type Draft, type PartitionDraft } from './plan.ts';
import type { LayoutPlan } from './types.ts';
import { Check, Icon, Problem, Select, Text } from './ui.tsx';

const settleMs = 400;

export interface Checked { plan?: LayoutPlan; error?: unknown; busy: boolean }

/** What the planner says of the newest draft; busy while that is not known. */
export function usePlan(source: string, draft: Draft | null, excludes: string[]): Checked {
  const [checked, set] = useState<Checked & { for: string }>({ busy: true, for: '' });
  const wish = draft ? JSON.stringify({ source, wish: wishOf(draft), excludes }) : '';
  useEffect(() => {
    if (wish === '') return;
    let wanted = true;
    const timer = setTimeout(() => {
      api.post<LayoutPlan>('/plans', JSON.parse(wish)).then(
        (plan) => { if (wanted) set({ plan, busy: false, for: wish }); },
        (error: unknown) => { if (wanted) set({ error, busy: false, for: wish }); });
    }, settleMs);
    return () => { wanted = false; clearTimeout(timer); };
  }, [wish]);
  return { ...checked, busy: checked.for !== wish };
}

interface RowProps {
  one: PartitionDraft; draft: Draft; onDraft: (draft: Draft) => void; minimum?: number;
}
function PartitionRow({ one, draft, onDraft, minimum }: RowProps) {
  const label = one.source.mount_point || one.source.filesystem || one.from;
  const sized = one.method === 'file';
  const setSize = (text: string) => {
    const size = Math.max(0, Math.round(Number(text) * gib)) || 0;
    onDraft({ ...draft, partitions: draft.partitions.map((part) =>
      part.from === one.from ? { ...part, size } : part) });
  };
  const shownGib = ((one.size || one.source.size) / gib).toFixed(2);
  return <li class={`partition ${one.method}`} draggable={!one.fixed}
    onDragStart={(event) => event.dataTransfer?.setData('text/plain', one.from)}>
    <div class="mount"><strong><Text of={label} most={60} /></strong>
      <span class="quiet">{bytes(one.source.size)}, {t('disks.used', {
        n: bytes(one.source.used_bytes) })}{minimum ? <>, {t('disks.minimum',
        { n: bytes(minimum) })}</> : null}</span></div>
    <Select hidden label={`${t('disks.method')}: ${label.slice(0, 60)}`} value={one.method}
      onValue={(method) => onDraft(withMethod(draft, one.from, method as PartitionDraft['method']))}
      options={[...one.source.block_replication
        ? [['block', t('disks.method.block')] as [string, string]] : [],
      ['file', t('disks.method.file')], ['leave', t('disks.method.leave')]]} />
    <input type="number" step="0.01" min="0" disabled={!sized} value={shownGib}
      aria-label={`${t('disks.size')}: ${label.slice(0, 60)}`}
      title={one.method === 'block' ? t('disks.fixed') : undefined}
      onChange={(event) => setSize(event.currentTarget.value)} />
    {draft.disks.length > 1 && !one.fixed && <Select hidden value={String(one.disk)}
      label={t('disks.move', { name: label.slice(0, 60) })}
      onValue={(disk) => onDraft(moved(draft, one.from, Number(disk)))}
      options={draft.disks.map(({ index }) => [String(index),
        index === 0 ? t('disk.system') : t('disk.data', { n: index })])} />}
  </li>;
}

interface Props { draft: Draft; onDraft: (draft: Draft) => void; checked: Checked }

export function LayoutEditor({ draft, onDraft, checked }: Props) {
  const planned = checked.plan?.disks ?? [];
  const minimumOf = (one: PartitionDraft) => planned.flatMap((disk) => disk.partitions)
    .find((part) => part.from_disk === one.ofDisk && part.from.number === one.source.number)
    ?.minimum;
  const setDisk = (index: number, change: { size?: number; lvm?: boolean }) => onDraft({ ...draft,
    disks: draft.disks.map((disk) => disk.index === index ? { ...disk, ...change } : disk) });
  return <div class="layout">
    {draft.disks.length > 1 && <p class="quiet">{t('disks.drag')}</p>}
    {draft.disks.map((disk) => {
      const plan = planned.find((one) => one.index === disk.index);
      return <section key={disk.index} class="disk-editor"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          onDraft(moved(draft, event.dataTransfer?.getData('text/plain') ?? '', disk.index));
        }}>
        <div class="line"><h3>{disk.index === 0 ? t('disk.system')
          : t('disk.data', { n: disk.index })}</h3>
          {plan && <span class="quiet">
            {t('disks.minimum', { n: bytes(plan.minimum) })}</span>}</div>
        <div class="pair">
          <label class="field">{t('disks.size')}<input type="number" step="0.01" min="0"
            value={(disk.size / gib).toFixed(2)} onChange={(event) => setDisk(disk.index,
              { size: Math.max(0, Math.round(Number(event.currentTarget.value) * gib)) || 0 })} />
          </label>
          <Check label={t('disks.lvm')} checked={disk.lvm}
            onChecked={(lvm) => setDisk(disk.index, { lvm })} />
        </div>
        <ul class="plain">{draft.partitions.filter((one) => one.disk === disk.index).map((one) =>
          <PartitionRow key={one.from} one={one} draft={draft} onDraft={onDraft}
            minimum={minimumOf(one)} />)}</ul>
      </section>;
    })}
    <div role="status">{checked.busy ? <p class="quiet">{t('disks.checking')} …</p>
      : checked.error ? <Problem error={checked.error} />
      : checked.plan && checked.plan.refusals.length > 0
        ? <div class="notice error"><p>{t('disks.refused')}</p><ul lang="en">
          {checked.plan.refusals.map((one, i) => <li key={i}><Text of={one.what} most={400} />{' '}
            <Text of={one.evidence} most={400} /> <Text of={one.fix} most={400} /></li>)}</ul></div>
        : <><p class="good"><Icon name="check" />{t('disks.fits')}</p>
          <ul class="quiet" lang="en">{checked.plan?.notes.map((note, i) =>
            <li key={i}><Text of={note} most={400} /></li>)}</ul></>}</div>
  </div>;
}
