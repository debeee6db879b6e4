// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests to the controller. Each is answered, refused with the controller's own words, or fails
// as unreachable; there is no fourth outcome.
import type { Job, Session } from './types.ts';

const base = '/api/v1';
const patienceMs = 40_000;  // a little more than the controller takes for the slowest question

export class ApiError extends Error {
  constructor(
    readonly status: number,  // 0: no answer came
    readonly code: string,    // FERRY-nnnn
    readonly what: string,
    readonly fix: string,
    readonly job?: Job,       // as it is now, where a change came too late
  ) { super(what); }
}

let session: Session | null = null;
let onSessionEnd: () => void = () => {};

export function setSession(now: Session | null) { session = now; }
export function whenSessionEnds(then: () => void) { onSessionEnd = then; }

function refusal(status: number, body: unknown): ApiError {
  const told = (body ?? {}) as Partial<Record<string, unknown>>;
  const text = (name: string) => typeof told[name] === 'string' ? told[name] as string : '';
  return new ApiError(status, text('error'), text('what') || `HTTP ${status}`, text('fix'),
    told['job'] as Job | undefined);
}

async function send<T>(method: string, path: string, body?: unknown, plain = false): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && session) headers['X-CSRF-Token'] = session.csrf;
  let answer: Response;
  let told: unknown;
  try {
    answer = await fetch(base + path, {
      method, headers, credentials: 'same-origin', cache: 'no-store',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await answer.text();
    told = plain && answer.ok ? text : text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(0, '', '', '');
  }
  if (answer.ok) return told as T;
  if (answer.status === 401 && session && path !== '/session') onSessionEnd();
  throw refusal(answer.status, told);
}

export const api = {
  get: <T>(path: string) => send<T>('GET', path),
  text: (path: string) => send<string>('GET', path, undefined, true),
  post: <T>(path: string, body?: unknown) => send<T>('POST', path, body),
  patch: <T>(path: string, body: unknown) => send<T>('PATCH', path, body),
  remove: <T>(path: string) => send<T>('DELETE', path),
};

/** A part of a path, or a value of a query, whatever is in it. */
export const word = encodeURIComponent;
