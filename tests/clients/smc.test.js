// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Official clients drive a migration from the activation code to the ENS image, unmodified. Needs
// root, as the product does; EDGEFERRY_PROGRAM is the path of the program edgeferry.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
if (!process.env.EDGEFERRY_PROGRAM) {
  test('official clients drive a migration', { skip: 'EDGEFERRY_PROGRAM is not set' }, () => {});
  return;
}
const {
  Acs3, Cluster, GoSdk, OldSdk, PopCore, buildGoSdk, code, eventually, mib,
} = require('./smc_cluster');

const cluster = new Cluster();
let source;
before(() => cluster.start());
after(() => cluster.remove());

const clients = {
  'openapi-core (ACS3)': (key) => new Acs3(cluster, key),
  'openapi-client (RPC version 1)': (key) => new OldSdk(cluster, key),
  'pop-core by GET': (key) => new PopCore(cluster, 'GET', key),
  'pop-core by POST': (key) => new PopCore(cluster, 'POST', key),
};
const go = buildGoSdk(process.cwd());
if (go.program) clients['aliyungo (RPC version 1, Go)'] = (key) => new GoSdk(cluster, go.program, key);
else test('aliyungo is let in', { skip: go.missing }, () => {});
const each = Object.entries(clients);

const jobOf = async (id, client = new Acs3(cluster)) => {
  const told = await client.call('DescribeReplicationJobs', { 'JobId.1': id });
  const [job] = told.ReplicationJobs.ReplicationJob;
  return job && JSON.parse(JSON.stringify(job));  // pop-core's objects have no prototype
};
const gone = (id) => eventually(() => jobOf(id), (job) => job === undefined);

for (const [name, client] of each) {
  test(`${name} is let in, and hears what is wrong with its credentials`, async () => {
    const odd = 'a+b c/d=e&f%~*中\'"';
    const told = await client().call('DescribeSourceServers', { Name: odd, PageSize: 50 });
    assert.match(told.RequestId, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    assert.strictEqual(told.TotalCount, 0);
    const call = (key) => client({ ...cluster.full, ...key }).call('DescribeSourceServers');
    await assert.rejects(call({ secret: 'wrong' }), code('SignatureDoesNotMatch'));
    await assert.rejects(call({ id: 'EFnobody' }), code('InvalidAccessKeyId.NotFound'));
    await assert.rejects(client().call('DescribeNothing'), code('InvalidAction.NotFound'));
  });

  test(`${name} may look with a read-only key, and change nothing`, async () => {
    const reader = client(cluster.reader);
    assert.strictEqual((await reader.call('DescribeReplicationJobs')).TotalCount, 0);
    await assert.rejects(reader.call('CreateAccessToken'), code('Forbidden.RAM'));
  });
}

test('a source server registers with the code of an access token', async () => {
  const api = new PopCore(cluster, 'POST');
  const token = await api.call('CreateAccessToken', { Name: 'lab', Count: '1' });
  cluster.register(token.AccessTokenCode);
  const told = await eventually(() => api.call('DescribeSourceServers'),
    (answer) => answer.TotalCount === 1 &&
      answer.SourceServers.SourceServer[0].State === 'Available');
  const server = told.SourceServers.SourceServer[0];
  source = server.SourceId;
  assert.strictEqual(server.SystemDiskParts.SystemDiskPart[0].Device, '0_0');
  assert.ok(server.SystemDiskParts.SystemDiskPart[0].SizeBytes > 90 * mib);
  const tokens = await api.call('ListAccessTokens', { 'AccessTokenId.1': token.AccessTokenId });
  assert.strictEqual(tokens.AccessTokens.AccessToken[0].RegisteredCount, '1');
  await api.call('DisableAccessToken', { AccessTokenId: token.AccessTokenId });
  await api.call('DeleteAccessToken', { AccessTokenId: token.AccessTokenId });
  await assert.rejects(api.call('DeleteAccessToken', { AccessTokenId: token.AccessTokenId }),
    code('InvalidAccessTokenId.NotFound'));
});

test('a source server is named and tagged', async () => {
  const api = new OldSdk(cluster);
  await api.call('ModifySourceServerAttribute',
    { SourceId: source, Name: 'front', Description: 'the shop' });
  const resource = { ResourceType: 'sourceserver', 'ResourceId.1': source };
  await api.call('TagResources', { ...resource, 'Tag.1.Key': 'team', 'Tag.1.Value': 'web' });
  const told = await api.call('DescribeSourceServers', { 'Tag.1.Key': 'team' });
  assert.strictEqual(told.SourceServers.SourceServer[0].Name, 'front');
  const tags = await api.call('ListTagResources', resource);
  assert.deepStrictEqual(tags.TagResources.TagResource, [{
    ResourceType: 'ALIYUN::SMC::SOURCESERVER', ResourceId: source, TagKey: 'team', TagValue: 'web',
  }]);
  // The command line sees and changes the same.
  assert.strictEqual(cluster.cli('source', 'show', source).sources[0].name, 'front');
  cluster.cli('source', 'modify', source, '--name', 'back', '--tag', 'stage=test',
    '--untag', 'team');
  const renamed = await api.call('DescribeSourceServers', { Name: 'back' });
  assert.deepStrictEqual(renamed.SourceServers.SourceServer[0].Tags.Tag,
    [{ Key: 'stage', Value: 'test' }]);
  await api.call('UntagResources', { ...resource, All: true });
  assert.deepStrictEqual((await api.call('ListTagResources', resource)).TagResources.TagResource,
    []);
});

for (const [name, client] of each) {
  test(`${name} puts a source server into a workgroup, and takes it out again`, async () => {
    const api = client();
    const words = {
      Name: 'web.1', Description: 'the shop', ClientToken: `group-of-${each.length}-${name.length}`,
      'Tag.1.Key': 'a b', 'Tag.1.Value': 'c+d',
    };
    const { WorkgroupId } = await api.call('CreateWorkgroup', words);
    assert.match(WorkgroupId, /^w-[0-9a-z]{20}$/);
    assert.strictEqual((await api.call('CreateWorkgroup', words)).WorkgroupId, WorkgroupId);
    await assert.rejects(api.call('CreateWorkgroup', { Name: 'web.1' }),
      code('WorkgroupName.Duplicate'));
    const members = { WorkgroupId, 'SourceId.1': source };
    await api.call('AssociateSourceServers', members);
    const told = await api.call('DescribeWorkgroups', { 'WorkgroupId.1': WorkgroupId });
    const group = told.Workgroups.Workgroup[0];
    assert.strictEqual(group.Status, 'NotStarted');
    assert.strictEqual(group.Tags.Tag[0].Value, 'c+d');
    assert.strictEqual(group.Warnings.Warning[0].WarningType, 'UnRelated');
    assert.strictEqual(group.Warnings.Warning[0].SourceIds.SourceId[0], source);
    const servers = await api.call('DescribeSourceServers', { WorkgroupId });
    assert.strictEqual(servers.SourceServers.SourceServer[0].WorkgroupId, WorkgroupId);
    await api.call('ModifyWorkgroupAttribute', { WorkgroupId, Name: 'shop' });
    assert.strictEqual(cluster.cli('workgroup', 'show', WorkgroupId).workgroups[0].workgroup.name,
      'shop');
    await assert.rejects(api.call('DeleteWorkgroup', { WorkgroupId }), code('Workgroup.NotEmpty'));
    await api.call('DisassociateSourceServers', members);
    await api.call('DeleteWorkgroup', { WorkgroupId });
    await assert.rejects(api.call('DeleteWorkgroup', { WorkgroupId }),
      code('InvalidWorkgroupId.NotFound'));
  });
}

test('workgroups of the command line last over a kill of the controller', async () => {
  const { id } = cluster.cli('workgroup', 'create', '--name', 'web', '--tag', 'team=web');
  cluster.cli('workgroup', 'add', id, source);
  cluster.cli('source', 'modify', source, '--resource-group', 'rg-1');
  const killed = cluster.killController();
  const api = new Acs3(cluster);
  await eventually(() => api.call('DescribeWorkgroups').catch(() => ({})),
    (told) => told.TotalCount === 1);
  assert.notStrictEqual(cluster.controllerPid(), killed);
  const [kept] = cluster.cli('workgroup', 'list').workgroups;
  assert.deepStrictEqual(kept.workgroup.sources, [source]);
  assert.deepStrictEqual(kept.workgroup.tags, [{ key: 'team', value: 'web' }]);
  const told = await api.call('DescribeSourceServers', { ResourceGroupId: 'rg-1', WorkgroupId: id });
  assert.strictEqual(told.TotalCount, 1);
  cluster.cli('workgroup', 'remove', id, source);
  cluster.cli('workgroup', 'delete', id);
  await eventually(() => api.call('DescribeSourceServers', { State: 'Available' }),
    (answer) => answer.TotalCount === 1);
});

/** Every form in which parameters are nested. */
const nested = (name) => ({
  RegionId: 'cn-shanghai',
  SourceId: source,
  Name: name,
  Description: 'of a client',
  TargetType: 'Image',
  ImageName: `${name}-image`,
  'SystemDiskPart.1.Device': '0_0',
  'SystemDiskPart.1.SizeBytes': String(93 * mib),
  'SystemDiskPart.1.Block': true,
  RunOnce: true,
  NetMode: 2,
  VSwitchId: 'vsw-1',
  ReplicationParameters: JSON.stringify({ bandwidth_limit: 0, compress_level: 1, checksum: true }),
  'Tag.1.Key': 'a b',
  'Tag.1.Value': 'c+d',
  'Tag.3.Key': 'e',
});

for (const [name, client] of each) {
  test(`${name} makes a job with everything that can be said of one, and deletes it`, async () => {
    const api = client();
    const parameters = { ...nested('web:1'), ClientToken: `token of ${name}`.replace(/[^a-z]/g, '-') };
    const told = await api.call('DescribeSourceServers', { 'SourceId.1': source });
    const part = told.SourceServers.SourceServer[0].SystemDiskParts.SystemDiskPart[0];
    parameters['SystemDiskPart.1.SizeBytes'] = String(part.SizeBytes);
    const made = await api.call('CreateReplicationJob', parameters);
    assert.strictEqual((await api.call('CreateReplicationJob', parameters)).JobId, made.JobId);
    await assert.rejects(api.call('CreateReplicationJob', { ...parameters, Description: 'other' }),
      code('IdempotenceParamNotMatch'));
    const job = await jobOf(made.JobId, api);
    assert.strictEqual(job.Status, 'Ready');
    assert.strictEqual(job.VSwitchId, 'vsw-1');
    assert.deepStrictEqual(job.Tags.Tag,
      [{ Key: 'a b', Value: 'c+d' }, { Key: 'e', Value: '' }]);
    assert.deepStrictEqual(JSON.parse(job.ReplicationParameters),
      { bandwidth_limit: 0, compress_level: 1, checksum: true });
    await assert.rejects(api.call('StopReplicationJob', { JobId: made.JobId }),
      (error) => error.code === 'ReplicationJob.InvalidStatus' && /status: Ready/.test(error.message));
    await api.call('ModifyReplicationJobAttribute', { JobId: made.JobId, Name: 'shop' });
    assert.strictEqual((await jobOf(made.JobId, api)).Name, 'shop');
    await api.call('DeleteReplicationJob', { JobId: made.JobId });
    await gone(made.JobId);
  });
}

const groupStatus = async (id) => {
  const told = await new OldSdk(cluster).call('DescribeWorkgroups', { 'WorkgroupId.1': id });
  return told.Workgroups.Workgroup[0].Status;
};
let group;

test('a job is started, stopped, changed, resumed, and ends in an ENS image', async () => {
  const api = new Acs3(cluster);
  group = (await api.call('CreateWorkgroup', { Name: 'web' })).WorkgroupId;
  await api.call('AssociateSourceServers', { WorkgroupId: group, 'SourceId.1': source });
  const { JobId } = await api.call('CreateReplicationJob', {
    RegionId: 'cn-beijing', SourceId: source, TargetType: 'Image', ImageName: 'shop',
    ReplicationParameters: JSON.stringify({ bandwidth_limit: 16000, compress_level: 0 }),
  });
  await api.call('StartReplicationJob', { JobId });
  const begun = await eventually(() => jobOf(JobId), (job) => job.BusinessStatus === 'Syncing');
  assert.strictEqual(begun.WorkgroupId, group);
  assert.strictEqual(await groupStatus(group), 'InProgress');
  await assert.rejects(api.call('DeleteReplicationJob', { JobId }),
    code('ReplicationJob.InvalidStatus'));
  await assert.rejects(api.call('DeleteSourceServer', { SourceId: source, Force: true }),
    code('SourceServer.WithRunningReplicationJob'));
  await api.call('StopReplicationJob', { JobId });
  await eventually(() => jobOf(JobId), (job) => job.Status === 'Stopped');
  await api.call('ModifyReplicationJobAttribute',
    { JobId, ReplicationParameters: JSON.stringify({ bandwidth_limit: 0, compress_level: 7 }) });
  await api.call('StartReplicationJob', { JobId });
  const job = await eventually(() => jobOf(JobId), (now) => now.Status === 'Finished');
  assert.match(job.ImageId, /^m-/);
  assert.strictEqual(await groupStatus(group), 'Completed');
  assert.strictEqual(job.Progress, 100);
  assert.strictEqual(job.ReplicationJobRuns.ReplicationJobRun[0].ImageId, job.ImageId);
  assert.strictEqual(cluster.cli('job', 'show', JobId).image, job.ImageId);
  cluster.cli('job', 'modify', JobId, '--tag', 'checked=yes');
  assert.deepStrictEqual((await jobOf(JobId)).Tags.Tag, [{ Key: 'checked', Value: 'yes' }]);
  await api.call('DeleteReplicationJob', { JobId });
  await gone(JobId);
});

test('a job of several runs is cut over, with parameters of our own from an SDK', async () => {
  const api = new Acs3(cluster, cluster.full,
    { globalParameters: { queries: { EnsImageRegionId: 'ap-southeast-1' } } });
  const { JobId } = await api.call('CreateReplicationJob', {
    RegionId: 'cn-shanghai', SourceId: source, RunOnce: false, Frequency: 24,
    MaxNumberOfImageToKeep: 2, ImageName: 'shop',
  });
  await assert.rejects(api.call('CutOverReplicationJob', { JobId }),
    code('ReplicationJob.InvalidStatus'));
  await api.call('StartReplicationJob', { JobId });
  const waiting = await eventually(() => jobOf(JobId), (job) => job.Status === 'Waiting');
  assert.strictEqual(waiting.EnsImageRegionId, 'ap-southeast-1');
  assert.strictEqual(await groupStatus(group), 'Cutover');
  // The job before has left an image of that name.
  assert.strictEqual(waiting.ImageName, 'shop');
  assert.strictEqual(cluster.cli('image', 'show', waiting.ImageId).name, `shop_${JobId}`);
  await api.call('CutOverReplicationJob', { JobId, SyncData: true });
  const job = await eventually(() => jobOf(JobId), (now) => now.Status === 'Finished');
  assert.strictEqual(job.ReplicationJobRuns.ReplicationJobRun.length, 2);
  await assert.rejects(api.call('DeleteSourceServer', { SourceId: source }),
    code('ReplicationJob.Related'));
});

test('a source server is deleted with what belongs to it', async () => {
  const api = new PopCore(cluster, 'GET');
  await api.call('DeleteSourceServer', { SourceId: source, Force: true });
  await eventually(() => api.call('DescribeSourceServers'), (told) => told.TotalCount === 0);
  await api.call('DeleteWorkgroup', { WorkgroupId: group });
  await assert.rejects(api.call('DeleteSourceServer', { SourceId: source }),
    code('InvalidSourceId.NotFound'));
});
