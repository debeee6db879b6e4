// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers and times as people of a language read them.
import { language, t } from './i18n/index.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function number(value: number, digits: number) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

export function count(value: number) { return number(value, 0); }

export function bytes(value: number): string {
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    ++unit;
  }
  return `${number(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

export function speed(bytesPerSecond: number) { return `${bytes(bytesPerSecond)}/s`; }

/** Of a line, as its provider and the speed limit count it. */
export function lineSpeed(bytesPerSecond: number) {
  const megabits = bytesPerSecond * 8 / 1e6;
  return `${number(megabits, megabits < 10 ? 1 : 0)} Mbit/s`;
}

/** An amount of money; small ones with the digits that say something. */
export function money(value: number, currency: string): string {
  const shown = new Intl.NumberFormat(language(), value >= 1
    ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 2 });
  return `${shown.format(value)} ${currency}`;
}

export function percent(value: number) {
  const shown = Math.floor(value * 10) / 10;  // 99.97 is not done
  return `${number(shown, 1)}%`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('time.seconds', { n: whole });
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return t('time.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('time.hours', { h: hours, m: minutes % 60 });
  return t('time.days', { d: Math.floor(hours / 24), h: hours % 24 });
}

/** "3 min – 5 min"; one of them where they read the same. */
export function interval([from, to]: [number, number]): string {
  const [low, high] = [duration(from), duration(to)];
  return low === high ? low : t('time.interval', { from: low, to: high });
}

export function time(ms: number): string {
  if (ms === 0) return '–';
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' })
    .format(new Date(ms));
}

/** By which a long id is known again: "EFwd7g…pl70m". */
export function shortId(id: string): string {
  return id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-5)}` : id;
}

/** Text from outside may turn the direction of what stands around it, or be endless. */
export function shortened(text: string, most = 200): string {
  const letters = Array.from(text.slice(0, most * 2 + 2));
  return letters.length > most ? `${letters.slice(0, most).join('')}…` : text;
}

/** Without what moves cursors, colours letters, or turns the direction of text. */
export function plain(console: string): string {
  return console.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\r+\n/g, '\n')
    .replace(/[^\n\t\x20-\x7e\u00a0-\uffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}
