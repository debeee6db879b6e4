// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A client that has nothing in common with the others: aliyungo, the Go SDK that Debian packages.
// It signs by RPC version 1 and writes a blank as a plus.
'use strict';

const { execFile, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const sources = '/usr/share/gocode';
const packages = 'golang-go and golang-github-denverdino-aliyungo-dev';

/** Builds the program that makes one call into a folder; answers its path, or why there is none. */
function build(folder) {
  if (!fs.existsSync(path.join(sources, 'src/github.com/denverdino/aliyungo'))
      || spawnSync('go', ['version']).status !== 0) {
    return { missing: `SKIPPED: ${packages} are not installed` };
  }
  const program = path.join(folder, 'go-sdk');  // not the name of this module
  const env = {
    ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOPATH: sources,
    GOCACHE: path.join(folder, 'go-sdk-cache'),
  };
  const done = spawnSync('go', ['build', '-o', program, path.join(__dirname, 'aliyungo.go')],
    { env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`aliyungo.go: ${done.stderr}`);
  return { program };
}

class GoSdk {
  constructor(program, service, version, who = service.key) {
    this.program = program;
    this.words = [`http://${service.host}/`, version, who.id, who.secret];
  }

  call(action, parameters = {}) {
    const words = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
    const input = JSON.stringify({ Action: action, Parameters: Object.fromEntries(words) });
    return new Promise((resolve, reject) => {
      const child = execFile(this.program, this.words, (error, output) => {
        if (error) return reject(error);
        const told = JSON.parse(output);
        if (told.Answer) return resolve(told.Answer);
        return reject(Object.assign(new Error(told.Message), { code: told.Code }));
      });
      child.stdin.end(input);
    });
  }
}

module.exports = { GoSdk, build };
