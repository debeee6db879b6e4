// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An emulated cloud of one's own, and the official clients for it.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const Oss = require('ali-oss');

const clients = require('./clients');

const key = { id: 'test-id', secret: 'test-secret' };
const temporary = { id: 'sts-id', secret: 'sts-secret', token: 'sts-token' };
const program = process.env.CLOUD_EMULATOR;
if (!program) throw new Error('CLOUD_EMULATOR has to be the path of the program cloud_emulator');

class Emulator {
  constructor(options) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cloud-emulator-'));
    this.options = options;
    this.key = key;
  }

  async start() {
    const words = [
      '--folder', this.folder, '--tick-ms', '20',
      ...(this.options.includes('--gib-bytes') ? [] : ['--gib-bytes', '1048576']),
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

module.exports = {
  ...clients, key, oss, temporary,
  start: (...options) => new Emulator(options).start(),
};
