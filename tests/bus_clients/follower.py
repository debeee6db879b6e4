# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""follower.py ENDPOINT BUS_KEY ACCESS_KEY SECRET: prints every event as a line of JSON."""

import json
import sys

from edgeferry_bus import Bus

for event in Bus(*sys.argv[1:5]).follow(0):
    print(json.dumps(event), flush=True)
