// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What whoever sits at this browser has chosen. Without a store it holds until the page goes.
const here = new Map<string, string>();

export function wished(name: string): string {
  try {
    return localStorage.getItem(`edgeferry.${name}`) ?? '';
  } catch {
    return here.get(name) ?? '';
  }
}

export function wish(name: string, value: string) {
  here.set(name, value);
  try {
    localStorage.setItem(`edgeferry.${name}`, value);
  } catch { /* it is kept above */ }
}

/** "": as the system. */
export function applyTheme(theme: string) {
  document.documentElement.dataset['theme'] = theme;
}
