// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// From one source server, or several with the same settings, to migrations that run.
import { useEffect, useRef, useState } from 'preact/hooks';

import { api, ApiError, word } from '../api.ts';
import { t, type Key } from '../i18n/index.ts';
import { LayoutEditor, usePlan } from '../layout_editor.tsx';
import { learn, useLive } from '../live.ts';
import { draftOf, wishOf, type Draft } from '../plan.ts';
import { TagFields, TransferFields } from '../transfer_fields.tsx';
import type { ClusterInfo, Job, Source } from '../types.ts';
import { Button, Check, explain, Loaded, Problem, say, Text, useLoad } from '../ui.tsx';
import { first, ImageFields, KindFields, MachineFields, type Form } from './wizard_fields.tsx';

const steps: Key[] = ['wizard.image', 'wizard.disks', 'wizard.transfer', 'wizard.confirm'];

function rulesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The settings of a job as the API takes them. */
function settingsOf(form: Form, source: string, draft: Draft | null, several: boolean) {
  return {
    source, name: several ? '' : form.name, description: form.description,
    image_name: several ? '' : form.image_name, image_prefix: form.image_prefix,
    region: form.region, bucket: form.bucket, license: form.license, network: form.network,
    boot_proof: form.boot_proof, transfer: form.transfer, tags: form.tags,
    run_once: form.run_once, excludes: rulesOf(form.excludes),
    diagnostic_logs: form.diagnostic_logs,
    frequency_hours: form.run_once ? 0 : form.frequency_hours,
    images_to_keep: form.run_once ? 0 : form.images_to_keep,
    scheduled_start_ms: form.start_at === '' ? 0 : new Date(form.start_at).getTime(),
    machine: form.machine, layout: draft ? wishOf(draft) : { disks: [] },
  };
}

function Confirmation({ confirmed, onConfirmed }: { confirmed: boolean;
  onConfirmed: (on: boolean) => void }) {
  const points: [Key, Key][] = [['wizard.cost', 'wizard.cost.text'],
    ['wizard.license', 'wizard.license.text'], ['wizard.touch', 'wizard.touch.text'],
    ['wizard.backup', 'wizard.backup.text']];
  return <><dl class="points">{points.map(([head, text]) => <div key={head}>
    <dt>{t(head)}</dt><dd>{t(text)}</dd></div>)}</dl>
    <Check label={t('wizard.confirmed')} checked={confirmed} onChecked={onConfirmed} /></>;
}

interface StepsProps { step: number; onStep: (step: number) => void }
function Steps({ step, onStep }: StepsProps) {
  return <ol class="steps" aria-label={t('wizard.steps')}>{steps.map((key, i) =>
    <li key={key} class={i < step ? 'past' : ''}><button type="button" disabled={i > step}
      aria-current={i === step ? 'step' : undefined} onClick={() => onStep(i)}>
      <span class="number">{i + 1}</span>{t(key)}</button></li>)}</ol>;
}

function Form({ sources, cluster }: { sources: Source[]; cluster: ClusterInfo }) {
  const [form, setForm] = useState(first);
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<{ source: Source; error: unknown }[]>([]);
  const [todo, setTodo] = useState(sources);   // those that no job was made for yet
  const tokens = useRef(new Map<string, string>());
  const head = useRef<HTMLHeadingElement>(null);
  const several = sources.length > 1;
  const disks = sources[0].inventory.disks;
  const checked = usePlan(sources[0].id, draft, rulesOf(form.excludes));
  useEffect(() => { if (step > 0) head.current?.focus(); }, [step]);
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const fits = !draft || (!checked.busy && checked.plan?.refusals.length === 0);
  const create = async (start: boolean) => {
    setBusy(true);
    const refused: typeof problems = [];
    let created: Job | null = null;
    for (const source of todo) {
      // The same token again makes no second job, should the first answer have been lost.
      const token = tokens.current.get(source.id) ?? `web-${crypto.getRandomValues(
        new Uint32Array(4)).join('-')}`;
      tokens.current.set(source.id, token);
      try {
        created = await api.post<Job>('/jobs', { client_token: token,
          settings: settingsOf(form, source.id, draft, several) });
        learn(created);
        if (start && created.status === 'Ready') {
          learn(await api.post<Job>(`/jobs/${word(created.id)}/start`,
            { based_on: created.version }));
        }
      } catch (error) {
        refused.push({ source, error });
        // What was refused may be mended and asked for again; what was lost keeps its token.
        if (error instanceof ApiError && error.status !== 0) tokens.current.delete(source.id);
      }
    }
    setBusy(false);
    setProblems(refused);
    setTodo(refused.map(({ source }) => source));
    if (refused.length > 0 || !created) return;
    say(t('wizard.created', { name: several ? t('wizard.servers', { n: sources.length })
      : created.settings.name }));
    location.hash = several ? '#/migrations' : `#/jobs/${word(created.id)}`;
  };
  const last = step === steps.length - 1;
  const submit = (event: Event) => {
    event.preventDefault();
    if (last) void create(form.start_at === ''); else setStep(step + 1);
  };
  return <form class="wizard" onSubmit={submit}>
    <p>{sources.slice(0, 6).map((source, i) => <span key={source.id}>{i > 0 && ', '}
      <strong><Text of={source.name || source.inventory.hostname || source.id} most={60} /></strong>
    </span>)}{sources.length > 6 && ' …'}</p>
    <Steps step={step} onStep={setStep} />
    <h2 ref={head} tabIndex={-1}>{t(steps[step])}</h2>
    {step === 0 && <><ImageFields form={form} set={set} cluster={cluster} several={several} />
      <MachineFields form={form} set={set} cluster={cluster} several={several} /></>}
    {step === 1 && (several ? <p>{t('wizard.many')}</p> : <>
      <div class="choice" role="radiogroup" aria-label={t('wizard.disks')}>
        <label><input type="radio" name="layout" checked={!draft}
          onChange={() => setDraft(null)} />{t('disks.keep')}</label>
        <label><input type="radio" name="layout" checked={!!draft}
          onChange={() => setDraft(draftOf(disks))} />{t('disks.change')}</label></div>
      {draft && <LayoutEditor draft={draft} onDraft={setDraft} checked={checked} />}</>)}
    {step === 2 && <><TransferFields transfer={form.transfer}
      onTransfer={(transfer) => set({ transfer })} />
      <KindFields form={form} set={set} />
      <TagFields tags={form.tags} onTags={(tags) => set({ tags })} /></>}
    {last && <Confirmation confirmed={confirmed} onConfirmed={setConfirmed} />}
    {problems.length === 1 && !several && <Problem error={problems[0].error} />}
    {problems.length > 0 && several && <div class="notice error" role="alert">
      <p>{t('wizard.partly')}</p><ul>{problems.map(({ source, error }) => <li key={source.id}>
        <Text of={t('wizard.refused', { name: source.name || source.id, why: explain(error) })} />
      </li>)}</ul></div>}
    <div class="buttons end">
      {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('common.back')}</Button>}
      {last && form.start_at === '' && <Button disabled={!confirmed} busy={busy}
        onClick={() => create(false)}>{t('wizard.later')}</Button>}
      <Button type="submit" kind="primary" busy={busy} disabled={(last && !confirmed) || !fits}>
        {last ? t('wizard.start') : t('common.next')}</Button></div>
  </form>;
}

export function Wizard({ ids, cluster }: { ids: string[]; cluster: ClusterInfo }) {
  const live = useLive();
  const one = useLoad<Source>(ids.length === 1 ? `/sources/${word(ids[0])}` : '');
  const several = ids.flatMap((id) => live.things.source.get(id) ?? []);
  return <><h1>{t('wizard.title')}</h1>
    {ids.length === 1 ? <Loaded of={one}>{(source) =>
      <Form sources={[source]} cluster={cluster} />}</Loaded>
      : live.ready && several.length > 0 && <Form sources={several} cluster={cluster} />}</>;
}
