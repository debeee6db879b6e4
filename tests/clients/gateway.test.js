// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const { after, before, describe, it } = require('node:test');
const { Acs3, OldSdk, PopCore, code, key, start, temporary } = require('./support');

const ens = '2017-11-10';
describe('the gateway', () => {
  let cloud;
  before(async () => { cloud = await start(); });
  after(() => cloud.remove());

  const clients = {
    'openapi-core (ACS3)': (who) => new Acs3(cloud, ens, who),
    'openapi-client (RPC version 1)': (who) => new OldSdk(cloud, ens, who),
    'pop-core by GET': (who) => new PopCore(cloud, ens, 'GET', who),
    'pop-core by POST': (who) => new PopCore(cloud, ens, 'POST', who),
  };


  for (const [name, client] of Object.entries(clients)) {
    it(`${name} is let in with a key and with temporary credentials`, async () => {
      for (const who of [key, temporary]) {
        const answer = await client(who).call('DescribeEnsRegions');
        assert.match(answer.RequestId, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
        assert.strictEqual(answer.Code, 0);
      }
    });

    it(`${name} is signed right with every kind of character`, async () => {
      const odd = 'a+b c/d=e&f%~*中\'"';
      const answer = await client(key).call('DescribeSelfImages', { ImageName: odd });
      assert.strictEqual(answer.TotalCount, '0');
    });

    it(`${name} hears what is wrong with its credentials`, async () => {
      const call = (who) => client(who).call('DescribeEnsRegions');
      await assert.rejects(call({ ...key, secret: 'wrong' }), code('SignatureDoesNotMatch'));
      await assert.rejects(call({ ...key, id: 'unknown' }), code('InvalidAccessKeyId.NotFound'));
      await assert.rejects(call({ ...temporary, token: 'wrong' }),
        code('InvalidSecurityToken.MismatchWithAccessKey'));
    });

    it(`${name} hears of an API that isn't there`, async () => {
      await assert.rejects(client(key).call('DescribeNothing'), code('InvalidApi.NotFound'));
    });
  }

  it('parameters that no API has are passed by the SDK, signed and ignored', async () => {
    const sdk = new Acs3(cloud, ens, key, {
      globalParameters: { queries: { EnsImageRegionId: 'cn-beijing' } },
    });
    assert.strictEqual((await sdk.call('DescribeEnsRegions')).Code, 0);
  });

  /** Sends bytes that no client would send a second time. */
  function send(target, headers = {}) {
    return new Promise((resolve, reject) => {
      const [host, port] = cloud.host.split(':');
      http.get({ host, port, path: target, headers }, (answer) => {
        let text = '';
        answer.on('data', (piece) => { text += piece; });
        const { statusCode: status, headers: told } = answer;
        answer.on('end', () => resolve({ status, text, headers: told }));
      }).on('error', reject);
    });
  }

  function signedTarget(parameters) {
    const crypto = require('node:crypto');
    const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const all = {
      Action: 'DescribeEnsRegions', Version: ens, AccessKeyId: key.id, SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0', SignatureNonce: String(Math.random()),
      Timestamp: `${new Date().toISOString().slice(0, 19)}Z`, ...parameters,
    };
    const query = Object.keys(all).sort().map((k) => `${encode(k)}=${encode(all[k])}`).join('&');
    const signature = crypto.createHmac('sha1', `${key.secret}&`)
      .update(`GET&%2F&${encode(query)}`).digest('base64');
    return `/?${query}&Signature=${encode(signature)}`;
  }

  it('a request is taken once', async () => {
    const target = signedTarget({});
    assert.strictEqual((await send(target)).status, 200);
    const again = await send(target);
    assert.strictEqual(again.status, 400);
    const words = JSON.parse(again.text);
    assert.strictEqual(words.Code, 'SignatureNonceUsed');
    assert.strictEqual(words.HostId, cloud.host);
    assert.strictEqual(words.RequestId, again.headers['x-acs-request-id']);
    assert.ok(words.Recommend.includes('q=SignatureNonceUsed&product=ens'));
  });

  it('a clock that is 16 minutes wrong is refused, and one that is 14 minutes wrong is not',
    async () => {
      const at = (minutes) => ({
        Timestamp: `${new Date(Date.now() + minutes * 60000).toISOString().slice(0, 19)}Z`,
      });
      for (const minutes of [-16, 16]) {
        const answer = await send(signedTarget(at(minutes)));
        assert.strictEqual(JSON.parse(answer.text).Code, 'InvalidTimeStamp.Expired');
      }
      for (const minutes of [-14, 14]) {
        assert.strictEqual((await send(signedTarget(at(minutes)))).status, 200);
      }
      const odd = await send(signedTarget({ Timestamp: 'yesterday' }));
      assert.strictEqual(JSON.parse(odd.text).Code, 'InvalidTimeStamp.Format');
    });

  it('XML is answered to who asks for it', async () => {
    const answer = await send(signedTarget({ Format: 'XML' }));
    assert.match(answer.text, /<DescribeEnsRegionsResponse>.*<EnsRegionId>cn-beijing</);
    const refused = await send(signedTarget({ Format: 'YAML' }));
    assert.strictEqual(JSON.parse(refused.text).Code, 'InvalidParameter.Format');
  });

  it('what is no request of any service ends nothing', async () => {
    const [host, port] = cloud.host.split(':');
    const long = 'a'.repeat(8000);
    const words = [
      'GET ? HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: ${long}.oss-x\r\n`
        + 'Authorization: OSS4-HMAC-SHA256 Credential=////\r\n\r\n',
      `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `POST /?x=${long.repeat(40)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'PUT /smc-transit/%00%ff HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na',
      'POST / HTTP/1.1\r\nx-acs-action: Y\r\nAuthorization: ACS3-HMAC-SHA256 \r\n\r\n',
      '\u0000\r\n\r\n',
    ];
    for (const one of words) {
      await new Promise((resolve) => {
        const socket = net.connect({ host, port }, () => socket.end(one));
        socket.on('error', resolve).on('close', resolve).resume();
      });
    }
    assert.strictEqual((await new Acs3(cloud, ens).call('DescribeEnsRegions')).Code, 0);
  });

  it('a throttled call tells the SDK when to come again', async () => {
    await cloud.ask('POST', '/faults',
      { action: 'DescribeEnsRegions', kind: 'throttle', calls: 1, retry_after: 7 });
    const sdk = new Acs3(cloud, ens);
    await assert.rejects(sdk.call('DescribeEnsRegions'), (error) => {
      assert.strictEqual(error.code, 'Throttling.User');
      assert.strictEqual(error.name, 'ThrottlingError');
      assert.strictEqual(error.retryAfter, 7);
      return true;
    });
    assert.strictEqual((await sdk.call('DescribeEnsRegions')).Code, 0);
  });

  it('the emulated service fails, hangs up and forgets its answers as it is told', async () => {
    const sdk = new Acs3(cloud, ens);
    const fault = (kind, more = {}) => cloud.ask('POST', '/faults',
      { action: 'DescribeEnsRegions', kind, ...more });
    await cloud.ask('DELETE', '/calls');
    await fault('status', { status: 500 });
    await assert.rejects(sdk.call('DescribeEnsRegions'), code('InternalError'));
    await fault('status', { status: 503 });
    await assert.rejects(sdk.call('DescribeEnsRegions'), code('ServiceUnavailable'));
    await fault('crash-connection-before');
    await assert.rejects(sdk.call('DescribeEnsRegions'));
    await fault('lose-reply');
    await assert.rejects(sdk.call('DescribeEnsRegions'));
    await fault('error', { status: 403, code: 'Forbidden.RAM', message: 'User not authorized' });
    await assert.rejects(sdk.call('DescribeEnsRegions'), code('Forbidden.RAM'));
    await fault('quota');
    await assert.rejects(sdk.call('DescribeEnsRegions'), code('QuotaExceeded'));
    await fault('slow', { ms: 300, after: 1 });
    await sdk.call('DescribeEnsRegions');
    const between = Date.now();
    await sdk.call('DescribeEnsRegions');
    assert.ok(Date.now() - between >= 300);
    const calls = await cloud.ask('GET', '/calls');
    assert.deepStrictEqual(calls.map((one) => one.outcome),
      ['InternalError', 'ServiceUnavailable', 'dropped', 'lost', 'Forbidden.RAM', 'QuotaExceeded',
        'ok', 'ok']);
  });
});
