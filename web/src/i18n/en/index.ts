// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every text of the pages, a file for each concern. The other languages have the same files, with
// the same keys and the same {places}.
import type { Words } from '../words.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';
import { frame } from './frame.ts';
import { importing } from './importing.ts';
import { job } from './job.ts';
import { operation } from './operation.ts';
import { resources } from './resources.ts';
import { servers } from './servers.ts';
import { start } from './start.ts';

export const en = {
  ...frame, ...servers, ...importing, ...start, ...job, ...events, ...resources, ...operation,
  ...errors,
};

export type Key = keyof typeof en;
export type Catalogue = Words<typeof en>;
