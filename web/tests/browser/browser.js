// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real headless browser, in the shapes that people have, whose complaints fail the test.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { chromium } from 'playwright-core';

const axe = fs.readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8');
const pictures = process.env.PICTURES || path.join(import.meta.dirname,
  '../../node_modules/.pictures');
const sizes = { laptop: { width: 1366, height: 800 }, phone: { width: 390, height: 844 } };
// A refusal that a test asks for, or a controller that it kills, is no complaint about a page.
const expected = /status of (400|401|403|404|409|412|503)|ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/;

export async function openBrowser() {
  fs.mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'],
  });
  const complaints = [];
  return {
    complaints,
    close: () => browser.close(),
    async open(host, { size = 'laptop', theme = 'light', language = 'en', cookies = [] } = {}) {
      const context = await browser.newContext({ viewport: sizes[size], locale: language,
        colorScheme: theme, reducedMotion: 'reduce' });
      await context.addCookies(cookies);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !expected.test(message.text())) {
          complaints.push(message.text());
        }
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(`http://${host}/`)) complaints.push(request.url());
      });
      await page.goto(`http://${host}/`);
      return page;
    },
  };
}

export async function logIn(page, key) {
  await page.getByLabel('Access key ID').fill(key.id);
  await page.getByLabel('Secret').fill(key.secret);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Edge node migration' }).waitFor();
}

export async function picture(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** Nothing that keeps people with a screen reader or a keyboard from using it. */
export async function checkAccess(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  assert.ok(found.passes.length > 5, 'axe has looked at something');
  const serious = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact));
  assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].html}`), [], name);
}

/** Wider than its screen, a page would have to be pushed around to be read. */
export async function checkWidth(page, name) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(excess <= 0, `${name} is ${excess} px too wide`);
}
