// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/borrowed_scripts.hpp"

namespace ferry {
namespace {

std::string begin(std::string_view token) {
  return "#!/bin/sh\numask 077\ntoken='" + std::string{token} +
         "'\nrun=/run/edgeferry-$token\n"
         "state=${EDGEFERRY_STATE:-/var/lib/edgeferry-$token}\n"
         "service=edgeferry-machine-$token.service\n"
         // A number that somebody else has by now is left alone.
         "leader() {\n"
         "  pid=$(cat \"$run/pid\" 2>/dev/null) && grep -q \"$run/words\" \"/proc/$pid/cmdline\" "
         "2>/dev/null\n"
         "}\n";
}

}  // namespace

std::string start_script(std::string_view token, std::string_view serial, std::string_view words) {
  return begin(token) +
         "if ! command -v edgeferry >/dev/null; then\n"
         "  echo 'edgeferry is not installed on this instance'\n"
         "  exit 127\n"
         "fi\n"
         "leader && exit 0\n"
         "systemctl is-active --quiet \"$service\" 2>/dev/null && exit 0\n"
         "mkdir -p \"$run\" || exit 1\n"
         "cat >\"$run/words\" <<'END-OF-WORDS'\n" +
         std::string{words} +
         "END-OF-WORDS\n"
         "export EDGEFERRY_STATE=\"$state\"\n"
         "export EDGEFERRY_STORAGE=\"${EDGEFERRY_DISKS:-/dev/disk/by-id/virtio-}" +
         std::string{serial} +
         "\"\n"
         "setsid sh \"$run/words\" >\"$run/log\" 2>&1 </dev/null &\n"
         "echo $! >\"$run/pid\"\n";
}

std::string stop_script(std::string_view token) {
  return begin(token) +
         // Of its process group, but for those that nobody has waited for yet.
         "alive() { grep -qs \") [^ZX] [0-9]* $pid \" /proc/[0-9]*/stat; }\n"
         "if leader; then\n"
         "  kill -TERM \"-$pid\"\n"
         "  tries=200\n"
         "  while alive && [ $tries -gt 0 ]; do\n"
         "    sleep 0.1\n"
         "    tries=$((tries - 1))\n"
         "  done\n"
         "  kill -KILL \"-$pid\" 2>/dev/null\n"
         "fi\n"
         // What the leader has left to systemd; after it, which would do so again.
         "if [ -d /run/systemd/system ]; then\n"
         "  cd /etc/systemd/system || exit 1\n"
         "  rm -f \"multi-user.target.wants/$service\" \"$service\"\n"
         "  systemctl daemon-reload\n"
         "  systemctl stop \"$service\" 2>/dev/null\n"
         "  systemctl reset-failed \"$service\" 2>/dev/null\n"
         "fi\n"
         // Nodes whose launcher was killed before.
         "for process in $(grep -ls \"$token-\\(transition\\|worker\\)\" /proc/[0-9]*/cmdline); "
         "do\n"
         "  process=${process#/proc/}\n"
         "  kill -KILL \"${process%/cmdline}\" 2>/dev/null\n"
         "done\n"
         "if mountpoint -q \"$state\"; then\n"
         "  umount \"$state\" || umount --lazy \"$state\" || exit 1\n"
         "fi\n"
         "rmdir \"$state\" 2>/dev/null\n"
         "rm -rf \"$run\"\n";
}

}  // namespace ferry
