// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The official clients of RPC services, pointed at one with a `host` and a `key` of ours.
'use strict';

const OpenApiCore = require('@alicloud/openapi-core');
const OpenApiClient = require('@alicloud/openapi-client');
const Rpc = require('@alicloud/pop-core');
const { RuntimeOptions } = require('@darabonba/typescript');
const { RuntimeOptions: OldRuntimeOptions } = require('@alicloud/tea-util');

const params = (action, version) => ({
  action, version, protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC',
  reqBodyType: 'formData', bodyType: 'json',
});

/** ACS3, with parameters in the query. */
class Acs3 {
  constructor(service, version, who = service.key, more = {}) {
    this.version = version;
    this.client = new OpenApiCore.default(new OpenApiCore.$OpenApiUtil.Config({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      type: who.token ? 'sts' : undefined,
      endpoint: service.host,
      protocol: 'http',
      ...more,
    }));
  }

  async call(action, query = {}, runtime = {}) {
    const answer = await this.client.callApi(
      new OpenApiCore.$OpenApiUtil.Params(params(action, this.version)),
      new OpenApiCore.$OpenApiUtil.OpenApiRequest({ query }),
      new RuntimeOptions(runtime),
    );
    return answer.body;
  }
}

/** RPC version 1 as the older generation of SDKs has it. */
class OldSdk {
  constructor(service, version, who = service.key) {
    this.version = version;
    this.client = new OpenApiClient.default(new OpenApiClient.Config({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      type: who.token ? 'sts' : undefined,
      endpoint: service.host,
      protocol: 'http',
      signatureAlgorithm: 'v2',
    }));
  }

  async call(action, query = {}) {
    const answer = await this.client.callApi(
      new OpenApiClient.Params(params(action, this.version)),
      new OpenApiClient.OpenApiRequest({ query }),
      new OldRuntimeOptions({}),
    );
    return answer.body;
  }
}

/** RPC version 1, by GET or as a form. */
class PopCore {
  constructor(service, apiVersion, method, who = service.key) {
    this.method = method;
    this.client = new Rpc({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      endpoint: `http://${service.host}`,
      apiVersion,
    });
  }

  call(action, parameters = {}) {
    return this.client.request(action, parameters, { method: this.method, timeout: 15000 });
  }
}

/** Asks again until the answer is as wanted, for at most a minute. */
async function eventually(ask, isGood) {
  const end = Date.now() + 60000;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > end) throw new Error(`it never became as wanted: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const code = (wanted) => (error) => {
  if (error.code === wanted) return true;
  throw new Error(`${wanted} was expected, not ${error.code}: ${error.message}`);
};

module.exports = { Acs3, OldSdk, PopCore, code, eventually };
