// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a migration is made with, and the fields for it.
import { useState } from 'preact/hooks';

import { t } from '../i18n/index.ts';
import { whole } from '../transfer_fields.tsx';
import type { BucketChoice, ClusterInfo, Tag, Transfer } from '../types.ts';
import { Check, Field, Input, Select } from '../ui.tsx';

export interface Form {
  name: string; description: string; image_name: string; image_prefix: string; region: string;
  bucket: string;  // by its name; empty: the first one
  license: string; network: string; boot_proof: string; transfer: Transfer; tags: Tag[];
  run_once: boolean; frequency_hours: number; images_to_keep: number; excludes: string;
  diagnostic_logs: boolean;
  start_at: string;  // as the browser's field has it, in local time
  machine: { type: string; vswitch: string; private_network: boolean; instance: string };
}

/** The defaults of the controller. */
export const first: Form = {
  name: '', description: '', image_name: '', image_prefix: '', region: '', bucket: '', license: '',
  network: 'dhcp', boot_proof: '', tags: [], run_once: true, frequency_hours: 24,
  images_to_keep: 2, excludes: '', start_at: '', diagnostic_logs: true,
  transfer: { bandwidth_mbps: 0, compression: 7, adaptive_compression: true, ssl: 'auto',
    checksum: false },
  machine: { type: '', vswitch: '', private_network: false, instance: '' },
};

/** A folder of this cluster's own machines is in no region. */
const regionOf = (bucket: BucketChoice) => bucket.region || t('set.region.here');

/** Where the image lies until it is imported: the region comes first, as it decides on traffic. */
function BucketFields({ form, set, buckets }: Props & { buckets: BucketChoice[] }) {
  if (buckets.length < 2) return null;
  const chosen = buckets.find(({ name }) => name === form.bucket) ?? buckets[0];
  const regions = [...new Set(buckets.map(regionOf))];
  const there = buckets.filter((bucket) => regionOf(bucket) === regionOf(chosen));
  const choose = (bucket: BucketChoice) =>
    set({ bucket: bucket === buckets[0] ? '' : bucket.name });
  return <div class="pair">
    <Select label={t('set.bucket.region')} help={t('set.bucket.region.help')}
      value={regionOf(chosen)} options={regions.map((region) => [region, region])}
      onValue={(region) => choose(buckets.find((bucket) => regionOf(bucket) === region)!)} />
    <Select label={t('set.bucket')} value={chosen.name}
      onValue={(name) => choose(buckets.find((bucket) => bucket.name === name)!)}
      options={there.map(({ name, kind }) => [name, `${name} (${kind})`])} /></div>;
}

interface Props { form: Form; set: (change: Partial<Form>) => void }

export function ImageFields({ form, set, cluster, several }: Props & { cluster: ClusterInfo;
  several: boolean }) {
  return <>
    {!several && <div class="pair">
      <Input label={t('wizard.job_name')} help={t('wizard.job_name.help')} value={form.name}
        onValue={(name) => set({ name })} maxLength={128} />
      <Input label={t('set.image_name')} help={t('set.image_name.help')} value={form.image_name}
        onValue={(name) => set({ image_name: name })} maxLength={128} /></div>}
    <Input label={t('common.description')} value={form.description} maxLength={256}
      onValue={(description) => set({ description })} />
    <div class="pair">
      <Select label={t('set.region')} value={form.region} onValue={(region) => set({ region })}
        help={cluster.buckets.length < 2 ? t('wizard.intermediate') : undefined} options={[
          ['', t('set.region.default', { region: cluster.region })],
          ['cn-beijing', 'cn-beijing'], ['ap-southeast-1', 'ap-southeast-1']]} />
      <Input label={t('set.prefix')} help={t('set.prefix.help')} value={form.image_prefix}
        pattern="[A-Za-z0-9]{1,30}" onValue={(prefix) => set({ image_prefix: prefix })}
        maxLength={30} /></div>
    <BucketFields form={form} set={set} buckets={cluster.buckets} />
    <div class="pair">
      <Select label={t('set.network')} value={form.network} onValue={(network) => set({ network })}
        options={[['dhcp', t('set.network.dhcp')], ['keep', t('set.network.keep')],
          ['as-is', t('set.network.as-is')]]} />
      <Select label={t('set.license')} value={form.license} onValue={(license) => set({ license })}
        options={[['', t('set.license.cloud')], ['BYOL', t('set.license.byol')]]} /></div>
    <Select label={t('set.boot_proof')} value={form.boot_proof}
      onValue={(proof) => set({ boot_proof: proof })} options={[
        ['', t('set.boot_proof.default', { value: cluster.boot_proof })],
        ['required', t('set.boot_proof.required')], ['warn', t('set.boot_proof.warn')],
        ['off', t('common.off')]]} />
  </>;
}

export function MachineFields({ form, set, cluster, several }: Props & { cluster: ClusterInfo;
  several: boolean }) {
  const [own, setOwn] = useState(form.machine.instance !== '');
  if (cluster.machines === '' || cluster.machines === 'none') return null;
  const { machine } = form;
  const change = (now: Partial<typeof machine>) => set({ machine: { ...machine, ...now } });
  const target = (own: boolean) => {
    setOwn(own);
    // An instance that is there has its type and its network already.
    set({ machine: { ...first.machine, private_network: machine.private_network } });
  };
  return <>
    <fieldset><legend>{t('set.target')}</legend><div class="choice">
      <label><input type="radio" name="target" checked={!own} onChange={() => target(false)} />
        {t('set.target.rent')}</label>
      {!several && <label><input type="radio" name="target" checked={own}
        onChange={() => target(true)} />{t('set.target.own')}</label>}</div>
      {own && <Input label={t('set.instance')} help={t('set.instance.help')} required
        pattern="i-[a-z0-9\-]{1,62}" value={machine.instance} maxLength={64}
        onValue={(instance) => change({ instance })} />}</fieldset>
    <Select label={t('set.mode')} help={t('set.mode.help')}
      value={machine.private_network ? 'vpc' : 'public'}
      onValue={(mode) => change({ private_network: mode === 'vpc' })}
      options={[['public', t('set.mode.public')], ['vpc', t('set.mode.vpc')]]} />
    {!own && <div class="pair">
      <Input label={t('set.vswitch')} help={t('set.vswitch.help')} value={machine.vswitch}
        required={machine.private_network} onValue={(vswitch) => change({ vswitch })} />
      <Input label={t('set.type')} value={machine.type} onValue={(type) => change({ type })}
        help={cluster.machine_type === '' ? t('set.type.help')
          : t('set.type.default', { type: cluster.machine_type })} /></div>}
  </>;
}

export function KindFields({ form, set }: Props) {
  return <>
    <Select label={t('set.kind')} value={form.run_once ? 'once' : 'again'}
      onValue={(kind) => set({ run_once: kind === 'once' })}
      options={[['once', t('set.kind.once')], ['again', t('set.kind.again')]]} />
    {!form.run_once && <div class="pair">
      <Input label={t('set.frequency')} type="number" min={1} max={168}
        value={String(form.frequency_hours)}
        onValue={(text) => set({ frequency_hours: whole(text, 1, 168) })} />
      <Input label={t('set.keep')} type="number" min={1} max={10}
        value={String(form.images_to_keep)}
        onValue={(text) => set({ images_to_keep: whole(text, 1, 10) })} /></div>}
    <Input label={t('set.start_at')} help={t('set.start_at.help')} type="datetime-local"
      value={form.start_at} onValue={(at) => set({ start_at: at })} />
    <Check label={t('set.diagnostic_logs')} help={t('set.diagnostic_logs.help')}
      checked={form.diagnostic_logs} onChecked={(on) => set({ diagnostic_logs: on })} />
    <Field label={t('set.excludes')} help={t('set.excludes.help')}>{(id, helpId) =>
      <textarea id={id} rows={3} aria-describedby={helpId} value={form.excludes}
        onInput={(event) => set({ excludes: event.currentTarget.value })} />}</Field>
  </>;
}
