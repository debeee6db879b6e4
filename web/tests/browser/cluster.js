// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster of real processes with the console, and a source server whose agent waits for its
// activation code.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const program = process.env.EDGEFERRY_PROGRAM;
export const mib = 1024 * 1024;

export function run(...argv) {
  const { input } = typeof argv[0] === 'object' ? argv.shift() : {};
  const done = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', input });
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

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A raw image with GPT and one ext4 file system that make it a Linux server's. */
export function makeDisk(image, bytes, noiseBytes) {
  const tree = `${image}.tree`;
  fs.mkdirSync(path.join(tree, 'etc'), { recursive: true });
  fs.writeFileSync(path.join(tree, 'etc/os-release'),
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  fs.writeFileSync(path.join(tree, 'etc/hostname'), 'source01\n');
  fs.writeFileSync(path.join(tree, 'noise'), crypto.randomBytes(noiseBytes));
  fs.writeFileSync(image, '');
  fs.truncateSync(image, bytes);
  const table = `label: gpt\nstart=2048, size=${(bytes - 2 * mib) / 512}, type=linux\n`;
  run({ input: table }, 'sfdisk', '--quiet', image);
  run('mke2fs', '-q', '-F', '-t', 'ext4', '-d', tree, '-E', `offset=${mib}`, image,
    `${(bytes - 2 * mib) / 1024}k`);
  fs.rmSync(tree, { recursive: true });
}

export class Cluster {
  /**
   * `dataDisk`: its source server has a second disk; `tables`: more of the cluster file;
   * `archive`: source servers can download the agent of this build.
   */
  async start({ dataDisk = false, tables = '', archive = false } = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'web-cluster-'));
    this.file = path.join(this.folder, 'cluster.toml');
    this.host = `127.0.0.1:${await freePort()}`;
    this.disk = path.join(this.folder, 'system.raw');
    makeDisk(this.disk, 128 * mib, 64 * mib);
    const disks = [this.disk];
    if (dataDisk) {
      disks.push(path.join(this.folder, 'data.raw'));
      makeDisk(disks[1], 32 * mib, mib);
    }
    const agents = path.join(this.folder, 'agents');
    fs.mkdirSync(agents);
    if (archive) {
      run(path.join(import.meta.dirname, '../../../scripts/agent-archive'), path.dirname(program),
        agents);
    } else {
      // Offered, and never installed: the server's agent is the one that the launcher starts.
      fs.writeFileSync(path.join(agents, `edgeferry-agent-9.9.9-linux-${os.machine()}.tar.gz`),
        'agent');
    }
    const port = async () => `"tcp://127.0.0.1:${await freePort()}"`;
    fs.writeFileSync(this.file, `
[cluster]
name = "web"
state = "var"
[limits]
system_disk_min = "8 MiB"
data_disk_min = "1 MiB"
[jobs]
boot_proof = "off"
[prices]
currency = "CNY"
disk_gib_month = "720000"
[console]
listen = "${this.host}"
agent_downloads = "agents"
${tables}
[[node]]
name = "controller"
role = "controller"
listen = ${await port()}
[[node]]
name = "transition-1"
role = "transition"
control = ${await port()}
data = ${await port()}
[[node]]
name = "worker-1"
role = "worker"
[[node]]
name = "source"
role = "agent"
disks = [${disks.map((disk) => `"${disk}"`).join(', ')}]
code_file = "source.code"
`);
    this.up();
    this.admin = await this.makeKey('admin');
    this.viewer = await this.makeKey('viewer');
    return this;
  }

  up() { run(program, 'cluster', 'up', this.file, '--detach'); }
  down() { run(program, 'cluster', 'down', this.file); }

  /** Source servers like the one that has registered, until there are so many; while it is down. */
  multiply(count) {
    const script = `
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.row_factory = sqlite3.Row
row = dict(base.execute('SELECT * FROM source').fetchone())
for number in range(1, int(sys.argv[2])):
    row.update(id='s-many%016d' % number, public_key='%040d' % number, name='server-%04d' % number)
    base.execute('INSERT INTO source(%s) VALUES (%s)' % (','.join(row), ','.join('?' * len(row))),
                 list(row.values()))
base.commit()
`;
    run('python3', '-c', script, path.join(this.folder, 'var/controller.db'), String(count));
  }

  /** A controller that has only just started may not answer yet. */
  async makeKey(role) {
    for (let attempt = 0; ; ++attempt) {
      try {
        return JSON.parse(run(program, '--config', this.file, '--json', 'accesskey', 'create',
          '--role', role));
      } catch (error) {
        if (attempt > 100) throw error;
        await pause(300);
      }
    }
  }

  /** As another operator would act, beside the browser. */
  async api(method, target, body) {
    const answer = await fetch(`http://${this.host}/api/v1${target}`, {
      method, body: body && JSON.stringify(body),
      headers: { Authorization: `Bearer ${this.admin.id}.${this.admin.secret}`,
        'Content-Type': 'application/json' },
    });
    return answer.json();
  }

  /** The launcher starts it again. */
  killController() {
    const { nodes } = JSON.parse(run(program, '--json', 'cluster', 'status', this.file));
    process.kill(nodes.find((node) => node.name === 'controller').pid, 'SIGKILL');
  }

  /** What an administrator does on the source server with the code. */
  register(code) {
    const file = path.join(this.folder, 'var/source.code');
    fs.writeFileSync(`${file}.new`, `${code}\n`);
    fs.renameSync(`${file}.new`, file);
  }

  remove() {
    this.down();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
