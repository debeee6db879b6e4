# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""example.py ENDPOINT BUS_KEY ACCESS_KEY SECRET: prints all jobs, and then what happens."""

import sys

from edgeferry_bus import Bus, BusError

bus = Bus(*sys.argv[1:5])
while True:
    everything = bus.snapshot()
    for job in everything["jobs"]:
        print(job["id"], job["settings"]["name"], job["status"])
    try:
        for event in bus.follow(everything["seq"]):
            print(event["seq"], event["job"] or event["subject"], event["type"], event["text"])
            if event["type"] == "event.job_failed":
                job = bus.call("getJob", {"job": event["job"]})
                print("  ", job["error"], "Fix:", job["fix"])
    except BusError as refused:
        if refused.name != "events_gone":
            raise
