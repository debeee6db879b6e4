// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster of real processes with the SMC-compatible endpoint and a source server whose agent
// waits for its activation code; and the official clients as they are pointed at it.
'use strict';

const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const OpenApiCore = require('@alicloud/openapi-core');
const OpenApiClient = require('@alicloud/openapi-client');
const Rpc = require('@alicloud/pop-core');
const { RuntimeOptions } = require('@darabonba/typescript');
const { RuntimeOptions: OldRuntimeOptions } = require('@alicloud/tea-util');

const version = '2019-06-01';
const mib = 1024 * 1024;
const program = process.env.EDGEFERRY_PROGRAM;

function run(...argv) {
  const done = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${argv.join(' ')}: ${done.error || done.stdout + done.stderr}`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A raw image with GPT and one ext4 file system that make it a Linux server's. */
function makeDisk(image, bytes, noiseBytes) {
  const tree = `${image}.tree`;
  fs.mkdirSync(path.join(tree, 'etc'), { recursive: true });
  fs.writeFileSync(path.join(tree, 'etc/os-release'),
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  fs.writeFileSync(path.join(tree, 'etc/hostname'), 'source01\n');
  fs.writeFileSync(path.join(tree, 'noise'), crypto.randomBytes(noiseBytes));
  fs.writeFileSync(image, '');
  fs.truncateSync(image, bytes);
  run('sgdisk', '-n', '1:2048:0', '-t', '1:8304', image);
  run('mke2fs', '-q', '-F', '-t', 'ext4', '-d', tree, '-E', `offset=${mib}`, image,
    `${(bytes - 2 * mib) / 1024}k`);
  fs.rmSync(tree, { recursive: true });
}

class Cluster {
  async start() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'smc-cluster-'));
    this.file = path.join(this.folder, 'cluster.toml');
    this.host = `127.0.0.1:${await freePort()}`;
    this.disk = path.join(this.folder, 'system.raw');
    makeDisk(this.disk, 96 * mib, 48 * mib);
    fs.writeFileSync(this.file, `
[cluster]
name = "clients"
state = "var"
[limits]
system_disk_min = "8 MiB"
data_disk_min = "1 MiB"
[jobs]
boot_proof = "off"
[smc]
listen = "${this.host}"
[[node]]
name = "controller"
role = "controller"
listen = "tcp://127.0.0.1:${await freePort()}"
[[node]]
name = "transition-1"
role = "transition"
control = "tcp://127.0.0.1:${await freePort()}"
data = "tcp://127.0.0.1:${await freePort()}"
[[node]]
name = "worker-1"
role = "worker"
[[node]]
name = "source"
role = "agent"
disks = ["${this.disk}"]
code_file = "source.code"
`);
    run(program, 'cluster', 'up', this.file, '--detach');
    this.full = await this.makeKey('full');
    this.reader = await this.makeKey('read-only');
    return this;
  }

  /** Runs a command of the operator. */
  cli(...words) {
    return JSON.parse(run(program, '--config', this.file, '--json', ...words));
  }

  /** A controller that has only just started may not answer yet. */
  async makeKey(role) {
    for (let attempt = 0; ; ++attempt) {
      try {
        return this.cli('accesskey', 'create', '--role', role);
      } catch (error) {
        if (attempt > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** What an administrator does on the source server with the code of an access token. */
  register(code) {
    const file = path.join(this.folder, 'var/source.code');
    fs.writeFileSync(`${file}.new`, `${code}\n`);
    fs.renameSync(`${file}.new`, file);
  }

  remove() {
    run(program, 'cluster', 'down', this.file);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

const params = (type) => ({
  version, protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC',
  reqBodyType: 'formData', bodyType: 'json', ...type,
});

/** ACS3, with parameters in the query. */
class Acs3 {
  constructor(cluster, key = cluster.full, more = {}) {
    this.client = new OpenApiCore.default(new OpenApiCore.$OpenApiUtil.Config({
      accessKeyId: key.id, accessKeySecret: key.secret, endpoint: cluster.host, protocol: 'http',
      ...more,
    }));
  }

  async call(action, query = {}, runtime = {}) {
    const answer = await this.client.callApi(
      new OpenApiCore.$OpenApiUtil.Params(params({ action })),
      new OpenApiCore.$OpenApiUtil.OpenApiRequest({ query }), new RuntimeOptions(runtime));
    return answer.body;
  }
}

/** RPC version 1 as the older generation of SDKs has it. */
class OldSdk {
  constructor(cluster, key = cluster.full) {
    this.client = new OpenApiClient.default(new OpenApiClient.Config({
      accessKeyId: key.id, accessKeySecret: key.secret, endpoint: cluster.host, protocol: 'http',
      signatureAlgorithm: 'v2',
    }));
  }

  async call(action, query = {}) {
    const answer = await this.client.callApi(new OpenApiClient.Params(params({ action })),
      new OpenApiClient.OpenApiRequest({ query }), new OldRuntimeOptions({}));
    return answer.body;
  }
}

/** RPC version 1, by GET or as a form. */
class PopCore {
  constructor(cluster, method, key = cluster.full) {
    this.method = method;
    this.client = new Rpc({
      accessKeyId: key.id, accessKeySecret: key.secret, endpoint: `http://${cluster.host}`,
      apiVersion: version,
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
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const code = (wanted) => (error) => {
  if (error.code === wanted) return true;
  throw new Error(`${wanted} was expected, not ${error.code}: ${error.message}`);
};

module.exports = { Acs3, Cluster, OldSdk, PopCore, code, eventually, mib };
