// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Site, assertEmpty, region } = require('./site');
const { Acs3, code, eventually, oss, start } = require('./support');

describe('images of ECS', () => {
  let cloud;
  before(async () => { cloud = await start(); });
  after(() => cloud.remove());

  it('a server becomes an image in a bucket, and nothing is left behind', async () => {
    const site = await new Site(cloud).network();
    const id = await site.run({
      'DataDisk.1.Size': 20, 'DataDisk.1.DeleteWithInstance': 'true',
      'Tag.1.Key': 'job', 'Tag.1.Value': 'j-1',
    });
    const folder = path.join(cloud.folder, 'cloud');
    const bytes = ['xvda', 'xvdb'].map((name) => {
      const random = crypto.randomBytes(1 << 20);
      const disk = path.join(folder, 'instances', id, name);
      assert.strictEqual(fs.statSync(disk).size, 20 << 20);
      const file = fs.openSync(disk, 'r+');
      fs.writeSync(file, random, 0, random.length, 4 << 20);
      fs.closeSync(file);
      return fs.readFileSync(disk);
    });
    const disks = await site.disks(id);
    assert.deepStrictEqual(disks.map((one) => [one.Type, one.Device, one.Status]),
      [['system', '/dev/xvda', 'In_use'], ['data', '/dev/xvdb', 'In_use']]);
    const snapshots = [];
    for (const disk of disks) snapshots.push(await site.snapshot(disk.DiskId));
    const ImageId = await cloud.paused(async () => {
      const made = await site.call('CreateImage', {
        ImageName: 'edge', 'DiskDeviceMapping.1.SnapshotId': snapshots[0],
        'DiskDeviceMapping.1.DiskType': 'system', 'DiskDeviceMapping.2.SnapshotId': snapshots[1],
        'DiskDeviceMapping.2.DiskType': 'data',
      });
      const usable = await site.call('DescribeImages', { ImageId: made.ImageId });
      assert.strictEqual(usable.TotalCount, 0);
      return made.ImageId;
    });
    await site.imageIs(ImageId, 'Available');
    await assert.rejects(site.call('CreateImage', { ImageName: 'edge', SnapshotId: snapshots[0] }),
      code('InvalidImageName.Duplicated'));

    const TaskId = await cloud.paused(async () => {
      const exported = await site.call('ExportImage',
        { ImageId, OSSBucket: 'smc-transit', OSSPrefix: 'edge' });
      await assert.rejects(site.call('DeleteImage', { ImageId }), code('ImageIsExporting'));
      return exported.TaskId;
    });
    const task = await eventually(() => site.call('DescribeTaskAttribute', { TaskId }),
      (one) => !['Waiting', 'Processing'].includes(one.TaskStatus));
    assert.strictEqual(task.TaskStatus, 'Finished');
    assert.strictEqual(task.TaskProcess, '100%');
    const objects = task.OperationProgressSet.OperationProgress.map((one) =>
      one.RelatedItemSet.RelatedItem.find((item) => item.Name === 'OSSObject').Value);
    assert.deepStrictEqual(objects, [`edge_${ImageId}_system.raw.tar.gz`,
      `edge_${ImageId}_data_xvdb.raw.tar.gz`]);
    for (const [index, name] of objects.entries()) {
      const packed = path.join(cloud.folder, 'packed.tar.gz');
      await oss(cloud, 4).get(name, packed);
      const raw = execFileSync('tar', ['-xOzf', packed], { maxBuffer: 64 << 20 });
      assert.ok(raw.equals(bytes[index]));
    }

    for (const name of objects) await oss(cloud, 4).delete(name);
    await assert.rejects(site.call('DeleteSnapshot', { SnapshotId: snapshots[0] }),
      code('SnapshotCreatedImage'));
    await site.call('DeleteImage', { ImageId });
    for (const one of snapshots) await site.call('DeleteSnapshot', { SnapshotId: one });
    await assert.rejects(site.call('DeleteSecurityGroup',
      { SecurityGroupId: site.SecurityGroupId }), code('DependencyViolation'));
    await assert.rejects(site.vpc('DeleteVSwitch', { VSwitchId: site.VSwitchId }),
      code('DependencyViolation'));
    await assert.rejects(site.vpc('DeleteVpc', { VpcId: site.VpcId }),
      code('DependencyViolation.VSwitch'));
    await assert.rejects(site.call('DeleteInstance', { InstanceId: id }),
      code('IncorrectInstanceStatus'));
    await site.release(id);
    await site.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
    await assert.rejects(site.call('DeleteInstance', { InstanceId: id, Force: true }),
      code('InvalidInstanceId.NotFound'));
    await assert.rejects(site.call('DeleteImage', { ImageId }), code('InvalidImageId.NotFound'));
    await assert.rejects(site.vpc('DeleteVpc', { VpcId: site.VpcId }),
      code('InvalidVpcId.NotFound'));
  });

  it('an instance becomes an ENS image by way of qcow2, where that is exported', async () => {
    const site = await new Site(cloud, 'ap-southeast-1').network();
    const id = await site.run();
    const { ImageId } = await site.call('CreateImage', { ImageName: 'whole', InstanceId: id });
    await site.imageIs(ImageId, 'Available');
    await assert.rejects(new Site(cloud).call('ExportImage',
      { ImageId, OSSBucket: 'smc-transit' }), code('InvalidImageId.NotFound'));
    await assert.rejects(site.call('ExportImage',
      { ImageId, OSSBucket: 'smc-transit' }), code('InvalidOSSBucket.NotFound'));
    await assert.rejects(site.call('ExportImage',
      { ImageId, OSSBucket: 'smc-singapore', OSSPrefix: 'a/b' }),
    code('InvalidOSSPrefix.Malformed'));
    const { TaskId } = await site.call('ExportImage',
      { ImageId, OSSBucket: 'smc-singapore', ImageFormat: 'qcow2' });
    await eventually(() => site.call('DescribeTaskAttribute', { TaskId }),
      (one) => one.TaskStatus === 'Finished');
    const ens = new Acs3(cloud, '2017-11-10');
    const imported = await ens.call('ImportImage', {
      ImageName: 'whole', ComputeType: 'ens_vm', OSType: 'linux', ImageFormat: 'qcow2',
      Architecture: 'x86_64', TargetOSSRegionId: 'ap-southeast-1',
      DiskDeviceMapping: JSON.stringify([{ OSSRegion: 'ap-southeast-1', OSSBucket: 'smc-singapore',
        OSSObject: `${ImageId}_system.qcow2` }]),
    });
    await eventually(() => ens.call('DescribeSelfImages', { ImageId: imported.ImageId }),
      (one) => one.Images.Image[0].Status === 'Available');
    await ens.call('DeleteImage', { ImageId: imported.ImageId });
    await oss(cloud, 4, { bucket: 'smc-singapore', region: 'oss-ap-southeast-1' })
      .delete(`${ImageId}_system.qcow2`);
    await site.call('DeleteImage', { ImageId });
    const { Snapshots } = await site.call('DescribeSnapshots');
    for (const { SnapshotId } of Snapshots.Snapshot) {
      await site.call('DeleteSnapshot', { SnapshotId });
    }
    await site.release(id);
    await site.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
  });

  it('an export that is canceled leaves no upload and no way back', async () => {
    const site = await new Site(cloud).network();
    const id = await site.run();
    const { ImageId } = await site.call('CreateImage', { ImageName: 'cancel', InstanceId: id });
    await site.imageIs(ImageId, 'Available');
    await assert.rejects(site.call('ExportImage',
      { ImageId, OSSBucket: 'smc-transit', ImageFormat: 'qcow2' }),
    code('InvalidImageFormat.RegionNotSupported'));
    const TaskId = await cloud.paused(async () => {
      const exported = await site.call('ExportImage', { ImageId, OSSBucket: 'smc-transit' });
      await site.call('CancelTask', { TaskId: exported.TaskId });
      return exported.TaskId;
    });
    await assert.rejects(site.call('CancelTask', { TaskId }),
      code('InvalidTaskId.IncorrectTaskStatus'));
    const list = await site.call('DescribeTasks', { TaskIds: TaskId });
    assert.strictEqual(list.TaskSet.Task[0].TaskStatus, 'Cancelled');
    await site.call('DeleteImage', { ImageId });
    for (const one of (await site.call('DescribeSnapshots')).Snapshots.Snapshot) {
      await site.call('DeleteSnapshot', { SnapshotId: one.SnapshotId });
    }
    await site.release(id);
    await site.removeNetwork();
    await assertEmpty(cloud, ['tasks']);
  });
});
