// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The official client of the metadata service knows one address only. So this runs in a network of
// its own, where that address leads to the emulator.
'use strict';

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const net = require('node:net');
const { after, before, describe, it } = require('node:test');
const { default: Credentials, Config } = require('@alicloud/credentials');
const { Acs3, code, eventually, oss, start } = require('./support');

const address = '100.100.100.200';
const ens = '2017-11-10';
const role = 'edgeferry-worker';

if (!process.env.IN_OWN_NETWORK) {
  const env = { ...process.env, IN_OWN_NETWORK: '1' };
  const inside = spawnSync('unshare', ['--net', process.execPath, __filename],
    { env, stdio: 'inherit' });
  if (inside.error) console.error(`unshare: ${inside.error.message}`);
  process.exit(inside.status === null ? 1 : inside.status);
}
execFileSync('ip', ['link', 'set', 'lo', 'up']);
execFileSync('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);

describe('the metadata service', () => {
  let cloud;
  let front;
  before(async () => {
    cloud = await start('--role', role);
    front = net.createServer((one) => {
      const [host, port] = cloud.host.split(':');
      const other = net.connect({ host, port });
      one.pipe(other).pipe(one);
      for (const socket of [one, other]) socket.on('error', () => {});
    });
    await new Promise((resolve) => front.listen(80, address, resolve));
  });
  after(async () => {
    await cloud.remove();
    front.close();
    front.closeAllConnections?.();
  });

  async function keyOf(config = {}) {
    const credentials = new Credentials(new Config({ type: 'ecs_ram_role', ...config }));
    const { accessKeyId, accessKeySecret, securityToken } = await credentials.getCredential();
    return { id: accessKeyId, secret: accessKeySecret, token: securityToken };
  }
  const settings = (some) => cloud.ask('POST', '/settings', some);

  it('tells the SDK a key of the role that every service takes', async () => {
    const key = await keyOf();
    assert.deepStrictEqual(await keyOf({ roleName: role }), key);
    assert.strictEqual((await new Acs3(cloud, ens, key).call('DescribeEnsRegions')).Code, 0);
    for (const version of [1, 4]) {
      const listed = await oss(cloud, version, { who: key }).listV2();
      assert.strictEqual(listed.res.status, 200);
    }
  });

  it('answers in hardened mode, and then in no other', async () => {
    await settings({ hardened: true });
    await cloud.ask('DELETE', '/calls');
    await keyOf({ disableIMDSv1: true });
    const calls = await cloud.ask('GET', '/calls');
    assert.deepStrictEqual(calls.map((one) => `${one.action} ${one.outcome}`), [
      'CreateMetadataToken ok', 'ListInstanceRoles ok', 'CreateMetadataToken ok',
      'GetInstanceRoleKey ok']);
    const plain = await fetch(`http://${address}/latest/meta-data/ram/security-credentials/`);
    assert.strictEqual(plain.status, 403);
    await settings({ hardened: false });
  });

  it('says that an instance has no such role', async () => {
    await assert.rejects(keyOf({ roleName: 'another' }), /httpStatus: 404/);
    await settings({ role: '' });
    await assert.rejects(keyOf(), /get role name failed.* 404/);
    await settings({ role });
  });

  it('a key that has ended is refused by every service', async () => {
    await settings({ role_key_ms: 2000 });
    const key = await keyOf();
    await settings({ role_key_ms: 21600000 });
    const client = new Acs3(cloud, ens, key);
    await eventually(() => client.call('DescribeEnsRegions').catch((error) => error),
      (answer) => answer instanceof Error);
    await assert.rejects(client.call('DescribeEnsRegions'), code('InvalidSecurityToken.Expired'));
    for (const version of [1, 4]) {
      await assert.rejects(oss(cloud, version, { who: key }).listV2(),
        (error) => error.code === 'SecurityTokenExpired');
    }
  });
});
