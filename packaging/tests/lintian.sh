# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/package-test.
test_lintian() {
  expect "lintian finds no error" lintian --allow-root --fail-on error \
    "$packages/edgeferry_$version-1_amd64.deb" "$packages/edgeferry-agent_$version-1_amd64.deb"
}
