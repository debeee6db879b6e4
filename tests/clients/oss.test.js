// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { code, oss, start, temporary } = require('./support');

const odd = 'folder/a b+c~d 中.bin';
describe('OSS', () => {
  let cloud;
  before(async () => { cloud = await start(); });
  after(() => cloud.remove());

  function local(bytes) {
    const file = path.join(cloud.folder, 'local');
    fs.writeFileSync(file, bytes);
    return file;
  }

  for (const version of [1, 4]) {
    const title = (text) => `with signatures of version ${version}, ${text}`;

    it(title('an object is there as it was put, under any name'), async () => {
      const store = oss(cloud, version);
      const bytes = crypto.randomBytes(300_000);
      const put = await store.put(odd, bytes, { meta: { sha256: 'abc' }, mime: 'image/x' });
      assert.strictEqual(put.res.headers.etag,
        `"${crypto.createHash('md5').update(bytes).digest('hex').toUpperCase()}"`);
      const got = await store.get(odd);
      assert.ok(bytes.equals(got.content));
      assert.strictEqual(got.res.headers['content-type'], 'image/x');
      const head = await store.head(odd);
      assert.strictEqual(head.res.headers['content-length'], '300000');
      assert.strictEqual(head.meta.sha256, 'abc');
      assert.strictEqual(head.res.headers['x-oss-object-type'], 'Normal');
      const range = await store.get(odd, { headers: { Range: 'bytes=1000-1999' } });
      assert.strictEqual(range.res.status, 206);
      assert.ok(bytes.subarray(1000, 2000).equals(range.content));
      await store.delete(odd);
      await store.delete(odd);
      await assert.rejects(store.get(odd), code('NoSuchKey'));
      await assert.rejects(store.head(odd), code('NoSuchKey'));
    });

    it(title('the CRC that OSS tells of is the one of its documentation'), async () => {
      const put = await oss(cloud, version).put('check', Buffer.from('123456789'));
      assert.strictEqual(put.res.headers['x-oss-hash-crc64ecma'], '11051210869376104954');
    });

    it(title('an upload in parts becomes one object'), async () => {
      const store = oss(cloud, version);
      const bytes = crypto.randomBytes(1_000_000);
      const file = local(bytes);
      const how = { partSize: 256 * 1024, parallel: 3 };
      const done = await store.multipartUpload('parts', file, how);
      assert.match(done.etag, /^"[0-9A-F]{32}-4"$/);
      const got = await store.get('parts');
      assert.ok(bytes.equals(got.content));
      assert.strictEqual(got.res.headers['x-oss-object-type'], 'Multipart');
      assert.deepStrictEqual((await store.listUploads({})).uploads || [], []);
    });

    it(title('an upload that was begun is known until it is aborted'), async () => {
      const store = oss(cloud, version);
      const begun = await store.initMultipartUpload('begun');
      const file = local(crypto.randomBytes(300 * 1024));
      for (const number of [1, 2, 3]) {
        const at = (number - 1) * 100 * 1024;
        await store.uploadPart('begun', begun.uploadId, number, file, at, at + 100 * 1024);
      }
      const page = await store.listParts('begun', begun.uploadId, { 'max-parts': 2 });
      assert.deepStrictEqual(page.parts.map((one) => one.PartNumber), ['1', '2']);
      assert.strictEqual(page.isTruncated, 'true');
      const rest = await store.listParts('begun', begun.uploadId,
        { 'part-number-marker': page.nextPartNumberMarker });
      assert.deepStrictEqual([].concat(rest.parts).map((one) => one.PartNumber), ['3']);
      const uploads = await store.listUploads({ prefix: 'beg' });
      assert.strictEqual(uploads.uploads[0].uploadId, begun.uploadId);
      assert.strictEqual((await cloud.ask('GET', '/inventory')).uploads.length, 1);
      await store.abortMultipartUpload('begun', begun.uploadId);
      await assert.rejects(store.abortMultipartUpload('begun', begun.uploadId),
        code('NoSuchUpload'));
      await assert.rejects(store.listParts('begun', begun.uploadId), code('NoSuchUpload'));
    });

    it(title('objects are listed in pages and by folders'), async () => {
      const store = oss(cloud, version);
      const keys = ['list/a', 'list/b c', 'list/sub/x', 'list/sub/y', 'list/z+'];
      for (const one of keys) await store.put(one, Buffer.from(one));
      const first = await store.listV2({ prefix: 'list/', 'max-keys': 2 });
      assert.deepStrictEqual(first.objects.map((one) => one.name), keys.slice(0, 2));
      const second = await store.listV2({ prefix: 'list/', 'max-keys': 10,
        'continuation-token': first.nextContinuationToken });
      assert.deepStrictEqual(second.objects.map((one) => one.name), keys.slice(2));
      assert.strictEqual(second.isTruncated, false);
      const folders = await store.listV2({ prefix: 'list/', delimiter: '/', 'max-keys': 100 });
      assert.deepStrictEqual(folders.prefixes, ['list/sub/']);
      assert.deepStrictEqual(folders.objects.map((one) => one.name),
        ['list/a', 'list/b c', 'list/z+']);
      const old = await store.list({ prefix: 'list/', 'max-keys': 3 });
      assert.strictEqual(old.nextMarker, 'list/sub/x');
      await store.deleteMulti(keys);
      assert.strictEqual((await store.listV2({ prefix: 'list/' })).keyCount, 0);
    });

    it(title('whoever may not come in hears why'), async () => {
      const put = (more) => oss(cloud, version, more).put('refused', Buffer.from('x'));
      await put({ who: temporary });
      await assert.rejects(put({ accessKeySecret: 'wrong' }), code('SignatureDoesNotMatch'));
      await assert.rejects(put({ accessKeyId: 'unknown' }), code('InvalidAccessKeyId'));
      await assert.rejects(put({ who: { ...temporary, token: 'wrong' } }),
        code('InvalidSecurityToken'));
      await assert.rejects(put({ bucket: 'smc-nowhere' }), code('NoSuchBucket'));
    });
  }

  it('what would spoil an object is refused', async () => {
    const store = oss(cloud, 4);
    await store.put('kept', Buffer.from('kept'));
    await assert.rejects(store.put('kept', Buffer.from('other'),
      { headers: { 'x-oss-forbid-overwrite': 'true' } }), code('FileAlreadyExists'));
    await assert.rejects(store.put('kept', Buffer.from('other'),
      { headers: { 'Content-MD5': 'eB5eJF1ptWaXm4bijSPyxw==' } }), code('InvalidDigest'));
    assert.strictEqual((await store.get('kept')).content.toString(), 'kept');
    const { uploadId } = await store.initMultipartUpload('spoiled');
    const file = local(crypto.randomBytes(150 * 1024));
    const upload = async (number, bytes) =>
      (await store.uploadPart('spoiled', uploadId, number, file, 0, bytes)).etag;
    const etags = [await upload(1, 100 * 1024), await upload(2, 50 * 1024)];
    // Its own way to complete an upload sorts the parts.
    const complete = (...parts) => {
      const body = parts.map(([number, etag]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join('');
      return store.request({
        ...store._objectRequestParams('POST', 'spoiled', { subres: { uploadId } }),
        content: Buffer.from(`<CompleteMultipartUpload>${body}</CompleteMultipartUpload>`),
        mime: 'xml',
        xmlResponse: true,
        successStatuses: [200],
      });
    };
    await assert.rejects(complete([1, etags[1]], [2, etags[1]]), code('InvalidPart'));
    await assert.rejects(complete([1, etags[0]], [3, etags[1]]), code('InvalidPart'));
    await assert.rejects(complete([2, etags[1]], [1, etags[0]]), code('InvalidPartOrder'));
    const small = await upload(3, 10);
    await assert.rejects(complete([1, etags[0]], [2, etags[1]], [3, small]),
      code('EntityTooSmall'));
    await complete([1, etags[0]], [2, etags[1]]);
    assert.strictEqual((await store.head('spoiled')).res.headers['content-length'],
      String(150 * 1024));
  });

  it('a clock that is 16 minutes wrong is refused', async () => {
    for (const version of [1, 4]) {
      const store = oss(cloud, version);
      store.options.amendTimeSkewed = 16 * 60 * 1000;
      await assert.rejects(store.put('late', Buffer.from('x')), code('RequestTimeTooSkewed'));
    }
  });

  it('a bucket is reached by its own region only', async () => {
    const store = oss(cloud, 4, { bucket: 'smc-singapore' });
    await assert.rejects(store.put('x', Buffer.from('x')), code('AccessDenied'));
    const right = oss(cloud, 4, { bucket: 'smc-singapore', region: 'oss-ap-southeast-1' });
    await right.put('x', Buffer.from('x'));
    const location = await right.getBucketLocation('smc-singapore');
    assert.strictEqual(location.location, 'oss-ap-southeast-1');
    const info = await right.getBucketInfo('smc-singapore');
    assert.strictEqual(info.bucket.Location, 'oss-ap-southeast-1');
  });

  it('a bucket is made and removed, unless something is in it', async () => {
    const store = oss(cloud, 4);
    await store.putBucket('smc-new');
    store.useBucket('smc-new');
    await store.put('x', Buffer.from('x'));
    await assert.rejects(store.deleteBucket('smc-new'), code('BucketNotEmpty'));
    await store.delete('x');
    await store.deleteBucket('smc-new');
    store.useBucket('smc-transit');
    const names = (await store.listBuckets({})).buckets.map((one) => one.name);
    assert.ok(names.includes('smc-transit') && !names.includes('smc-new'));
  });

  it('a path style address reaches the bucket too', async () => {
    const store = oss(cloud, 4, {
      endpoint: `http://${cloud.host.replace('127.0.0.1', 'localhost')}`, sldEnable: true,
    });
    await store.put(odd, Buffer.from('path'));
    assert.strictEqual((await oss(cloud, 1).get(odd)).content.toString(), 'path');
  });

  it('what was acknowledged is there, whenever the store died', async () => {
    const there = [];
    for (let round = 0; round < 3; ++round) {
      const store = oss(cloud, 4);
      let dead = false;
      const writers = [0, 1, 2].map(async (writer) => {
        for (let count = 0; !dead; ++count) {
          const name = `death/${round}-${writer}-${count}`;
          try {
            await store.put(name, Buffer.from(name));
            there.push(name);
          } catch (error) {
            if (!dead) throw error;
          }
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 100 + 150 * round));
      dead = true;
      await cloud.end('SIGKILL');
      await Promise.all(writers);
      await cloud.start();
    }
    const store = oss(cloud, 4);
    for (const name of there) {
      assert.strictEqual((await store.get(name)).content.toString(), name);
    }
    assert.ok(there.length > 3);
  });

  it('objects and begun uploads outlive the death of their store', async () => {
    const bytes = crypto.randomBytes(200_000);
    await oss(cloud, 4).put('durable', bytes);
    const begun = await oss(cloud, 4).initMultipartUpload('later');
    await oss(cloud, 4).uploadPart('later', begun.uploadId, 1, local(bytes), 0, bytes.length);
    await cloud.end('SIGKILL');
    await cloud.start();
    const store = oss(cloud, 4);
    assert.ok(bytes.equals((await store.get('durable')).content));
    const parts = await store.listParts('later', begun.uploadId);
    assert.strictEqual([].concat(parts.parts).length, 1);
    await store.completeMultipartUpload('later', begun.uploadId,
      [{ number: 1, etag: [].concat(parts.parts)[0].ETag }]);
    assert.ok(bytes.equals((await store.get('later')).content));
  });
});
