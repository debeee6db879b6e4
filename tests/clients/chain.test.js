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
const { assertEmpty } = require('./site');
const { oss, start } = require('./support');

const role = 'edgeferry-machine';
let cloud;
let cluster;
before(async () => {
  cloud = await start('--boot-command', path.join(__dirname, 'boot-machine'), '--role', role);
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

test('a server becomes an image in ENS, equal to it, and nothing else is left', async () => {
  const api = new Acs3(cluster);
  cluster.register((await api.call('CreateAccessToken', { Count: '1' })).AccessTokenCode);
  const { SourceServers } = await eventually(() => api.call('DescribeSourceServers'),
    (told) => told.TotalCount === 1 && told.SourceServers.SourceServer[0].State === 'Available');
  const { JobId } = await api.call('CreateReplicationJob', {
    RegionId: 'cn-beijing', SourceId: SourceServers.SourceServer[0].SourceId, TargetType: 'Image',
    ImageName: 'shop', InstanceType: 'ecs.g6.large', LicenseType: 'BYOL',
  });
  await api.call('StartReplicationJob', { JobId });
  const told = async () => {
    const { ReplicationJobs } = await api.call('DescribeReplicationJobs', { 'JobId.1': JobId });
    const job = ReplicationJobs.ReplicationJob[0];
    assert.notStrictEqual(job.Status, 'InError', JSON.stringify(job));
    return job;
  };
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
