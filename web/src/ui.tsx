// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts that many pages have.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { api, ApiError } from './api.ts';
import { errorLine, errorTitleBeside, nextStep } from './errors.ts';
import { shortened } from './format.ts';
import { t } from './i18n/index.ts';

const paths: Record<string, string> = {
  ferry: 'M3 12h18l-3 5H6zM8 9V5h7l3 4zM2 21c2-1.5 4-1.5 6 0s4 1.5 6 0 4-1.5 6 0',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  plus: 'M12 5v14M5 12h14', code: 'M8 8l-4 4 4 4M16 8l4 4-4 4M14 5l-4 14',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01', key: 'M14 10a4 4 0 1 0-3 3l2 2h2v2h2v2h3v-3z',
  tree: 'M9 4h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 9v4M6 16v-3h12v3',
  log: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h4', menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18', search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  pause: 'M8 5v14M16 5v14', play: 'M7 5l12 7-12 7z', retry: 'M4 12a8 8 0 1 0 3-6.2M4 4v5h5',
  cancel: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12', back: 'M15 5l-7 7 7 7',
  cut: 'M5 12h12M13 7l5 5-5 5M21 5v14', trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3', warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  check: 'M5 13l4 4L19 7', copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M8 12h10', box: 'M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8',
  group: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2',
};

export function Icon({ name }: { name: string }) {
  return <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={paths[name]} /></svg>;
}

/** Text from outside: shown as text, in its own direction, and never endless. */
export function Text({ of, most }: { of: string; most?: number }) {
  return <bdi title={of.length > (most ?? 200) ? shortened(of, 2000) : undefined}>
    {shortened(of, most)}</bdi>;
}

export function Code({ of }: { of: string }) { return <code><Text of={of} /></code>; }

interface ButtonProps {
  onClick?: () => void; icon?: string; kind?: 'primary' | 'danger' | 'plain'; label?: string;
  children?: ComponentChildren; disabled?: boolean; busy?: boolean; type?: 'button' | 'submit';
  expanded?: boolean;  // of what it opens and closes
}
export function Button(props: ButtonProps) {
  const { icon, kind = '', children, label, busy, disabled, type = 'button', onClick, expanded }
    = props;
  return <button type={type} class={`button ${kind} ${children ? '' : 'only-icon'}`}
    disabled={disabled || busy} onClick={onClick} aria-label={label} title={label}
    aria-expanded={expanded} aria-busy={busy ? 'true' : undefined}>
    {icon && <Icon name={icon} />}{children}</button>;
}

interface FieldProps {
  label: string; help?: string; children: (id: string, help?: string) => JSX.Element;
}
export function Field({ label, help, children }: FieldProps) {
  const id = useId();
  const helpId = help ? `${id}-help` : undefined;
  return <div class="field">
    <label for={id}>{label}</label>
    {children(id, helpId)}
    {help && <p id={helpId} class="help">{help}</p>}
  </div>;
}

interface InputProps {
  label: string; value: string; onValue: (value: string) => void; help?: string; type?: string;
  min?: number; max?: number; required?: boolean; maxLength?: number; autoComplete?: string;
  pattern?: string;
}
export function Input({ label, value, onValue, help, ...rest }: InputProps) {
  return <Field label={label} help={help}>{(id, helpId) =>
    <input id={id} aria-describedby={helpId} value={value}
      {...rest as object}
      onInput={(event) => onValue(event.currentTarget.value)} />}</Field>;
}

interface SelectProps {
  label: string; value: string; onValue: (value: string) => void; help?: string;
  options: [value: string, text: string][]; hidden?: boolean;
}
export function Select({ label, value, onValue, help, options, hidden }: SelectProps) {
  const select = (id?: string, helpId?: string) =>
    <select id={id} aria-describedby={helpId} value={value} aria-label={hidden ? label : undefined}
      onChange={(event) => onValue(event.currentTarget.value)}>
      {options.map(([name, text]) =>
        <option key={name} value={name} selected={name === value}>{text}</option>)}
    </select>;
  return hidden ? select() : <Field label={label} help={help}>{select}</Field>;
}

interface CheckProps {
  label: ComponentChildren; checked: boolean; onChecked: (on: boolean) => void; help?: string;
}
export function Check({ label, checked, onChecked, help }: CheckProps) {
  const id = useId();
  return <div class="field check">
    <input type="checkbox" id={id} checked={checked} aria-describedby={help && `${id}-help`}
      onChange={(event) => onChecked(event.currentTarget.checked)} />
    <label for={id}>{label}</label>
    {help && <p id={`${id}-help`} class="help">{help}</p>}
  </div>;
}

export function Bar({ value, state, label }: { value: number; state: string; label: string }) {
  return <div class={`bar ${state}`} role="progressbar" aria-label={label} aria-valuemin={0}
    aria-valuemax={100} aria-valuenow={Math.floor(value)}>
    <div style={{ width: `${Math.min(100, Math.max(0, value))}%` }} /></div>;
}

/** Scrolls within itself where its columns need more than the screen has. */
export function Table({ label, heads, children }: { label: string; heads: string[];
  children: ComponentChildren }) {
  return <div class="scroll" tabIndex={0} role="region" aria-label={label}><table>
    <thead><tr>{heads.map((head) => <th key={head}>{head}</th>)}</tr></thead>
    <tbody>{children}</tbody></table></div>;
}

interface DialogProps {
  title: string; onClose: () => void; children: ComponentChildren; buttons: ComponentChildren;
  wide?: boolean;
}
/** The browser keeps the focus in it, closes it by Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, buttons, wide }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus(); };
  }, []);
  return <dialog ref={box} class={wide ? 'wide' : ''} aria-labelledby={id}
    onCancel={(event) => { event.preventDefault(); onClose(); }}>
    <header><h2 id={id}>{title}</h2>
      <Button icon="close" kind="plain" label={t('common.close')} onClick={onClose} /></header>
    <div class="dialog-body">{children}</div>
    <footer>{buttons}</footer>
  </dialog>;
}

/** What to do about such an error, and what the controller says about this one. */
export function NextStep({ code, exact: own }: { code: string; exact: string }) {
  const { step, exact } = nextStep(code, own);
  return <>{step !== '' && <p>{step}</p>}
    {exact !== '' && <p class={step !== '' ? 'quiet' : ''} lang="en">
      <Text of={exact} most={2000} /></p>}</>;
}

/** What a refusal or a failure says: in the controller's words, or in ours if it said none. */
export function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  const known = error instanceof ApiError ? error : null;
  const stale = known?.status === 412;
  if (!known || known.status === 0 || stale) {
    return <div class="notice error" role="alert"><Icon name="warn" /><div>
      <p><strong>{known?.code || t('error.title')}</strong>{' '}
        {t(stale ? 'error.stale' : 'error.unreachable')}</p></div></div>;
  }
  const title = errorTitleBeside(known.code);
  return <div class="notice error" role="alert"><Icon name="warn" /><div>
    <p><strong>{known.code || t('error.title')}{title !== '' && ` ${title}`}</strong>
      {title === '' ? ' ' : <br />}
      <span lang="en"><Text of={known.what} most={1000} /></span></p>
    <NextStep code={known.code} exact={known.fix} />
  </div></div>;
}

/** Asks once, and again when `key` changes or reload is called. Old answers are told as old. */
export function useLoad<T>(path: string, key: unknown = 0) {
  const [state, set] = useState<{ path: string; value?: T; error?: unknown; at: number }>(
    { path, at: 0 });
  const [round, reload] = useState(0);
  useEffect(() => {
    let wanted = path !== '';
    if (!wanted) return;
    api.get<T>(path).then(
      (value) => { if (wanted) set({ path, value, at: Date.now() }); },
      (error: unknown) => {
        if (wanted) set((old) => ({ ...(old.path === path ? old : { path, at: 0 }), error }));
      });
    return () => { wanted = false; };
  }, [path, key, round]);
  const fits = state.path === path;
  return { value: fits ? state.value : undefined, error: fits ? state.error : undefined,
    at: state.at, reload: () => reload((n) => n + 1) };
}

export function Loading() { return <p class="quiet" role="status">{t('common.loading')} …</p>; }

/** What was asked for, what came instead, or that it is on its way. */
export function Loaded<T>({ of, children }:
  { of: { value?: T; error?: unknown; reload: () => void };
    children: (value: T) => ComponentChildren }) {
  return <>
    {of.error !== undefined && <div><p>{t('error.load')}</p><Problem error={of.error} />
      <Button icon="retry" onClick={of.reload}>{t('action.again')}</Button></div>}
    {of.value !== undefined ? children(of.value) : of.error === undefined && <Loading />}
  </>;
}

export function Copy({ text, label }: { text: string; label?: string }) {
  const [done, set] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set(t('common.copied'));
    } catch {
      set(t('common.copy.failed'));  // browsers allow it to secure pages only
    }
    setTimeout(() => set(''), 3000);
  };
  return <><Button icon="copy" onClick={copy}>{label ?? t('common.copy')}</Button>
    <span role="status" class="quiet">{done}</span></>;
}

let nextToast = 1;
const toasts: { id: number; text: string; bad: boolean }[] = [];
let drawToasts: () => void = () => {};

/** Says what came of something, for some seconds. */
export function say(text: string, bad = false) {
  const toast = { id: nextToast++, text, bad };
  toasts.push(toast);
  drawToasts();
  setTimeout(() => { toasts.splice(toasts.indexOf(toast), 1); drawToasts(); }, bad ? 10_000 : 4000);
}

export function Toasts() {
  const [, draw] = useState(0);
  drawToasts = () => draw((n) => n + 1);
  return <div class="toasts" role="status">
    {toasts.map((toast) => <p key={toast.id} class={toast.bad ? 'bad' : ''}>
      <Text of={toast.text} /></p>)}</div>;
}

export function Tags({ tags }: { tags: { key: string; value: string }[] }) {
  if (tags.length === 0) return null;
  return <ul class="tags">{tags.map((tag, i) => <li key={i}><Text most={40}
    of={tag.value === '' ? tag.key : `${tag.key}=${tag.value}`} /></li>)}</ul>;
}

export function explain(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0) return t('error.unreachable');
  return error.status === 412 ? t('error.stale') : errorLine(error.code, error.what);
}
