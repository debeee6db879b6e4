// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole chain: an official client of the SMC API, unmodified, has a server migrated by a
// machine of ECS through OSS into ENS. The cloud is emulated; all else is real: agent, controller
// and worker here, and the nodes of the machine, which the cloud boots.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
if (!process.env.EDGEFERRY_PROGRAM) {
  test('an official client drives the whole chain', { skip: 'EDGEFERRY_PROGRAM is not set' },
    () => {});
  return;
}
const { Acs3, Cluster, eventually } = require('./smc_cluster');
const { Site, assertEmpty } = require('./site');
const { oss, start } = require('./support');

const role = 'edgeferry-machine';
let cloud;
let cluster;
before(async () => {
  cloud = await start('--boot-command', path.join(__dirname, 'boot-machine'), '--role', role,
    '--gib-bytes', String(16 << 20));  // temporary disks hold the server's
  const service = `http://${cloud.host}`;
  cluster = new Cluster({
    transition: false,
    tables: `
[bucket]
kind = "oss"
bucket = "smc-transit"
region = "cn-beijing"
endpoint = "${service}"
addressing = "path"
[credentials]
source = "instance"
metadata = "${service}"
[registry]
kind = "ens"
endpoint = "${service}"
[machines]
kind = "ecs"
region = "cn-beijing"
image = "debian_12_9_x64_20G_alibase_20260101.vhd"
role = "${role}"
endpoint = "${service}"
vpc_endpoint = "${service}"
[janitor]
period_s = 2
`,
  });
  await cluster.start();
});
after(async () => {
  cluster.remove();
  await cloud.remove();
});

/** Starts a job for the source server; returns its id, and what is told of it as it goes on. */
async function migrate(api, wish) {
  const { SourceServers } = await eventually(() => api.call('DescribeSourceServers'),
    (told) => told.TotalCount === 1 && told.SourceServers.SourceServer[0].State === 'Available');
  const { JobId } = await api.call('CreateReplicationJob', {
    RegionId: 'cn-beijing', SourceId: SourceServers.SourceServer[0].SourceId, ...wish,
  });
  await api.call('StartReplicationJob', { JobId });
  const told = async () => {
    const { ReplicationJobs } = await api.call('DescribeReplicationJobs', { 'JobId.1': JobId });
    const job = ReplicationJobs.ReplicationJob[0];
    assert.notStrictEqual(job.Status, 'InError', JSON.stringify(job));
    return job;
  };
  return { JobId, told };
}

test('a server becomes an image in ENS, equal to it, and nothing else is left', async () => {
  const api = new Acs3(cluster);
  cluster.register((await api.call('CreateAccessToken', { Count: '1' })).AccessTokenCode);
  const { JobId, told } = await migrate(api, {
    TargetType: 'Image', ImageName: 'shop', InstanceType: 'ecs.g6.large', LicenseType: 'BYOL',
  });
  const rented = await eventually(told, (job) => /^i-/.test(job.TransitionInstanceId));
  const { instances } = await cloud.ask('GET', '/inventory');
  assert.strictEqual(instances.length, 1);
  assert.strictEqual(instances[0].InstanceName, 'No_Delete_SMC_Transition_Instance');
  assert.strictEqual(instances[0].InstanceType, 'ecs.g6.large');
  assert.strictEqual(instances[0].InstanceId, rented.TransitionInstanceId);
  const done = await eventually(told, (job) => job.Status === 'Finished');

  // The certificate and its digests lie in the bucket, as ENS has no place for them.
  const bucket = oss(cloud, 4);
  const { objects: beside } = await bucket.listV2({ prefix: 'edgeferry/images/' });
  for (const { name } of beside) {
    await bucket.get(name, path.join(cluster.folder, path.basename(name)));
  }
  const certificate = path.join(cluster.folder, 'certificate.json');
  assert.strictEqual(fs.readFileSync(certificate, 'utf8'),
    cluster.text('job', 'certificate', JobId));
  const kept = path.join(cloud.folder, 'cloud', 'ens_images', done.ImageId);
  const [image] = fs.readdirSync(kept, { recursive: true }).filter((name) => !name.includes('json'));
  const verified = spawnSync(process.env.EDGEFERRY_PROGRAM,
    ['verify', certificate, path.join(kept, image)], { encoding: 'utf8' });
  assert.strictEqual(verified.status, 0, verified.stdout + verified.stderr);
  await new Promise((resolve) => setTimeout(resolve, 2500));  // one look of the janitor
  await assertEmpty(cloud, ['ens_images', 'objects', 'buckets', 'tokens']);
  const { objects } = await cloud.ask('GET', '/inventory');
  for (const object of objects) assert.match(object.key || object, /edgeferry\/images\//);
});

test('a job for an instance that is there uses that one, and leaves it as it was', async () => {
  const api = new Acs3(cluster);
  const site = await new Site(cloud).network();
  const id = await site.run({ InstanceName: 'shop', InternetMaxBandwidthOut: 5,
    UserData: Buffer.from('exec sleep infinity\n').toString('base64') });
  const before = await site.disks(id);
  const { told } = await migrate(api, {
    TargetType: 'TargetInstance', InstanceId: id, ImageName: 'shop-2',
  });
  await eventually(told, (job) => job.TransitionInstanceId === id);
  const disks = await site.disks(id);
  assert.deepStrictEqual(disks.map((disk) => disk.DiskName).slice(before.length),
    ['SMC_Temp_Disk']);
  const done = await eventually(told, (job) => job.Status === 'Finished');
  assert.strictEqual(done.TargetType, 'TargetInstance');
  assert.ok(fs.existsSync(path.join(cloud.folder, 'cloud', 'ens_images', done.ImageId)));
  await new Promise((resolve) => setTimeout(resolve, 2500));  // one look of the janitor
  assert.deepStrictEqual(await site.disks(id), before);
  assert.strictEqual((await site.instance(id)).Status, 'Running');
  await site.release(id);
  await site.removeNetwork();
  await assertEmpty(cloud, ['ens_images', 'objects', 'buckets', 'tokens']);
});
