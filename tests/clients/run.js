// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// run.js EMULATOR FOLDER: installs the clients that package-lock.json names into FOLDER, unless
// they are there, and has them judge the emulator. Says SKIPPED if node is too old.
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const [emulator, folder] = process.argv.slice(2);
const oldest = 18;

function run(program, words) {
  const done = spawnSync(program, words, { cwd: folder, stdio: 'inherit' });
  if (done.error) console.error(`${program}: ${done.error.message}`);
  return done.status === 0;
}

/** Installed for this lock file: the stamp is written when all is there. */
function install() {
  const lock = fs.readFileSync(path.join(__dirname, 'package-lock.json'));
  const digest = crypto.createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(folder, 'node_modules', '.installed');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) return true;
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!run('npm', words)) {
    console.error('The clients could not be installed. Fix: install npm (scripts/install-packages '
      + '--clients) and check that the npm registry can be reached.');
    return false;
  }
  fs.writeFileSync(stamp, digest);
  return true;
}

/** They mostly wait, so they run side by side; each one's words come when it has ended. */
function judge(file) {
  const env = { ...process.env, CLOUD_EMULATOR: emulator };
  const test = spawn(process.execPath, [file], { cwd: folder, env });
  const said = [];
  test.stdout.on('data', (piece) => said.push(piece));
  test.stderr.on('data', (piece) => said.push(piece));
  return new Promise((resolve) => test.on('close', (status) => {
    process.stdout.write(Buffer.concat(said));
    resolve(status === 0);
  }));
}

if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.log(`SKIPPED: node ${process.versions.node} is too old, ${oldest} or later is needed.`);
  process.exit(0);
}
fs.mkdirSync(folder, { recursive: true });
for (const name of fs.readdirSync(__dirname)) {
  if (name !== 'node_modules') fs.copyFileSync(path.join(__dirname, name), path.join(folder, name));
}
if (!install()) process.exit(1);
const files = fs.readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
Promise.all(files.map(judge)).then((good) => process.exit(good.every((one) => one) ? 0 : 1));
