// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { codeOf, errorLine, errorTitle, errorTitleBeside, nextStep }
  from '../../node_modules/.unit/errors.js';
import { catalogues, setLanguage } from '../../node_modules/.unit/i18n/index.js';

afterEach(() => setLanguage('en'));
const general = "free space where the path lies, then run 'edgeferry job retry'";
const translated = '请在该路径所在的位置释放空间，然后执行“edgeferry job retry”。';

test('an error is told by its number, in each language', () => {
  assert.equal(codeOf(2005), 'FERRY-2005');
  assert.equal(errorTitle('FERRY-2005'), 'No space left');
  setLanguage('ja');
  assert.equal(errorTitle('FERRY-2005'), 'ディスクの空き容量が足りません');
});

test('a number that is unknown has no title, and the controller’s own words for a step', () => {
  setLanguage('zh');
  for (const code of ['FERRY-0000', 'FERRY-9999', '', 'toString', 'list.title', 'FERRY-2005.step']) {
    assert.equal(errorTitle(code), '', code);
    assert.deepEqual(nextStep(code, 'do this'), { step: '', exact: 'do this' }, code);
  }
});

test('English readers get the controller’s own step, and no title twice', () => {
  assert.deepEqual(nextStep('FERRY-2005', 'delete a'), { step: '', exact: 'delete a' });
  assert.deepEqual(nextStep('FERRY-2005', general), { step: '', exact: general });
  assert.equal(errorTitleBeside('FERRY-2005'), '');
  assert.equal(errorLine('FERRY-2005', 'no room on /a'), 'FERRY-2005 no room on /a');
});

test('others get the step translated, and a more exact one as the controller says it', () => {
  setLanguage('zh');
  assert.deepEqual(nextStep('FERRY-2005', 'delete a'), { step: translated, exact: 'delete a' });
  assert.deepEqual(nextStep('FERRY-2005', general), { step: translated, exact: '' });
  assert.deepEqual(nextStep('FERRY-2005', ''), { step: translated, exact: '' });
  assert.equal(errorLine('FERRY-2005', 'no room on /a'),
    'FERRY-2005 磁盘空间不足：no room on /a');
});

test('commands, options and files are named as they are, in every language', () => {
  const named = /'[^']*edgeferry[^']*'|edgeferry-agent|--[a-z-]+|\[\w+\]|\w+\/[\w.]+|\b\d{4}\b/g;
  for (const [name, texts] of Object.entries(catalogues)) {
    for (const [key, english] of Object.entries(catalogues.en)) {
      if (!/^FERRY-.*step$/.test(key)) continue;
      for (const [word] of english.matchAll(named)) {
        assert.ok(texts[key].includes(word.replace(/'/g, '')), `${name} ${key}: ${word}`);
      }
    }
  }
});
