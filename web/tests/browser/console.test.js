// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The console as people use it: a real browser, a real controller, a real migration.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { checkAccess, checkWidth, logIn, openBrowser, picture } from './browser.js';
import { Cluster, pause } from './cluster.js';

/** All is as new as it can be. */
const live = '.connection.live';
const hostile = '<img src=x onerror=alert(1)>\u202e\u05e2\u05d1\u05e8';
let browser;
let cluster;
let page;
let job;

before(async () => {
  [cluster, browser] = await Promise.all([new Cluster().start(), openBrowser()]);
  page = await browser.open(cluster.host);
});
after(async () => {
  await browser?.close();
  cluster?.remove();
});

const state = (name) => page.locator('main .badge', { hasText: name }).first();
const jobNow = () => cluster.api('GET', `/jobs/${job}`);

async function confirm(action) {
  await page.getByRole('button', { name: action, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
}

test('a wrong key is refused in words, and a right one opens the console', async () => {
  await picture(page, 'login');
  await checkAccess(page, 'login');
  await page.getByLabel('Access key ID').fill(cluster.admin.id);
  await page.getByLabel('Secret').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').getByText('secret is another one').waitFor();
  await logIn(page, cluster.admin);
  await page.getByText('No source servers yet').waitFor();
  await picture(page, 'empty');
});

test('a generated code has one command, and the server that uses it shows up by itself',
  async () => {
    await page.getByRole('link', { name: 'Import source' }).first().click();
    await page.getByLabel(/^Quota/).fill('5');
    await page.getByLabel(/^Resource group/).fill('rg-web');
    await page.getByLabel('Key', { exact: true }).fill('site');
    await page.getByLabel('Value', { exact: true }).fill('hangzhou');
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('button', { name: 'Generate activation code' }).click();
    const command = await page.locator('.command pre').textContent();
    assert.match(command, /curl -fsS.* 'http:\/\/\S+\/agent\/install\.sh' .*sha256sum -c.* \| .*sh "/);
    await checkAccess(page, 'import');
    await picture(page, 'import');
    await page.getByLabel('Download with').selectOption('wget');
    assert.match(await page.locator('.command pre').textContent(), /wget -q -O /);
    cluster.register(command.match(/echo (efc1-\S+) \|/)[1]);
    await page.getByRole('link', { name: 'source01' }).waitFor();
    const { activations } = await cluster.api('GET', '/activations');
    assert.equal(activations[0].quota, 5);
    const [source] = (await cluster.api('GET', '/sources')).sources;
    assert.deepEqual(source.tags, [{ key: 'site', value: 'hangzhou' }]);
    assert.equal(source.resource_group, 'rg-web');
    await page.getByLabel('Source type').selectOption('ecs');
    await page.getByText('The cluster file names no account of Alibaba Cloud').waitFor();
    await checkAccess(page, 'import of ECS instances');
  });

test('names and tags are text, whatever is in them', async () => {
  const [source] = (await cluster.api('GET', '/sources')).sources;
  await cluster.api('PATCH', `/sources/${source.id}`, { name: 'x'.repeat(128),
    tags: { put: [{ key: hostile, value: '<b>1</b>' }] } });
  await page.getByRole('link', { name: 'Edge node migration' }).first().click();
  await page.locator('.tags').getByText(hostile.slice(0, 28)).first().waitFor();
  await checkWidth(page, 'a long name');
  assert.equal(await page.locator('main img, main b:not(.sub b)').count(), 0);
  await picture(page, 'hostile');
  await cluster.api('PATCH', `/sources/${source.id}`, { name: 'source01' });
});

test('the wizard starts a migration only once it was confirmed', async () => {
  await page.getByRole('link', { name: 'Start migration' }).click();
  await page.getByLabel('Job name').fill('web-1');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Change sizes and layout').check();
  await page.getByText('This layout fits.').waitFor();
  await checkAccess(page, 'disks');
  await picture(page, 'disks');
  await page.getByLabel('Size (GiB)').first().fill('0.01');
  await page.getByLabel('Size (GiB)').first().blur();
  await page.getByText('This layout is refused:').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Next' }).isDisabled());
  await page.getByLabel('Keep the layout of the source').check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel(/^Speed limit/).fill('8');
  await page.getByRole('button', { name: 'Next' }).click();
  const start = page.getByRole('button', { name: 'Start migration' });
  assert.ok(await start.isDisabled());
  await picture(page, 'confirm');
  await checkAccess(page, 'confirm');
  await page.getByLabel('I have read and confirmed this.').check();
  await start.click();
  await page.getByRole('heading', { name: 'web-1' }).waitFor();
  job = (await cluster.api('GET', '/jobs')).jobs[0].id;
  assert.equal((await jobNow()).settings.transfer.bandwidth_mbps, 8);
});

test('progress comes by itself, on the page of the job and in the list', async () => {
  await page.getByText('Syncing', { exact: false }).first().waitFor();
  const bar = page.locator('.overview [role=progressbar]');
  const first = Number(await bar.getAttribute('aria-valuenow'));
  await page.waitForFunction((was) => Number(document.querySelector('.overview [role=progressbar]')
    .getAttribute('aria-valuenow')) > was, first);
  await page.getByText('The speed limit of this job is what slows it down.').waitFor();
  await page.getByRole('img', { name: /^Map of System disk: \d+ of \d+ parts are done$/ })
    .waitFor();
  await page.getByText(/^So far about \S+ CNY, and \S+ CNY per hour/).waitFor();
  await page.getByText('Goes with the job, or when it is cancelled.').waitFor();
  await picture(page, 'running');
  await checkAccess(page, 'running');
  await page.getByRole('link', { name: 'All migrations' }).click();
  await page.locator('.speed', { hasText: 'Mbit/s' }).waitFor();
  await page.locator('.left', { hasText: /\d/ }).waitFor();
  await picture(page, 'list');
  await checkAccess(page, 'list');
  await page.getByRole('cell').getByRole('link', { name: 'source01' }).first().click();
});

test('two who act at once: the later one is told, and nothing is done', async () => {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Pause' }).waitFor();
  await cluster.api('PATCH', `/jobs/${job}`, { description: 'changed by somebody else' });
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await dialog.getByText('Somebody changed this job meanwhile').waitFor();
  await picture(page, 'stale');
  assert.equal((await jobNow()).status, 'Running');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('changed by somebody else', { exact: true }).waitFor();
});

test('a migration is paused and modified', async () => {
  await confirm('Pause');
  await state('Paused').waitFor();
  assert.equal((await jobNow()).status, 'Stopped');
  await page.getByRole('button', { name: 'Modify' }).click();
  await page.getByRole('dialog').getByLabel(/^Speed limit/).fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await jobNow()).settings.transfer.bandwidth_mbps, 0);
  await page.getByText('Settings changed: speed limit: none').waitFor();
});

test('over a slow network a change is shown under way, and is done once', async () => {
  const changes = async () => (await cluster.api('GET', '/audit')).entries
    .filter(({ action }) => action === 'modifyJob').length;
  const before = await changes();
  await page.getByRole('button', { name: 'Modify' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Speed limit/).fill('7');
  const network = await page.context().newCDPSession(page);
  await network.send('Network.emulateNetworkConditions',
    { offline: false, latency: 1500, downloadThroughput: 8192, uploadThroughput: 8192 });
  const save = dialog.getByRole('button', { name: 'Save' });
  await save.dblclick();
  assert.ok(await save.isDisabled(), 'it can be asked for again meanwhile');
  await picture(page, 'slow');
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await jobNow()).settings.transfer.bandwidth_mbps, 7);
  assert.equal(await changes(), before + 1);
  await network.send('Network.emulateNetworkConditions',
    { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await network.detach();
  await page.locator(live).waitFor();
});

test('an error tells its code, who must act and what next, and a retry goes on', async () => {
  fs.renameSync(cluster.disk, `${cluster.disk}.away`);
  await confirm('Resume');
  await page.getByRole('heading', { name: 'Troubleshoot' }).waitFor();
  const trouble = page.locator('.trouble');
  await trouble.getByText(/^FERRY-2\d\d\d$/).waitFor();
  await trouble.getByText('the administrator of the source server').waitFor();
  await trouble.getByText('Next step').waitFor();
  await picture(page, 'trouble');
  await checkAccess(page, 'trouble');
  const cookies = await page.context().cookies();
  for (const [size, language] of [['laptop', 'zh'], ['phone', 'ja']]) {
    const other = await browser.open(cluster.host, { size, language, cookies });
    await other.goto(`http://${cluster.host}/#/jobs/${job}`);
    const told = other.locator('.trouble');
    await told.locator('dd strong', { hasText: /[\u3040-\u9fff]/ }).waitFor();
    await told.locator('dd p', { hasText: /[\u3040-\u9fff]/ }).waitFor();
    assert.equal(await told.locator('dd[lang=en]').textContent(), (await jobNow()).error);
    await picture(other, `trouble-${language}`);
    await checkWidth(other, `trouble in ${language}`);
    await checkAccess(other, `trouble in ${language}`);
    await other.context().close();
  }
  fs.renameSync(`${cluster.disk}.away`, cluster.disk);
  await page.locator('.trouble').getByRole('button', { name: 'Retry migration' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry migration' }).click();
  await state('Completed').waitFor({ timeout: 120_000 });
  const now = await jobNow();
  await page.locator('.image').getByText(now.image).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download certificate' }).click()]);
  assert.match(download.suggestedFilename(), /certificate\.json$/);
  await checkAccess(page, 'done');
});

test('servers are put together into a workgroup, and the ledger of all shows what is held',
  async () => {
    await page.getByRole('link', { name: 'Workgroups' }).click();
    await page.getByRole('button', { name: 'Create workgroup' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('wave-1');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'wave-1' }).waitFor();
    await page.getByRole('button', { name: 'Add source servers' }).click();
    await dialog.getByLabel('source01').check();
    await dialog.getByRole('button', { name: 'Add source servers' }).click();
    await page.locator('main').getByRole('link', { name: 'source01' }).waitFor();
    await page.locator('main .badge', { hasText: 'Completed' }).waitFor();
    await picture(page, 'workgroups');
    await checkAccess(page, 'workgroups');
    await page.getByRole('link', { name: 'Temporary resources' }).click();
    await page.getByText('There are no temporary resources.').waitFor();
    await page.getByLabel('Show ended ones, too').check();
    await page.locator('main td', { hasText: 'Target disks' }).first().waitFor();
    await picture(page, 'resources');
    await checkAccess(page, 'resources');
    await page.getByRole('link', { name: 'Edge node migration' }).first().click();
    await page.getByRole('cell').getByRole('link', { name: 'source01' }).first().click();
  });

test('a webhook is added, its secret shown once, and tested', async () => {
  let signature;
  const receiver = http.createServer((request, answer) => {
    signature = request.headers['webhook-signature'];
    request.resume().on('end', () => answer.end());
  });
  await new Promise((resolve) => { receiver.listen(0, '127.0.0.1', resolve); });
  await page.getByRole('link', { name: 'Notifications' }).click();
  await page.getByText('Nobody is told yet.').waitFor();
  await page.getByRole('button', { name: 'Add a receiver' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Told by').selectOption('webhook');
  await dialog.getByLabel('URL').fill(`http://127.0.0.1:${receiver.address().port}/told`);
  await dialog.getByLabel('Name').fill('chat');
  await dialog.getByLabel('completed').uncheck();
  await picture(page, 'notify');
  await checkAccess(page, 'notify');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText(/^whsec_/).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const row = page.getByRole('row', { name: /chat/ });
  await row.getByText('error, stalled, resource leaked, source offline').waitFor();
  await page.getByRole('button', { name: 'Send a test: chat' }).click();
  await dialog.getByRole('button', { name: 'Send a test' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.match(signature, /^v1,/);
  receiver.close();
  await page.goto(`http://${cluster.host}/#/jobs/${job}`);
});

test('a dead controller is told, and the page goes on by itself once it is back', async () => {
  cluster.killController();
  await page.locator('.connection.reconnecting').waitFor();
  await page.getByText('What you see is from').waitFor();
  await picture(page, 'reconnecting');
  await page.locator(live).waitFor();
  await state('Completed').waitFor();
});

test('the mark of the connection is green only while what is shown is live', async () => {
  const other = await browser.open(cluster.host);
  let answer;
  const asked = new Promise((resolve) => { answer = resolve; });
  await other.route('**/api/v1/events', async (route) => { await asked; await route.continue(); });
  await logIn(other, cluster.viewer);
  const colour = (of) => other.locator(`${of} .dot`)
    .evaluate((dot) => getComputedStyle(dot).backgroundColor);
  const connecting = await colour('.connection.connecting');
  answer();
  assert.notEqual(await colour(live), connecting);
  await other.context().close();
});

test('a viewer is offered nothing that changes anything', async () => {
  const other = await browser.open(cluster.host);
  await logIn(other, cluster.viewer);
  await other.locator('main .badge', { hasText: 'Completed' }).first().waitFor();
  assert.equal(await other.locator('main button, main input[type=checkbox]').count(), 0);
  assert.equal(await other.getByRole('link', { name: 'Audit log' }).count(), 0);
  await other.context().close();
});

test('every page is whole in each shape and language', async () => {
  const cookies = await page.context().cookies();
  const [source] = (await cluster.api('GET', '/sources')).sources;
  const pages = { list: 'migrations', job: `jobs/${job}`, source: `sources/${source.id}`,
    activations: 'activations', notifications: 'notifications', tags: 'tags', cluster: 'cluster', keys: 'keys', audit: 'audit',
    import: 'import', workgroups: 'workgroups', resources: 'resources',
    start: `start/${source.id}` };
  for (const [size, theme, language] of [['laptop', 'dark', 'zh'], ['phone', 'dark', 'ja'],
    ['phone', 'light', 'en'], ['laptop', 'light', 'en']]) {
    const other = await browser.open(cluster.host, { size, theme, language, cookies });
    for (const [name, target] of Object.entries(pages)) {
      const title = `${name}-${size}-${theme}-${language}`;
      await other.goto(`http://${cluster.host}/#/${target}`);
      await other.locator('main h1').first().waitFor();
      await other.locator(live).waitFor();
      await pause(300);
      await picture(other, title);
      await checkWidth(other, title);
      await checkAccess(other, title);
    }
    await other.context().close();
  }
});

test('an ended session leads to the log-in, and what it asked for is not done', async () => {
  const codes = async () => (await cluster.api('GET', '/activations')).activations.length;
  const before = await codes();
  await page.goto(`http://${cluster.host}/#/import`);
  await page.getByLabel(/^Quota/).fill('7');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Generate activation code' }).click();
  await page.getByText('Your session has ended').waitFor();
  assert.equal(await codes(), before);
});

test('no page has complained, and none has asked another host', () => {
  assert.deepEqual(browser.complaints, []);
});
