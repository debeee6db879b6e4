// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';

import { keepSpeeds, remaining } from '../../node_modules/.unit/estimate.js';
import { pieces } from '../../node_modules/.unit/map_pieces.js';
import { bytes, duration, interval, lineSpeed, money, percent, plain, shortened }
  from '../../node_modules/.unit/format.js';
import { draftOf, gib, moved, wishOf, withMethod } from '../../node_modules/.unit/plan.js';
import { catalogues, setLanguage } from '../../node_modules/.unit/i18n/index.js';
import { ordered, whatCanBeDone } from '../../node_modules/.unit/ledger.js';
import { tell } from '../../node_modules/.unit/told.js';
import { actionsOf, matches, rowsOf } from '../../node_modules/.unit/rows.js';

const job = (more) => ({ id: 'j-1', status: 'Running', business_status: 'Syncing', remaining_s: 600,
  speed_bytes: 100, created_ms: 1, image: '', settings: { source: 's-1', name: 'job', tags: [],
    image_name: '' }, ...more });
const source = (more) => ({ id: 's-1', state: 'Available', name: '', description: '', tags: [],
  inventory: { hostname: 'db01', os_name: 'Debian', nics: [{ addresses: ['192.0.2.7/24'] }] },
  ...more });

test('the time left is an interval, as wide as the speed is unsteady', () => {
  const steady = remaining(job(), Array(20).fill(100));
  const unsteady = remaining(job(), Array.from({ length: 20 }, (_, i) => i % 2 ? 50 : 150));
  assert.ok(steady[0] < 600 && 600 < steady[1]);
  assert.ok(unsteady[1] - unsteady[0] > 3 * (steady[1] - steady[0]));
});

test('nothing is told of the time left where nothing is known', () => {
  assert.equal(remaining(job({ remaining_s: -1 })), null);
  assert.equal(remaining(job({ status: 'Stopped' }), [1, 2, 3, 4, 5]), null);
  assert.equal(remaining(job({ business_status: 'Processing' })), null);
});

test('speeds are kept while a job copies, so many and no more', () => {
  const all = new Map();
  for (let i = 0; i < 100; ++i) keepSpeeds(all, job({ speed_bytes: i + 1 }));
  assert.equal(all.get('j-1').length, 30);
  assert.equal(all.get('j-1').at(-1), 100);
  keepSpeeds(all, job({ status: 'Stopped' }));
  assert.equal(all.size, 0);
});

test('numbers read as people write them', () => {
  assert.equal(bytes(0), '0 B');
  assert.equal(bytes(1023), '1,023 B');
  assert.equal(bytes(1024 * 1024 - 1), '1 MiB');
  assert.equal(bytes(1.5 * gib), '1.5 GiB');
  assert.equal(lineSpeed(12_500_000), '100 Mbit/s');
  assert.equal(percent(99.97), '99.9%');
  assert.equal(percent(100), '100%');
  assert.equal(duration(59.4), '59 s');
  assert.equal(duration(3599), '1 h 0 min');
  assert.equal(duration(90_000), '1 d 1 h');
  assert.equal(interval([61, 62]), '1 min');
  assert.equal(interval([60, 300]), '1 min – 5 min');
});

test('a long text is shortened between letters, not within one', () => {
  assert.equal(shortened('😀'.repeat(300), 3), '😀😀😀…');
  assert.equal(shortened('short'), 'short');
});

test('each server has its newest job, and a job whose server is gone has a row', () => {
  const rows = rowsOf([source()], [job({ id: 'j-1', created_ms: 1, status: 'Finished' }),
    job({ id: 'j-2', created_ms: 2, status: 'InError' }),
    job({ id: 'j-3', settings: { source: 's-gone', name: 'x', tags: [] } })]);
  assert.deepEqual(rows.map((row) => [row.id, row.job.id, row.state]),
    [['s-1', 'j-2', 'error'], ['s-gone', 'j-3', 'running']]);
  assert.equal(rowsOf([source({ state: 'Unavailable' })], [])[0].state, 'offline');
});

test('a search finds names, addresses and images; states and tags filter', () => {
  const [row] = rowsOf([source({ tags: [{ key: 'site', value: 'bj' }] })],
    [job({ image: 'm-77' })]);
  const find = (wanted) => matches(row, { text: '', state: '', tag: '', ...wanted });
  assert.ok(find({}));
  assert.ok(find({ text: 'DB0' }) && find({ text: '192.0.2.7' }) && find({ text: 'm-77' }));
  assert.ok(!find({ text: 'web' }));
  assert.ok(find({ state: 'running' }) && !find({ state: 'done' }));
  assert.ok(find({ tag: 'site' }) && find({ tag: 'site=bj' }) && !find({ tag: 'site=sh' }));
});

test('a job offers what its state allows', () => {
  assert.deepEqual(actionsOf(job()), ['pause', 'cancel']);
  assert.deepEqual(actionsOf(job({ business_status: 'Processing' })), ['cancel']);
  assert.deepEqual(actionsOf(job({ status: 'InError' })), ['retry', 'cancel']);
  assert.deepEqual(actionsOf(job({ status: 'Deleting' })), []);
});

const part = (more) =>
  ({ number: 1, size: gib, mount_point: '/', block_replication: true, ...more });
const disks = [{ index: 0, size: 20 * gib, partitions: [part()] },
  { index: 1, size: 10 * gib, partitions: [part({ mount_point: '/srv' }),
    part({ number: 2, mount_point: '', block_replication: false })] }];

test('a mount point moves to another disk, and what the server boots from stays', () => {
  const draft = draftOf(disks);
  const after = wishOf(moved(moved(draft, '/srv', 0), '/', 1));
  assert.deepEqual(after.disks.map((disk) => disk.partitions.map((one) => one.from)),
    [['/', '/srv'], ['1:2']]);
});

test('a size is wished for files only: blocks keep the size of the source', () => {
  let draft = withMethod(draftOf(disks), '/srv', 'file');
  draft.partitions[1].size = 5 * gib;
  assert.equal(wishOf(draft).disks[1].partitions[0].size, 5 * gib);
  draft = withMethod(draft, '/srv', 'block');
  assert.equal(wishOf(draft).disks[1].partitions[0].size, 0);
});

test('what has leaked comes first, and the parts of a resource stay behind it', () => {
  const row = (token, finding, parent = '') => ({ token, finding, parent });
  const shown = ordered([row('i-1', 'in_use'), row('i-1/disk0', 'in_use', 'i-1'),
    row('e-1', 'kept'), row('e-1/object0', 'leaked', 'e-1'), row('', 'unknown'),
    row('e-2', 'leaked'), row('x', 'closed')]);
  assert.deepEqual(shown.map(({ token, finding }) => token || finding),
    ['e-1', 'e-1/object0', 'e-2', 'unknown', 'i-1', 'i-1/disk0', 'x']);
});

test('what is in use is not offered for release, and only an administrator may give up', () => {
  const may = { operate: true, administer: false };
  const boss = { operate: true, administer: true };
  const row = (finding) => ({ token: 'i-1', finding, parent: '' });
  const stalled = job({ status: 'Deleting', error_code: 6001 });
  assert.equal(whatCanBeDone(row('leaked'), undefined, may), 'release');
  assert.equal(whatCanBeDone(row('leaked'), undefined, { operate: false, administer: false }), null);
  assert.equal(whatCanBeDone(row('in_use'), job({ error_code: 0 }), boss), null);
  assert.equal(whatCanBeDone(row('in_use'), stalled, may), null);
  assert.equal(whatCanBeDone(row('in_use'), stalled, boss), 'abandon');
  assert.equal(whatCanBeDone({ ...row('leaked'), parent: 'e-1' }, undefined, boss), null);
});

test('a map of a disk is drawn in pieces, and nothing that is not whole is drawn as whole', () => {
  assert.deepEqual(pieces('0000ffff'),
    [{ from: 0, length: 2, level: 0 }, { from: 2, length: 2, level: 8 }]);
  assert.equal(pieces('fe')[0].level, 7);
  assert.deepEqual(pieces(''), []);
});

test('events are told in the language of the reader, causes in their own words', () => {
  const event = (type, facts, text = 'own words') => ({ seq: 1, at_ms: 1, type, text,
    facts: Object.entries(facts).map(([name, value]) => ({ name, value })) });
  setLanguage('zh');
  assert.deepEqual(tell(event('event.job_failed', { error: 'FERRY-2005', why: 'no room',
    fix: 'make room' })), { text: '失败（FERRY-2005 磁盘空间不足）', own: false,
    step: '请在该路径所在的位置释放空间，然后执行“edgeferry job retry”。', detail: 'no room – make room' });
  assert.equal(tell(event('event.job_failed', { error: 'FERRY-9999', why: 'x' })).text,
    '失败（FERRY-9999）');
  assert.equal(tell(event('event.job_modified', { speed_limit: '100 Mbit/s', disks: '' })).text,
    '设置已更改：限速：100 Mbit/s；磁盘布局');
  assert.equal(tell(event('event.job_modified', {}, 'settings changed')).text, 'settings changed');
  assert.deepEqual(tell(event('event.of_tomorrow', { a: 'b' })),
    { text: 'own words', own: true, step: '', detail: '' });
  setLanguage('en');
  assert.equal(tell(event('event.image_exported', { bytes: '1048576', boot: 'booted' })).text,
    'Image made, 1 MiB; it boots');
});

test('every event that the controller has, each language can tell', () => {
  const header = fs.readFileSync(new URL('../../../messages/job_events.hpp', import.meta.url), 'utf8');
  const types = [...header.matchAll(/"event\.(\w+)"/g)].map((found) => found[1]);
  assert.ok(types.length > 25);
  const own = ['job_modified', 'transfer_modified'];
  const keys = Object.keys(catalogues.en);
  assert.deepEqual(types.filter((type) => !own.includes(type)
    && !keys.some((key) => key === `event.${type}` || key.startsWith(`event.${type}.`))), []);
});

test('settings that the controller tells of have names in each language', () => {
  const code = fs.readFileSync(new URL('../../../actors/controller/job_changes.cpp',
    import.meta.url), 'utf8');
  const names = [...code.matchAll(/(?:note\(|push_back\(\{)"(\w+)"/g)].map((found) => found[1]);
  assert.ok(names.length > 15);
  assert.deepEqual(names.filter((name) => !(`setting.${name}` in catalogues.en)), []);
});

test('a console is shown without what moves cursors', () => {
  assert.equal(plain('\x1b[1;32mok\x1b[0m\r\nnext\x07\u202e \x1b[2Jend'), 'ok\nnext end');
});

test('money has the digits that say something', () => {
  assert.equal(money(12.345, 'CNY'), '12.35 CNY');
  assert.equal(money(0.00123, 'CNY'), '0.0012 CNY');
  assert.equal(money(0, 'EUR'), '0 EUR');
});
