// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const Ecs20140526 = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const { Site, assertEmpty, region } = require('./site');
const { OldSdk, PopCore, code, eventually, key, start } = require('./support');

describe('ECS and VPC', () => {
  let cloud;
  before(async () => { cloud = await start(); });
  after(() => cloud.remove());

  it('a client token makes one thing, whatever is lost on the way', async () => {
    const site = await new Site(cloud).network();
    const wish = site.wish({ ClientToken: 'token-1' });
    await cloud.ask('POST', '/faults', { action: 'RunInstances', kind: 'lose-reply' });
    await assert.rejects(site.call('RunInstances', wish));
    await cloud.end('SIGKILL');
    await cloud.start();
    const again = new Site(cloud);
    const first = await again.call('RunInstances', wish);
    const second = await again.call('RunInstances', wish);
    assert.deepStrictEqual(first.InstanceIdSets, second.InstanceIdSets);
    assert.notStrictEqual(first.RequestId, second.RequestId);
    assert.strictEqual((await cloud.ask('GET', '/inventory')).instances.length, 1);
    await assert.rejects(again.call('RunInstances', { ...wish, InstanceName: 'another' }),
      code('IdempotentParameterMismatch'));
    const [id] = first.InstanceIdSets.InstanceIdSet;
    await again.instanceIs(id, 'Running');
    await again.release(id);
    Object.assign(again, { VpcId: site.VpcId, VSwitchId: site.VSwitchId,
      SecurityGroupId: site.SecurityGroupId });
    await again.removeNetwork();
  });

  it('scripts run on an instance by Cloud Assistant, and tell how they ended', async () => {
    const site = await new Site(cloud).network();
    const id = await site.run();
    const { InstanceCloudAssistantStatusSet: { InstanceCloudAssistantStatus: [status] } } =
      await site.call('DescribeCloudAssistantStatus', { 'InstanceId.1': id });
    assert.strictEqual(status.CloudAssistantStatus, 'true');
    const script = { Type: 'RunShellScript', ContentEncoding: 'Base64', 'InstanceId.1': id,
      CommandContent: Buffer.from('#!/bin/sh\nuname\n').toString('base64') };
    const { InvokeId } = await site.call('RunCommand', script);
    const { Invocation } = await eventually(
      () => site.call('DescribeInvocationResults', { InvokeId }),
      (one) => one.Invocation.InvocationResults.InvocationResult[0].InvocationStatus === 'Success');
    assert.strictEqual(Invocation.InvocationResults.InvocationResult[0].ExitCode, 0);
    await assert.rejects(site.call('RunCommand', { ...script, 'InstanceId.1': 'i-nowhere' }),
      code('InvalidInstanceId.NotFound'));
    await assert.rejects(site.call('RunCommand', { ...script, CommandContent: '-_' }),
      code('InvalidParameter.CommandContent'));
    await site.release(id);
    await site.removeNetwork();
  });

  it('rules of a security group are added once and taken back', async () => {
    const site = await new Site(cloud).network();
    const rules = {
      SecurityGroupId: site.SecurityGroupId,
      'Permissions.1.IpProtocol': 'TCP', 'Permissions.1.PortRange': '8080/8080',
      'Permissions.1.SourceCidrIp': '192.0.2.1/32', 'Permissions.1.Policy': 'accept',
      'Permissions.2.IpProtocol': 'tcp', 'Permissions.2.PortRange': '8703/8703',
      'Permissions.2.SourceCidrIp': '192.0.2.1/32',
    };
    await site.call('AuthorizeSecurityGroup', rules);
    await site.call('AuthorizeSecurityGroup', rules);
    const read = async () => (await site.call('DescribeSecurityGroupAttribute',
      { SecurityGroupId: site.SecurityGroupId })).Permissions.Permission;
    assert.deepStrictEqual((await read()).map((one) => one.PortRange), ['8080/8080', '8703/8703']);
    await site.call('RevokeSecurityGroup', rules);
    assert.deepStrictEqual(await read(), []);
    await assert.rejects(site.call('AuthorizeSecurityGroup',
      { ...rules, 'Permissions.2.PortRange': '8703' }), code('InvalidPortRange.Malformed'));
    await site.removeNetwork();
  });

  it('disks are made, attached, detached and removed', async () => {
    const site = await new Site(cloud).network();
    const id = await site.run();
    const { DiskId } = await site.call('CreateDisk', { ZoneId: 'cn-beijing-a', Size: 40 });
    const diskIs = (status) => eventually(
      () => site.call('DescribeDisks', { DiskIds: JSON.stringify([DiskId]) }),
      (one) => one.Disks.Disk[0].Status === status);
    await diskIs('Available');
    await site.call('AttachDisk', { InstanceId: id, DiskId });
    await assert.rejects(site.call('DeleteDisk', { DiskId }), code('IncorrectDiskStatus'));
    assert.strictEqual((await diskIs('In_use')).Disks.Disk[0].Device, '/dev/xvdb');
    const link = path.join(cloud.folder, 'cloud', 'instances', id, 'xvdb');
    assert.strictEqual(fs.statSync(link).size, 40 << 20);
    await site.call('DetachDisk', { InstanceId: id, DiskId });
    assert.ok(!fs.existsSync(link));
    await diskIs('Available');
    await site.call('DeleteDisk', { DiskId });
    await assert.rejects(site.call('DeleteDisk', { DiskId }), code('InvalidDiskId.NotFound'));
    await site.release(id);
    await site.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
  });

  it('what is sold out is known before and refused after', async () => {
    const site = await new Site(cloud).network();
    await cloud.ask('POST', '/settings',
      { no_stock: ['ecs.t6-c1m1.large@cn-beijing-a', 'ecs.c6.large'] });
    const stock = async (type) => (await site.call('DescribeAvailableResource',
      { DestinationResource: 'InstanceType', InstanceType: type })).AvailableZones.AvailableZone
      .map((zone) => zone.StatusCategory);
    assert.deepStrictEqual(await stock('ecs.t6-c1m1.large'), ['WithoutStock', 'WithStock']);
    assert.deepStrictEqual(await stock('ecs.c6.large'), ['WithoutStock', 'WithoutStock']);
    assert.deepStrictEqual(await stock('ecs.t6-c1m2.large'), ['WithStock', 'WithStock']);
    await assert.rejects(site.call('RunInstances', site.wish()), code('OperationDenied.NoStock'));
    await cloud.ask('POST', '/settings', { no_stock: [] });
    await cloud.ask('POST', '/faults', { action: 'RunInstances', kind: 'no-stock' });
    await assert.rejects(site.call('RunInstances', site.wish()), code('OperationDenied.NoStock'));
    await assert.rejects(site.call('RunInstances', site.wish({ 'SystemDisk.Size': 10 })),
      code('InvalidSystemDiskSize'));
    await assert.rejects(site.call('RunInstances', site.wish({ ImageId: 'm-nothing' })),
      code('InvalidImageId.NotFound'));
    await cloud.ask('POST', '/settings', { quotas: { disks: 1 } });
    await assert.rejects(site.call('RunInstances', site.wish({ 'DataDisk.1.Size': 20 })),
      code('QuotaExceed.Disk'));
    await cloud.ask('POST', '/settings', { quotas: { vpcs: 10 } });
    await site.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
  });

  it('what is not ready yet can not be built upon', async () => {
    const site = new Site(cloud);
    const made = await cloud.paused(async () => {
      const vpc = await site.vpc('CreateVpc');
      const wish = { VpcId: vpc.VpcId, ZoneId: 'cn-beijing-a', CidrBlock: '172.16.0.0/24' };
      await assert.rejects(site.vpc('CreateVSwitch', wish), code('IncorrectVpcStatus'));
      await assert.rejects(site.vpc('DeleteVpc', { VpcId: vpc.VpcId }),
        code('IncorrectVpcStatus'));
      return vpc;
    });
    await eventually(() => site.vpc('DescribeVpcs', { VpcId: made.VpcId }),
      (one) => one.Vpcs.Vpc[0].Status === 'Available');
    await site.vpc('DeleteVpc', { VpcId: made.VpcId });
    const other = await new Site(cloud).network();
    const id = await cloud.paused(async () => {
      const { InstanceIdSets } = await other.call('RunInstances', other.wish());
      const [instance] = InstanceIdSets.InstanceIdSet;
      await assert.rejects(other.call('DeleteInstance', { InstanceId: instance, Force: true }),
        code('IncorrectInstanceStatus.Initializing'));
      return instance;
    });
    await other.instanceIs(id, 'Running');
    await other.release(id);
    await other.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
  });

  it('the eleventh VPC of a region is one too many', async () => {
    const site = new Site(cloud);
    const ids = [];
    for (let i = 0; i < 10; ++i) ids.push((await site.vpc('CreateVpc')).VpcId);
    await assert.rejects(site.vpc('CreateVpc'), code('QuotaExceeded.Vpc'));
    const page = await site.vpc('DescribeVpcs', { PageSize: 4, PageNumber: 3 });
    assert.strictEqual(page.TotalCount, 10);
    assert.deepStrictEqual(page.Vpcs.Vpc.map((one) => one.VpcId), ids.slice(8));
    for (const VpcId of ids) {
      await eventually(() => site.vpc('DescribeVpcs', { VpcId }),
        (one) => one.Vpcs.Vpc[0].Status === 'Available');
      await site.vpc('DeleteVpc', { VpcId });
    }
  });

  it('a new thing may not be seen by the next calls', async () => {
    const site = new Site(cloud);
    await cloud.ask('POST', '/settings', { absent_calls: 2 });
    const { VpcId } = await site.vpc('CreateVpc', { 'Tag.1.Key': 'job', 'Tag.1.Value': 'j-1' });
    await cloud.ask('POST', '/settings', { absent_calls: 0 });
    const seen = async () => (await site.vpc('DescribeVpcs', { VpcId })).TotalCount;
    assert.deepStrictEqual([await seen(), await seen(), await seen()], [0, 0, 1]);
    const made = await eventually(() => site.vpc('DescribeVpcs', { VpcId }),
      (one) => one.Vpcs.Vpc[0].Status === 'Available');
    assert.deepStrictEqual(made.Vpcs.Vpc[0].Tags.Tag, [{ Key: 'job', Value: 'j-1' }]);
    await site.vpc('DeleteVpc', { VpcId });
  });

  it('things are found by their tags', async () => {
    const site = await new Site(cloud).network();
    const ids = [];
    for (const job of ['j-1', 'j-2']) {
      ids.push(await site.run({ 'Tag.1.Key': 'job', 'Tag.1.Value': job }));
    }
    const found = async (value) => (await site.call('DescribeInstances',
      { 'Tag.1.Key': 'job', 'Tag.1.Value': value })).Instances.Instance
      .map((one) => one.InstanceId);
    assert.deepStrictEqual(await found('j-2'), [ids[1]]);
    await site.call('TagResources', { ResourceType: 'instance', 'ResourceId.1': ids[0],
      'Tag.1.Key': 'job', 'Tag.1.Value': 'j-2' });
    assert.deepStrictEqual(await found('j-2'), ids);
    await site.call('UntagResources', { ResourceType: 'instance', 'ResourceId.1': ids[0],
      'TagKey.1': 'job' });
    const tags = await site.call('ListTagResources',
      { ResourceType: 'instance', 'ResourceId.1': ids[0], 'ResourceId.2': ids[1] });
    assert.deepStrictEqual(tags.TagResources.TagResource.map((one) => one.ResourceId), [ids[1]]);
    for (const id of ids) await site.release(id);
    await site.removeNetwork();
  });

  it('every client speaks with it, the typed one of ECS too', async () => {
    const typed = new Ecs20140526.default(new $OpenApiUtil.Config({
      accessKeyId: key.id, accessKeySecret: key.secret, endpoint: cloud.host, protocol: 'http',
    }));
    const site = await new Site(cloud).network();
    const started = await typed.runInstances(new Ecs20140526.RunInstancesRequest({
      regionId: region, imageId: 'debian_12_9_x64_20G_alibase_20260101.vhd',
      instanceType: 'ecs.t6-c1m1.large', securityGroupId: site.SecurityGroupId,
      vSwitchId: site.VSwitchId, internetMaxBandwidthOut: 10, instanceName: 'typed',
      userData: Buffer.from('#!/bin/sh\n').toString('base64'),
      systemDisk: new Ecs20140526.RunInstancesRequestSystemDisk({ size: '20' }),
      tag: [new Ecs20140526.RunInstancesRequestTag({ key: 'job', value: 'typed' })],
    }));
    const [id] = started.body.instanceIdSets.instanceIdSet;
    await site.instanceIs(id, 'Running');
    const described = await typed.describeInstances(new Ecs20140526.DescribeInstancesRequest({
      regionId: region, instanceIds: JSON.stringify([id]),
    }));
    const one = described.body.instances.instance[0];
    assert.strictEqual(one.instanceName, 'typed');
    assert.match(one.vpcAttributes.privateIpAddress.ipAddress[0], /^172\.16\.0\./);
    assert.strictEqual(one.publicIpAddress.ipAddress.length, 1);
    const task = typed.describeTaskAttribute(new Ecs20140526.DescribeTaskAttributeRequest({
      regionId: region, taskId: 't-nothing',
    }));
    await assert.rejects(task, code('InvalidTaskId.NotFound'));
    for (const client of [new OldSdk(cloud, '2014-05-26'), new PopCore(cloud, '2014-05-26', 'GET'),
      new PopCore(cloud, '2014-05-26', 'POST')]) {
      const answer = await client.call('DescribeInstances',
        { RegionId: region, InstanceIds: JSON.stringify([id, 'i-nothing']) });
      assert.strictEqual(answer.TotalCount, 1);
      await assert.rejects(client.call('DescribeInstances', { RegionId: 'cn-nowhere' }),
        code('InvalidRegionId.NotFound'));
    }
    assert.strictEqual(
      fs.readFileSync(path.join(cloud.folder, 'cloud', 'instances', id, 'user-data'), 'utf8'),
      '#!/bin/sh\n');
    await site.release(id);
    await site.removeNetwork();
  });

  it('user data of 32 KiB is taken in a form or a query, and a byte more is not', async () => {
    const site = await new Site(cloud).network();
    const most = crypto.randomBytes(32 * 1024);
    for (const client of [site.ecs, new PopCore(cloud, '2014-05-26', 'POST')]) {
      const run = (bytes) => client.call('RunInstances',
        { RegionId: region, ...site.wish({ UserData: bytes.toString('base64') }) });
      await assert.rejects(run(Buffer.concat([most, Buffer.alloc(1)])),
        code('InvalidUserData.SizeExceeded'));
      const [id] = (await run(most)).InstanceIdSets.InstanceIdSet;
      await site.instanceIs(id, 'Running');
      assert.ok(most.equals(
        fs.readFileSync(path.join(cloud.folder, 'cloud', 'instances', id, 'user-data'))));
      await site.release(id);
    }
    await site.removeNetwork();
  });
});
