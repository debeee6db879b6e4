// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from '../en/index.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';
import { frame } from './frame.ts';
import { importing } from './importing.ts';
import { job } from './job.ts';
import { operation } from './operation.ts';
import { resources } from './resources.ts';
import { servers } from './servers.ts';
import { start } from './start.ts';

export const ja: Catalogue = {
  ...frame, ...servers, ...importing, ...start, ...job, ...events, ...resources, ...operation,
  ...errors,
};
