// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { bestLanguage, catalogues, setLanguage, t, tWord }
  from '../../node_modules/.unit/i18n/index.js';

const source = path.join(import.meta.dirname, '../../src');
const built = path.join(import.meta.dirname, '../../node_modules/.unit/i18n');
const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
const others = Object.entries(catalogues).filter(([name]) => name !== 'en');
// Keys that are put together of a prefix and a word of the API, a number of an error or a state.
const composed = ['bottleneck.', 'event.', 'found.', 'group.status.', 'kind.', 'res.', 'setting.',
  'until.', 'state.', 'phase.', 'do.', 'ask.', 'role.', 'live.', 'diskphase.', 'act.',
  'keys.', 'job.boot.', 'disks.', 'notify.', 'ecs.', 'FERRY-'];

test('every language has every text, with the same places in it', () => {
  for (const [name, texts] of others) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(catalogues.en).sort(), name);
    for (const [key, text] of Object.entries(texts)) {
      assert.notEqual(text.trim(), '', `${name} ${key}`);
      assert.deepEqual(places(text), places(catalogues.en[key]), `${name} ${key}`);
    }
  }
});

test('a text stands in one file, and in the same one in every language', async () => {
  const homes = async (name) => {
    const found = [];
    for (const file of fs.readdirSync(path.join(source, 'i18n', name))) {
      if (file === 'index.ts') continue;
      const words = await import(path.join(built, name, file.replace(/ts$/, 'js')));
      found.push(...Object.values(words).flatMap((texts) =>
        Object.keys(texts).map((key) => `${key} in ${file}`)));
    }
    return found.sort();
  };
  const all = await homes('en');
  assert.equal(all.length, Object.keys(catalogues.en).length, 'a key is in two files');
  for (const [name] of others) assert.deepEqual(await homes(name), all, name);
});

test('texts are translated, but for names and formulas', () => {
  for (const [name, texts] of others) {
    const same = Object.entries(texts).filter(([key, text]) =>
      text === catalogues.en[key] && /[a-z]{4}/i.test(text));
    const allowed = ['set.network.dhcp', 'set.license.byol', 'import.shell', 'set.vswitch',
      'set.license.cloud', 'keys.secret', 'time.interval', 'ecs.assistant'];
    assert.deepEqual(same.map(([key]) => key).filter((key) => !allowed.includes(key)), [], name);
  }
});

test('no text is left that no page shows, and no page has a text of its own', () => {
  let all = '';
  for (const file of fs.readdirSync(source, { recursive: true })) {
    if (!/\.tsx?$/.test(file) || /i18n.(en|zh|ja)/.test(file)) continue;
    const text = fs.readFileSync(path.join(source, file), 'utf8');
    all += text;
    const own = [...text.matchAll(/>\s*([A-Z][a-z]+ [a-z]+[^<>{}]*)</g)].map((found) => found[1]);
    assert.deepEqual(own, [], file);
  }
  const unused = Object.keys(catalogues.en).filter((key) =>
    !all.includes(`'${key}'`) && !composed.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(unused, []);
});

test('a language is chosen by what the browser wants', () => {
  assert.equal(bestLanguage(['fr-CA', 'zh-TW', 'en']), 'zh');
  assert.equal(bestLanguage(['ja']), 'ja');
  assert.equal(bestLanguage(['fr']), 'en');
});

test('one thing is told by another word than many', () => {
  setLanguage('en');
  assert.equal(t('list.warnings', { n: 1 }), '1 warning');
  assert.equal(t('list.warnings', { n: 12 }), '12 warnings');
});

test('words that no catalogue knows are shown as they are', () => {
  setLanguage('zh');
  assert.equal(tWord('phase', 'Syncing'), '同步中');
  assert.equal(tWord('phase', 'Dreaming'), 'Dreaming');
  setLanguage('klingon');
  assert.equal(t('common.save'), '保存');
  setLanguage('en');
});
