// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "downloads/install_script.hpp"

#include <algorithm>

#include "downloads/limits.hpp"

namespace ferry {
namespace {

constexpr std::size_t code_bytes_max = 256;

/// A word of the shell: nothing in it is anything but text.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return word + '\'';
}

Result<> check_code(const std::string& code) {
  const bool good =
      !code.empty() && code.size() <= code_bytes_max && std::ranges::all_of(code, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (good) return {};
  return fail(Errc::invalid_argument, "that is no activation code",
              "give it as 'edgeferry activation create' has printed it");
}

/// A file "$d/i" that is the script or nothing, then the script; the code is no argument of
/// anything. What EDGEFERRY_REGISTER has are arguments: sudo lets no variable through.
std::string line(const std::string& fetch, const DownloadPlace& place, const std::string& sha256,
                 const std::string& code) {
  return "(d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT && " + fetch + " " +
         shell_word(place.url + "/install.sh") + " && { echo " + shell_word(sha256 + "  ") +
         "\"$d/i\" | sha256sum -c >/dev/null || { echo 'install.sh is not the one that this "
         "command was made for: copy the command anew' >&2; exit 1; }; } && echo " +
         code +
         " | $([ \"$(id -u)\" = 0 ] || command -v sudo) sh \"$d/i\" ${EDGEFERRY_REGISTER:-})";
}

constexpr std::string_view begin = R"sh(#!/bin/sh
# Made by an edgeferry controller: downloads its agent, installs it, and registers this server with
# the activation code that is read from standard input. May be run again. Its arguments are more
# words of `edgeferry-agent register`, such as --disk.
set -u
words=$*
umask 022
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
)sh";

constexpr std::string_view checks = R"sh(
die() {
  echo "install.sh: $*" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || die "needs root, to read this server's disks: run the command as root"
[ "$(uname -s)" = Linux ] || die "this is $(uname -s); the agent is for Linux"
machine=$(uname -m)
choose
[ -n "$file" ] || die "this is a $machine, and the controller has agents for:$offered"
IFS= read -r code || true
case $code in
  efc1-*) ;;
  *) die "found no activation code on standard input: copy the whole command again" ;;
esac
for program in tar gzip mktemp df; do
  command -v "$program" >/dev/null 2>&1 || die "needs the program $program: install it first"
done

place=/opt/edgeferry-agent
work=$(mktemp -d) || die "can't make a temporary folder in ${TMPDIR:-/tmp}"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# room FOLDER: whether the agent fits there.
room() {
  free=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ -z "$free" ] || [ "$free" -ge "$needed_kib" ] ||
    die "no space: $1 has $free KiB free, and the agent needs $needed_kib KiB"
}
room "$work"
mkdir -p "$place" || die "can't make $place"
room "$place"

fetch() {
  if command -v curl >/dev/null 2>&1; then
    set -- -fsS --retry 5 --connect-timeout 20 -o "$work/archive" "$url/$file"
    [ -z "$pin" ] || { curl -k --pinnedpubkey "sha256//$pin" "$@" && return; }
    # 2, 4: this curl is too old to pin a key. The digest below tells all the same.
    case $? in 2 | 4) curl -k "$@" && return ;; esac
    [ -n "$pin" ] || { curl "$@" && return; }
  elif command -v wget >/dev/null 2>&1; then
    if [ -n "$pin" ]; then set -- --no-check-certificate; else set --; fi
    wget -q "$@" -O "$work/archive" "$url/$file" && return
  else
    die "needs curl or wget: install one of them first"
  fi
  die "can't download $url/$file: is the controller reached from here?"
}
digest() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 "$1" | sed 's/.* //'
  else
    die "needs sha256sum or openssl: install one of them first"
  fi
}
fetch
found=$(digest "$work/archive")
[ "$found" = "$sha256" ] ||
  die "the download is damaged: SHA-256 is $found and must be $sha256; run the command again"

mkdir "$work/unpacked"
gzip -dc "$work/archive" | tar -xf - -C "$work/unpacked" || die "can't unpack the agent"
rm -f "$work/archive"
[ -x "$work/unpacked/${file%.tar.gz}/install.sh" ] || die "the archive is none of the agent"
"$work/unpacked/${file%.tar.gz}/install.sh" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  die "the agent can't be installed, see above"
}

agent=$place/current/edgeferry-agent
if [ -d /run/systemd/system ]; then
  how=--service
  # One that runs here already holds its registration.
  systemctl stop edgeferry-agent.service >/dev/null 2>&1
else
  how=--background
  "$agent" --abort >/dev/null 2>&1
fi
rm -rf "$work"
set -f
# shellcheck disable=SC2086  # they are words
echo "$code" | "$agent" register --controller "$controller" --code-file - "$how" \
  $words ||
  die "the agent is installed, and this server is not registered: see above"
)sh";

std::uint64_t needed_kib(const AgentArchive& archive) {
  return archive.bytes * limits::unpacked_times / limits::kib;
}

}  // namespace

std::string install_script(const DownloadPlace& place, const std::vector<AgentArchive>& archives) {
  std::string offered;
  std::string cases;
  for (const auto& archive : archives) {
    offered += ' ' + archive.architecture;
    cases += "    " + archive.architecture + ")\n      file=" + shell_word(archive.file) +
             "\n      sha256=" + archive.sha256 +
             "\n      needed_kib=" + std::to_string(needed_kib(archive)) + "\n      ;;\n";
  }
  return std::string{begin} + "\nurl=" + shell_word(place.url) + "\npin=" + shell_word(place.pin) +
         "\ncontroller=" + shell_word(place.controller) + "\noffered=" + shell_word(offered) +
         "\nfile='' sha256='' needed_kib=0\nchoose() {\n  case $machine in\n" + cases +
         "    *) ;;\n  esac\n}\n" + std::string{checks};
}

Result<std::string> curl_command(const DownloadPlace& place, const std::string& sha256,
                                 const std::string& code) {
  if (auto good = check_code(code); !good) return fail(good.error());
  const auto pin =
      place.pin.empty() ? "" : "k --pinnedpubkey " + shell_word("sha256//" + place.pin);
  return line("curl -fsS" + std::string{pin} + " -o \"$d/i\"", place, sha256, code);
}

Result<std::string> wget_command(const DownloadPlace& place, const std::string& sha256,
                                 const std::string& code) {
  if (auto good = check_code(code); !good) return fail(good.error());
  const auto unpinned = place.pin.empty() ? "" : " --no-check-certificate";
  return line("wget -q" + std::string{unpinned} + " -O \"$d/i\"", place, sha256, code);
}

}  // namespace ferry
