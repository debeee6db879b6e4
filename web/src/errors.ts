// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Errors by their numbers, in the reader's language: what such an error is, and the next step. The
// controller's own words for one case are English, and are shown as well: they have its facts.
import { catalogues, isKey, language, t, type Key } from './i18n/index.ts';

/** As the API writes a number in text. */
export function codeOf(number: number): string {
  return `FERRY-${String(number).padStart(4, '0')}`;
}

const isCode = (code: string): code is Key => /^FERRY-\d{4}$/.test(code) && isKey(code);

/** Empty for a number that these pages don't know: the controller may be newer than they are. */
export function errorTitle(code: string): string { return isCode(code) ? t(code) : ''; }

/** For where the controller's own words follow at once: in their language they need no title. */
export function errorTitleBeside(code: string): string {
  return language() === 'en' ? '' : errorTitle(code);
}

/** `step` is in the reader's language; `exact` is what the controller says about this one case. */
export interface NextStep { step: string; exact: string }

/** Nothing is said twice: `exact` is empty where it is but the general step, in English. */
export function nextStep(code: string, exact: string): NextStep {
  const key = `${code}.step`;
  if (!isCode(code) || !isKey(key)) return { step: '', exact };
  if (exact === '') return { step: t(key), exact };
  if (language() === 'en') return { step: '', exact };
  return { step: t(key), exact: exact === catalogues['en'][key] ? '' : exact };
}

/** In one line, for messages that pass and for lists. */
export function errorLine(code: string, what: string): string {
  const title = errorTitleBeside(code);
  return title === '' ? `${code} ${what}` : t('error.line', { code, title, what });
}
