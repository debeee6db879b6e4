// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Site } = require('./site');
const { eventually, start } = require('./support');

describe('instances that are processes', () => {
  let cloud;
  let said;
  before(async () => {
    cloud = await start('--boot-command', path.join(__dirname, 'boot-server'));
    said = (id) => path.join(cloud.folder, 'cloud', 'instances', id, 'console.log');
  });
  after(() => cloud.remove());

  const lines = (file) => (fs.existsSync(file)
    ? fs.readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []);
  const isAlive = (pid) => fs.existsSync(`/proc/${pid}`)
    && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));

  it('an instance boots with its address and user data, and ends when it is stopped', async () => {
    const site = await new Site(cloud).network();
    const id = await site.run({ UserData: Buffer.from('hello server').toString('base64') });
    const boot = async (count) => {
      await eventually(async () => lines(said(id)), (all) => all.length === count);
      return JSON.parse(lines(said(id))[count - 1]);
    };
    const first = await boot(1);
    const { VpcAttributes: network } = await site.instance(id);
    assert.strictEqual(first.id, id);
    assert.strictEqual(first.userData, 'hello server');
    assert.deepStrictEqual(network.PrivateIpAddress.IpAddress, [first.address]);
    assert.match(first.address, /^127\.77\./);
    assert.ok(isAlive(first.pid));
    await site.call('StopInstance', { InstanceId: id });
    assert.ok(!isAlive(first.pid));
    await site.instanceIs(id, 'Stopped');
    await site.call('StartInstance', { InstanceId: id });
    const second = await boot(2);
    await site.instanceIs(id, 'Running');

    // Whatever ends the emulator ends what runs in it, and it runs again afterwards.
    await cloud.end('SIGKILL');
    await eventually(async () => isAlive(second.pid), (alive) => !alive);
    await cloud.start();
    const third = await boot(3);
    assert.ok(isAlive(third.pid));
    await new Site(cloud).release(id);
    assert.ok(!isAlive(third.pid));
  });
});
