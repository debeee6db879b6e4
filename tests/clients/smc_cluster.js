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

const aliyungo = require('./aliyungo');
const clients = require('./clients');

const version = '2019-06-01';
const mib = 1024 * 1024;
const linuxRoot = '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709';  // on x86-64
const program = process.env.EDGEFERRY_PROGRAM;

function run(...argv) {
  const done = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${argv.join(' ')}: ${done.error || done.stdout + done.stderr}`);
}

let portsTried = 0;

/** One that neither the kernel gives to others nor another of these processes tries. */
function freePort() {
  const port = 10000 + (process.pid * 16 + portsTried++) % 7000;
  return new Promise((resolve) => {
    const server = net.createServer();
    server.on('error', () => resolve(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
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
  run('sh', '-c', `echo start=2048, type=${linuxRoot} | sfdisk -q -X gpt "$0"`, image);
  run('mke2fs', '-q', '-F', '-t', 'ext4', '-d', tree, '-E', `offset=${mib}`, image,
    `${(bytes - 2 * mib) / 1024}k`);
  fs.rmSync(tree, { recursive: true });
}

class Cluster {
  /** `tables`: further ones of the cluster file; `transition`: a node of it makes instances. */
  constructor({ tables = '', transition = true } = {}) {
    Object.assign(this, { tables, transition });
  }

  async start() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'smc-cluster-'));
    this.file = path.join(this.folder, 'cluster.toml');
    this.host = `127.0.0.1:${await freePort()}`;
    this.disk = path.join(this.folder, 'system.raw');
    makeDisk(this.disk, 96 * mib, 48 * mib);
    const transition = this.transition ? `[[node]]
name = "transition-1"
role = "transition"
control = "tcp://127.0.0.1:${await freePort()}"
data = "tcp://127.0.0.1:${await freePort()}"
` : '';
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
${transition}[[node]]
name = "worker-1"
role = "worker"
[[node]]
name = "source"
role = "agent"
disks = ["${this.disk}"]
code_file = "source.code"
${this.tables}`);
    run(program, 'cluster', 'up', this.file, '--detach');
    this.full = await this.makeKey('full');
    this.reader = await this.makeKey('read-only');
    return this;
  }

  /** Runs a command of the operator. */
  cli(...words) { return JSON.parse(this.text('--json', ...words)); }

  text(...words) { return run(program, '--config', this.file, ...words); }

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

  controllerPid() {
    const { nodes } = JSON.parse(run(program, '--json', 'cluster', 'status', this.file));
    return nodes.find((node) => node.name === 'controller').pid;
  }

  /** The launcher starts it again. */
  killController() {
    const pid = this.controllerPid();
    process.kill(pid, 'SIGKILL');
    return pid;
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

class Acs3 extends clients.Acs3 {
  constructor(cluster, who = cluster.full, more = {}) { super(cluster, version, who, more); }
}
class OldSdk extends clients.OldSdk {
  constructor(cluster, who = cluster.full) { super(cluster, version, who); }
}
class PopCore extends clients.PopCore {
  constructor(cluster, method, who = cluster.full) { super(cluster, version, method, who); }
}

class GoSdk extends aliyungo.GoSdk {
  constructor(cluster, program, who = cluster.full) { super(program, cluster, version, who); }
}

module.exports = {
  ...clients, Acs3, Cluster, GoSdk, OldSdk, PopCore, buildGoSdk: aliyungo.build, mib,
};
