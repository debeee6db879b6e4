// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Texts in the language of whoever reads. What the controller says itself stays in its own words.
import { en, type Catalogue, type Key } from './en/index.ts';
import { ja } from './ja/index.ts';
import { zh } from './zh/index.ts';

export type { Key } from './en/index.ts';
export const catalogues: Record<string, Catalogue> = { en, zh, ja };

let current = 'en';

export function language() { return current; }

export function setLanguage(wanted: string) {
  if (wanted in catalogues) current = wanted;
}

/** The first of these that there is a catalogue for. */
export function bestLanguage(wanted: readonly string[]): string {
  for (const name of wanted) {
    const base = name.toLowerCase().split('-')[0];
    if (base in catalogues) return base;
  }
  return 'en';
}

/** `{n}` is a place; `{n:server|servers}` is the word for one, and that for any other number. */
export function t(key: Key, places: Record<string, string | number> = {}): string {
  return catalogues[current][key]
    .replace(/\{(\w+):([^|}]*)\|([^}]*)\}/g, (all, name: string, one: string, more: string) =>
      name in places ? (String(places[name]) === '1' ? one : more) : all)
    .replace(/\{(\w+)\}/g, (all, name: string) => name in places ? String(places[name]) : all);
}

export function isKey(key: string): key is Key { return key in en; }

/** For words of the API: a new one that no catalogue has is shown as it is. */
export function tWord(prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return isKey(key) ? t(key) : value;
}
