// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import './style.css';

import { render } from 'preact';

import { App } from './app.tsx';
import { bestLanguage, setLanguage } from './i18n/index.ts';
import { wished } from './wishes.ts';

setLanguage(wished('language') || bestLanguage(navigator.languages));
render(<App />, document.getElementById('console')!);
