// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Acs3, OldSdk, PopCore, code, eventually, oss, start } = require('./support');

const version = '2017-11-10';
describe('ENS', () => {
  let cloud;
  let ens;
  before(async () => {
    cloud = await start();
    ens = new Acs3(cloud, version);
    for (const [name, size] of [['system', '1G'], ['data', '3G'], ['huge', '501G']]) {
      const file = path.join(cloud.folder, name);
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', file, size]);
      await oss(cloud, 4).put(`edge_${name}.qcow2`, file);
    }
    await oss(cloud, 4).put('edge_raw.qcow2', Buffer.alloc(1 << 20));
  });
  after(() => cloud.remove());

  const words = (more) => ({
    ImageName: 'edge-image', ComputeType: 'ens_vm', OSType: 'linux', ImageFormat: 'qcow2',
    Architecture: 'x86_64', Platform: 'ubuntu', OSVersion: '22.04', OSSRegion: 'cn-beijing',
    OSSBucket: 'smc-transit', OSSObject: 'edge_system.qcow2', TargetOSSRegionId: 'cn-beijing',
    LicenseType: 'BYOL', ...more,
  });
  const mapping = (...names) => JSON.stringify(names.map((name) => ({
    OSSRegion: 'cn-beijing', OSSBucket: 'smc-transit', OSSObject: `edge_${name}.qcow2`,
  })));
  const imageOf = async (id) =>
    (await ens.call('DescribeSelfImages', { ImageId: id })).Images.Image[0];
  const statusBecomes = (id, status) => eventually(() => imageOf(id),
    (one) => one.Status === status);

  it('an image of one disk is imported, whichever client asks', async () => {
    for (const client of [ens, new OldSdk(cloud, version), new PopCore(cloud, version, 'GET'),
      new PopCore(cloud, version, 'POST')]) {
      const { ImageId: id } = await client.call('ImportImage', words());
      assert.match(id, /^m-[0-9a-z]{20}$/);
      const image = await statusBecomes(id, 'Available');
      assert.strictEqual(image.ImageName, 'edge-image');
      assert.strictEqual(image.ImageSize, '1');
      assert.strictEqual(image.RegionId, 'cn-beijing');
      assert.strictEqual(image.Architecture, 'x86_64');
      assert.deepStrictEqual(image.DiskDeviceMappings.DiskDeviceMapping,
        [{ Type: 'system', Size: '1', Format: 'qcow2', imageId: id }]);
      assert.strictEqual((await client.call('DeleteImage', { ImageId: id })).Code, 0);
    }
  });

  it('disks are told as JSON in one text, the system disk first', async () => {
    const { ImageId: id } = await ens.call('ImportImage', words({
      OSSRegion: undefined, OSSBucket: undefined, OSSObject: undefined,
      DiskDeviceMapping: mapping('system', 'data'), TargetOSSRegionId: 'ap-southeast-1',
    }));
    const image = await statusBecomes(id, 'Available');
    assert.strictEqual(image.RegionId, 'ap-southeast-1');
    const disks = image.DiskDeviceMappings.DiskDeviceMapping;
    assert.deepStrictEqual(disks.map((one) => [one.Type, one.Size]),
      [['system', '1'], ['data', '3']]);
    assert.strictEqual(image.ImageSize, '4');
    const folder = path.join(cloud.folder, 'cloud', 'ens_images', id);
    assert.deepStrictEqual(fs.readdirSync(folder), ['disk-0.qcow2', 'disk-1.qcow2']);
    await ens.call('DeleteImage', { ImageId: id });
    assert.ok(!fs.existsSync(folder));
  });

  it('what is wrong with an import is said at once', async () => {
    const refused = async (more, wanted) =>
      assert.rejects(ens.call('ImportImage', words(more)), code(wanted));
    await refused({ ImageName: undefined }, 'MissingParameter');
    await refused({ ImageName: '1st' }, 'InvalidParameter.ImageName');
    await refused({ ComputeType: undefined }, 'MissingParameter');
    await refused({ OSType: 'windows' }, 'InvalidParameter.OSType');
    await refused({ ImageFormat: 'raw' }, 'InvalidParameter.ImageFormat');
    await refused({ Architecture: 'arm64' }, 'InvalidParameter.Architecture');
    await refused({ TargetOSSRegionId: 'cn-hangzhou' }, 'InvalidParameter.TargetOSSRegionId');
    await refused({ LicenseType: 'Other' }, 'InvalidParameter.LicenseType');
    await refused({ OSSBucket: undefined }, 'MissingParameter');
    await refused({ OSSBucket: 'smc-singapore' }, 'InvalidParameter.OSSBucket');
    await refused({ OSSObject: 'nothing' }, 'InvalidParameter.OSSObject');
    await refused({ DiskDeviceMapping: '{}' }, 'InvalidParameter.DiskDeviceMapping');
    await refused({ DiskDeviceMapping: '[{"OSSRegion": "cn-beijing"}]' },
      'InvalidParameter.DiskDeviceMapping');
    await refused({ DiskDeviceMapping: mapping('system', 'data', 'data', 'data', 'data', 'data') },
      'InvalidParameter.DiskDeviceMapping');
  });

  it('an object that is no qcow2, or too large a disk, fails while it is imported', async () => {
    for (const disks of [['raw'], ['system', 'huge']]) {
      const { ImageId: id } = await ens.call('ImportImage', words({
        DiskDeviceMapping: mapping(...disks),
      }));
      await statusBecomes(id, 'Upload_failed');
      await ens.call('DeleteImage', { ImageId: id });
    }
  });

  it('two imports of one name make two images: there is no client token', async () => {
    const more = { ImageName: 'twice', ClientToken: 'token' };
    const first = await ens.call('ImportImage', words(more));
    const second = await ens.call('ImportImage', words(more));
    assert.notStrictEqual(first.ImageId, second.ImageId);
    const found = await ens.call('DescribeSelfImages', { ImageName: 'twi', PageSize: 1 });
    assert.strictEqual(found.TotalCount, '2');
    assert.strictEqual(found.PageSize, '1');
    assert.strictEqual(found.Images.Image.length, 1);
    for (const { ImageId: id } of [first, second]) {
      await statusBecomes(id, 'Available');
      await ens.call('DeleteImage', { ImageId: id });
    }
  });

  it('an image is renamed, found among those that can be used, and gone when deleted', async () => {
    const usable = () => ens.call('DescribeImages', { ImageId: id });
    const id = await cloud.paused(async () => {
      const { ImageId } = await ens.call('ImportImage', words());
      assert.strictEqual((await imageOf(ImageId)).Status, 'Creating');
      assert.strictEqual((await ens.call('DescribeImages', { ImageId })).TotalCount, 0);
      return ImageId;
    });
    await statusBecomes(id, 'Available');
    await ens.call('ModifyImageAttribute', { ImageId: id, ImageName: 'renamed' });
    const answer = await usable();
    assert.strictEqual(answer.TotalCount, 1);
    assert.strictEqual(answer.Images.Image[0].ImageName, 'renamed');
    assert.strictEqual(answer.Images.Image[0].Status, undefined);
    await ens.call('DeleteImage', { ImageId: id });
    assert.strictEqual((await usable()).TotalCount, 0);
    await assert.rejects(ens.call('DeleteImage', { ImageId: id }),
      code('InvalidParameter.ImageId'));
    assert.deepStrictEqual((await cloud.ask('GET', '/inventory')).ens_images, []);
  });

  it('an import whose answer was lost has happened', async () => {
    await cloud.ask('POST', '/faults', { action: 'ImportImage', kind: 'lose-reply' });
    await assert.rejects(ens.call('ImportImage', words({ ImageName: 'lost-answer' })));
    const found = await ens.call('DescribeSelfImages', { ImageName: 'lost-answer' });
    assert.strictEqual(found.TotalCount, '1');
    await ens.call('DeleteImage', { ImageId: found.Images.Image[0].ImageId });
  });

  it('a new image may not be seen by the next calls', async () => {
    await cloud.ask('POST', '/settings', { absent_calls: 2 });
    const { ImageId: id } = await ens.call('ImportImage', words());
    await cloud.ask('POST', '/settings', { absent_calls: 0 });
    assert.strictEqual(await imageOf(id), undefined);
    assert.strictEqual(await imageOf(id), undefined);
    assert.strictEqual((await imageOf(id)).ImageId, id);
    await ens.call('DeleteImage', { ImageId: id });
  });

  it('the quota of images is a limit', async () => {
    await cloud.ask('POST', '/settings', { quotas: { ens_images: 0 } });
    await assert.rejects(ens.call('ImportImage', words()), code('QuotaExceed'));
    await cloud.ask('POST', '/settings', { quotas: {} });
  });

  it('an import goes on after the death of the service', async () => {
    await cloud.ask('POST', '/settings', { paused: true });
    const { ImageId: id } = await ens.call('ImportImage', words());
    await cloud.end('SIGKILL');
    await cloud.start();
    ens = new Acs3(cloud, version);
    await statusBecomes(id, 'Available');
    await ens.call('DeleteImage', { ImageId: id });
  });
});
