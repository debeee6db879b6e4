// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An emulated cloud of one's own, and the official clients as they are made for it.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const OpenApiCore = require('@alicloud/openapi-core');
const OpenApiClient = require('@alicloud/openapi-client');
const Rpc = require('@alicloud/pop-core');
const Oss = require('ali-oss');
const { RuntimeOptions } = require('@darabonba/typescript');
const { RuntimeOptions: OldRuntimeOptions } = require('@alicloud/tea-util');

const key = { id: 'test-id', secret: 'test-secret' };
const temporary = { id: 'sts-id', secret: 'sts-secret', token: 'sts-token' };
const program = process.env.CLOUD_EMULATOR;
if (!program) throw new Error('CLOUD_EMULATOR has to be the path of the program cloud_emulator');

class Emulator {
  constructor(options) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cloud-emulator-'));
    this.options = options;
  }

  async start() {
    const words = [
      '--folder', this.folder, '--tick-ms', '20', '--gib-bytes', '1048576',
      '--bucket', 'smc-transit:cn-beijing', '--bucket', 'smc-singapore:ap-southeast-1',
      '--key', `${key.id}:${key.secret}`,
      '--key', `${temporary.id}:${temporary.secret}:${temporary.token}`,
      ...this.options,
    ];
    this.process = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of readline.createInterface({ input: this.process.stdout })) {
      const ports = JSON.parse(line);
      this.host = `127.0.0.1:${ports.port}`;
      this.control = `127.0.0.1:${ports.control_port}`;
      return this;
    }
    throw new Error('the emulator did not start');
  }

  /** Ends the process; what it holds stays for the next start. */
  async end(signal = 'SIGTERM') {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }

  async remove() {
    await this.end();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** What begins in it stays what it is at its begin. */
  async paused(act) {
    await this.ask('POST', '/settings', { paused: true });
    const result = await act();
    await this.ask('POST', '/settings', { paused: false });
    return result;
  }

  /** Asks the control interface. */
  ask(method, where, body) {
    return new Promise((resolve, reject) => {
      const request = http.request(`http://${this.control}${where}`, { method }, (answer) => {
        let text = '';
        answer.on('data', (piece) => { text += piece; });
        answer.on('end', () => resolve(JSON.parse(text)));
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** ACS3, with parameters in the query. */
class Acs3 {
  constructor(emulator, version, who = key, more = {}) {
    this.version = version;
    this.client = new OpenApiCore.default(new OpenApiCore.$OpenApiUtil.Config({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      type: who.token ? 'sts' : undefined,
      endpoint: emulator.host,
      protocol: 'http',
      ...more,
    }));
  }

  async call(action, query = {}, runtime = {}) {
    const answer = await this.client.callApi(
      new OpenApiCore.$OpenApiUtil.Params({
        action,
        version: this.version,
        protocol: 'HTTP',
        pathname: '/',
        method: 'POST',
        authType: 'AK',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      }),
      new OpenApiCore.$OpenApiUtil.OpenApiRequest({ query }),
      new RuntimeOptions(runtime),
    );
    return answer.body;
  }
}

/** RPC version 1 as the older generation of SDKs has it. */
class OldSdk {
  constructor(emulator, version, who = key) {
    this.version = version;
    this.client = new OpenApiClient.default(new OpenApiClient.Config({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      type: who.token ? 'sts' : undefined,
      endpoint: emulator.host,
      protocol: 'http',
      signatureAlgorithm: 'v2',
    }));
  }

  async call(action, query = {}) {
    const answer = await this.client.callApi(
      new OpenApiClient.Params({
        action,
        version: this.version,
        protocol: 'HTTP',
        pathname: '/',
        method: 'POST',
        authType: 'AK',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      }),
      new OpenApiClient.OpenApiRequest({ query }),
      new OldRuntimeOptions({}),
    );
    return answer.body;
  }
}

/** RPC version 1, by GET or as a form. */
class PopCore {
  constructor(emulator, apiVersion, method, who = key) {
    this.method = method;
    this.client = new Rpc({
      accessKeyId: who.id,
      accessKeySecret: who.secret,
      securityToken: who.token,
      endpoint: `http://${emulator.host}`,
      apiVersion,
    });
  }

  call(action, parameters = {}) {
    return this.client.request(action, parameters, { method: this.method });
  }
}

function oss(emulator, version, more = {}) {
  const who = more.who || key;
  return new Oss({
    accessKeyId: who.id,
    accessKeySecret: who.secret,
    stsToken: who.token,
    bucket: 'smc-transit',
    region: 'oss-cn-beijing',
    endpoint: `http://${emulator.host}`,
    authorizationV4: version === 4,
    ...more,
  });
}

/** Asks again until the answer is as wanted. */
async function eventually(ask, isGood) {
  for (let attempt = 0; attempt < 500; ++attempt) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never became as wanted');
}

const code = (wanted) => (error) => {
  if (error.code === wanted) return true;
  throw new Error(`${wanted} was expected, not ${error.code}: ${error.message}`);
};

module.exports = {
  Acs3, Emulator, OldSdk, PopCore, code, eventually, key, oss, temporary,
  start: (...options) => new Emulator(options).start(),
};
