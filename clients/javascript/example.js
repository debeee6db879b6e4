// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// example.js ENDPOINT BUS_KEY ACCESS_KEY SECRET: prints all jobs, and then what happens.
'use strict';

const { Bus } = require('./edgeferry_bus');

async function main([endpoint, serverKey, accessKey, secret]) {
  const bus = new Bus({ endpoint, serverKey, accessKey, secret });
  for (;;) {
    const { seq, jobs } = await bus.snapshot();
    for (const job of jobs) console.log(job.id, job.settings.name, job.status);
    try {
      for await (const event of bus.follow(seq)) {
        console.log(event.seq, event.job || event.subject, event.type, event.text);
      }
    } catch (error) {
      if (error.name !== 'events_gone') throw error;
    }
  }
}

main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(1); });
