// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of an emulated ECS are chosen in the browser and become source servers: Cloud Assistant
// downloads the agent from the console on each, installs it and registers it, for real.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after, before, test } from 'node:test';

import { checkAccess, checkWidth, logIn, openBrowser, picture } from './browser.js';
import { Cluster, makeDisk, mib, program } from './cluster.js';

let browser;
let cluster;
let cloud;
let page;

class EmulatedCloud {
  async start() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'web-cloud-'));
    const disk = path.join(this.folder, 'system.raw');
    makeDisk(disk, 32 * mib, mib);
    const boot = path.join(this.folder, 'boot');
    // What an instance installs is its own, and ends with it.
    fs.writeFileSync(boot, `#!/bin/sh
export EDGEFERRY_REGISTER='--disk ${disk}'
[ -z "$4" ] || exec nsenter --target "$4" --mount --pid="/proc/$4/ns/pid_for_children" sh "$3"
exec unshare --mount --pid --mount-proc --fork --kill-child=KILL sh -c '
for place in /opt /usr/local/bin /var/lib /etc/systemd/system; do mount -t tmpfs none $place; done
exec sh "$0"' "$3"
`, { mode: 0o755 });
    this.process = spawn(path.join(path.dirname(program), 'cloud_emulator'),
      ['--folder', path.join(this.folder, 'world'), '--key', 'test-id:test-secret',
        '--tick-ms', '100', '--boot-command', boot], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(readline.createInterface(this.process.stdout), 'line');
    Object.assign(this, JSON.parse(line));
    return this;
  }

  async control(target, body) {
    const answer = await fetch(`http://127.0.0.1:${this.control_port}${target}`,
      { method: 'POST', body: JSON.stringify(body) });
    assert.equal(answer.status, 200, target);
    return answer.json();
  }

  async remove() {
    this.process.kill();
    await once(this.process, 'exit');
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

before(async () => {
  cloud = await new EmulatedCloud().start();
  const region = 'cn-beijing';
  await cloud.control('/instances', { region, InstanceName: 'shop' });
  await cloud.control('/instances', { region, InstanceName: 'office', Status: 'Stopped' });
  process.env.ALIBABA_CLOUD_ACCESS_KEY_ID = 'test-id';
  process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET = 'test-secret';
  const tables = `[ecs_import]\nkind = "ecs"\nregion = "${region}"\n`
    + `endpoint = "http://127.0.0.1:${cloud.port}"\n`;
  [cluster, browser] = await Promise.all(
    [new Cluster().start({ tables, archive: true }), openBrowser()]);
  page = await browser.open(cluster.host);
  await logIn(page, cluster.admin);
});
after(async () => {
  await browser?.close();
  cluster?.remove();
  await cloud?.remove();
});

async function openInstances() {
  await page.goto(`http://${cluster.host}/#/import`);
  await page.getByLabel('Source type').selectOption('ecs');
}

test('whoever lacks a policy is told which', async () => {
  await openInstances();
  await cloud.control('/faults', { action: 'DescribeInstances', kind: 'error', status: 403,
    code: 'Forbidden.RAM', message: 'User not authorized to operate on the specified resource.' });
  await page.getByRole('button', { name: 'Show instances' }).click();
  await page.getByRole('alert').getByText('AliyunECSReadOnlyAccess').first().waitFor();
});

test('instances are searched, and those that can not be imported say why', async () => {
  await page.getByRole('button', { name: 'Show instances' }).click();
  const rows = page.locator('main tbody tr');
  await rows.nth(1).waitFor();
  assert.ok(await page.getByLabel('Select office').isDisabled());
  await rows.filter({ hasText: 'office' }).getByText('must be Running').waitFor();
  await checkAccess(page, 'instances');
  await checkWidth(page, 'instances');
  await picture(page, 'instances');
  await page.getByLabel('Search').fill('SHOP');
  await page.getByRole('button', { name: 'Show instances' }).click();
  await rows.nth(1).waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 1);
});

test('the chosen ones become source servers, with tags and their group', async () => {
  await page.getByRole('button', { name: 'Select all that can be imported' }).click();
  await page.getByText('1 selected').waitFor();
  await page.getByLabel('Resource group').fill('rg-ecs');
  await page.getByLabel('Key', { exact: true }).fill('tier');
  await page.getByLabel('Value', { exact: true }).fill('web');
  await page.getByRole('button', { name: 'Add tag' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('1 of 1 imported, 0 failed').waitFor();
  await checkAccess(page, 'an import');
  await picture(page, 'imported');
  const { sources } = await cluster.api('GET', '/sources');
  assert.equal(sources.length, 1);
  assert.deepEqual(sources[0].tags, [{ key: 'tier', value: 'web' }]);
  assert.equal(sources[0].resource_group, 'rg-ecs');
  await page.getByRole('link', { name: sources[0].id }).click();
  await page.getByRole('heading', { name: 'source01' }).waitFor();
  // It is known again, and nobody imports it twice.
  await openInstances();
  await page.getByRole('button', { name: 'Show instances' }).click();
  await page.getByLabel('Select shop').waitFor();
  assert.ok(await page.getByLabel('Select shop').isDisabled());
});

test('no page has complained', () => assert.deepEqual(browser.complaints, []));
