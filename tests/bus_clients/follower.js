// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// follower.js ENDPOINT BUS_KEY ACCESS_KEY SECRET: starts the first job that it finds, after someone
// has made one, and prints every event as a line of JSON.
'use strict';

const { Bus } = require('./edgeferry_bus');

async function main([endpoint, serverKey, accessKey, secret]) {
  const bus = new Bus({ endpoint, serverKey, accessKey, secret });
  for await (const event of bus.follow(0)) {
    console.log(JSON.stringify(event));
    if (event.type === 'event.job_created') {
      const { status } = await bus.call('getJob', { job: event.job });
      if (status === 'Ready') await bus.call('startJob', { job: event.job });
    }
  }
}

main(process.argv.slice(2)).catch((error) => { console.error(error); process.exit(1); });
