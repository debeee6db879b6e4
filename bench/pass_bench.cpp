// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The data plane alone, as two processes, for side-by-side measurements with
// other copiers of disks and of files:
//   pass_bench recv --port P --target F --table F --size N [--streams N] [--plain]
//   pass_bench send --port P --source F --table F [--level N] [--streams N] [--plain]
//                   [--adaptive] [--used-by-ext4 yes] [--mbps N]
//   pass_bench recv-tree --port P --target FOLDER [--plain]
//   pass_bench send-tree --port P --source FOLDER [--level N] [--adaptive] [--plain]
//                        [--digests] [--mbps N]
// All take --secret HEX (32 bytes). The sender prints one line of JSON; the
// receiver ends once every stream has ended its pass.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <ext2fs/ext2fs.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "replication/data_server.hpp"
#include "replication/pass.hpp"
#include "replication/tree_pass.hpp"

namespace {

using namespace ferry;
using Options = std::map<std::string, std::string>;

constexpr std::uint64_t session_id = 1;

std::string text(const Options& options, const std::string& name, const std::string& otherwise) {
  const auto it = options.find(name);
  return it != options.end() ? it->second : otherwise;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long rss_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

SessionKey session_key(const Options& options) {
  const auto secret = from_hex(text(options, "secret", std::string(64, '5')));
  return {session_id, secret.value_or(std::string{}), options.count("plain") == 0, 1};
}

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  return 1;
}

/// The blocks that the ext4 file system in the image has in use.
std::vector<Extent> used_by_ext4(const std::string& path, std::uint64_t disk_bytes) {
  std::vector<Extent> used;
  ext2_filsys fs = nullptr;
  if (ext2fs_open(path.c_str(), EXT2_FLAG_64BITS, 0, 0, unix_io_manager, &fs) != 0) {
    return {{0, disk_bytes}};
  }
  const std::uint64_t block = fs->blocksize;
  const blk64_t total = ext2fs_blocks_count(fs->super);
  if (ext2fs_read_block_bitmap(fs) != 0 || block % limits::granule_bytes != 0) {
    ext2fs_close(fs);
    return {{0, disk_bytes}};
  }
  for (blk64_t at = 0; at < total;) {
    blk64_t first = 0;
    blk64_t last = total;
    if (ext2fs_find_first_set_block_bitmap2(fs->block_map, at, total - 1, &first) != 0) break;
    if (ext2fs_find_first_zero_block_bitmap2(fs->block_map, first, total - 1, &last) != 0) {
      last = total;
    }
    used.push_back({first * block, (last - first) * block});
    at = last;
  }
  ext2fs_close(fs);
  if (total * block < disk_bytes) used.push_back({total * block, disk_bytes - total * block});
  return used;
}

/// Serves the session that `open` opens until all of its streams have ended their pass.
template <class Open>
int serve(const Options& options, const SessionKey& key, std::uint32_t streams, const Open& open) {
  DataServerOptions server_options;
  server_options.endpoint = "tcp://127.0.0.1:" + text(options, "port", "*");
  server_options.allow_plain = !key.sealed;
  auto server = DataServer::start(server_options);
  if (!server) return complain(server.error());
  if (auto done = open(**server); !done) return complain(done.error());
  std::fprintf(stderr, "%s\n", (*server)->endpoint().c_str());
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    const auto stats = (*server)->stats(session_id).value();
    if (stats.failure) return complain(*stats.failure);
    if (stats.passes_ended < streams) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the last answer leaves
    std::printf("{\"cpu_s\": %.2f, \"rss_mib\": %ld, \"written\": %llu}\n", cpu_seconds(),
                rss_kib() / 1024, static_cast<unsigned long long>(stats.bytes_written));
    return 0;
  }
}

int receive(const Options& options) {
  const auto bytes = std::strtoull(text(options, "size", "0").c_str(), nullptr, 10);
  const auto key = session_key(options);
  auto target = TargetDisk::open({.path = text(options, "target", ""),
                                  .table_path = text(options, "table", ""),
                                  .bytes = bytes,
                                  .digest_key = key.secret});
  if (!target) return complain(target.error());
  const auto streams = static_cast<std::uint32_t>(std::stoul(text(options, "streams", "2")));
  return serve(options, key, streams, [&](DataServer& server) {
    return server.open(key, **target, streams, limits::credit_chunks_default);
  });
}

int receive_tree(const Options& options) {
  const auto key = session_key(options);
  TreeTarget target{{.root = text(options, "target", ""), .digest_key = key.secret}};
  return serve(options, key, 1, [&](DataServer& server) {
    return server.open(key, target, limits::credit_chunks_default);
  });
}

PassSettings pass_settings(const Options& options) {
  PassSettings settings;
  settings.endpoint = "tcp://127.0.0.1:" + text(options, "port", "8703");
  settings.key = session_key(options);
  settings.digest_key = settings.key.secret;
  settings.streams = static_cast<std::uint32_t>(std::stoul(text(options, "streams", "2")));
  settings.adaptive = options.count("adaptive") != 0;
  return settings;
}

void set_control(const Options& options, PassControl& control) {
  control.compression = std::stoi(text(options, "level", "4"));
  control.bandwidth_mbps = std::stoull(text(options, "mbps", "0"));
}

int send_tree(const Options& options) {
  const auto begun = std::chrono::steady_clock::now();
  PassControl control;
  set_control(options, control);
  PassProgress progress;
  const auto done =
      run_tree_pass({.root = text(options, "source", ""), .digests = options.count("digests") != 0},
                    pass_settings(options), control, progress, {});
  if (!done) return complain(done.error());
  for (const auto& issue : done->issues) (void)complain(issue);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  std::printf(
      "{\"wall_s\": %.3f, \"cpu_s\": %.2f, \"rss_mib\": %ld, \"listed\": %llu, "
      "\"files\": %llu, \"bytes\": %llu, \"wire\": %llu, \"level\": %d}\n",
      wall.count(), cpu_seconds(), rss_kib() / 1024, static_cast<unsigned long long>(done->listed),
      static_cast<unsigned long long>(done->files), static_cast<unsigned long long>(done->bytes),
      static_cast<unsigned long long>(progress.wire_bytes.load()), progress.level.load());
  return done->issues_total == 0 ? 0 : 1;
}

int send(const Options& options) {
  const auto path = text(options, "source", "");
  auto source = open_file(path, O_RDONLY);
  if (!source) return complain(source.error());
  struct stat status {};
  ::fstat(source->get(), &status);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  const auto begun = std::chrono::steady_clock::now();
  const auto used = options.count("used-by-ext4") != 0 ? used_by_ext4(path, bytes)
                                                       : std::vector<Extent>{{0, bytes}};
  auto table = DigestTable::open(text(options, "table", ""),
                                 (bytes + limits::granule_bytes - 1) / limits::granule_bytes);
  if (!table) return complain(table.error());
  const auto settings = pass_settings(options);
  PassControl control;
  set_control(options, control);
  PassProgress progress;
  const auto& file = *source;
  const auto done = run_pass(
      [&file](std::uint64_t offset, std::span<std::byte> to) {
        return read_at(file, to.data(), to.size(), offset);
      },
      bytes, used, *table, settings, control, progress, {});
  if (!done) return complain(done.error());
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  std::printf(
      "{\"wall_s\": %.3f, \"cpu_s\": %.2f, \"rss_mib\": %ld, \"read\": %llu, "
      "\"sent_raw\": %llu, \"wire\": %llu, \"chunks\": %llu}\n",
      wall.count(), cpu_seconds(), rss_kib() / 1024,
      static_cast<unsigned long long>(progress.bytes_read.load()),
      static_cast<unsigned long long>(done->bytes_sent_raw),
      static_cast<unsigned long long>(done->wire_bytes),
      static_cast<unsigned long long>(done->chunks));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with("--")) continue;
    const bool has_value = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
    options[arguments[i].substr(2)] = has_value ? arguments[i + 1] : "yes";
  }
  if (!arguments.empty() && arguments[0] == "recv") return receive(options);
  if (!arguments.empty() && arguments[0] == "send") return send(options);
  if (!arguments.empty() && arguments[0] == "recv-tree") return receive_tree(options);
  if (!arguments.empty() && arguments[0] == "send-tree") return send_tree(options);
  std::fprintf(stderr,
               "usage: pass_bench recv|send|recv-tree|send-tree ..., see the head of "
               "bench/pass_bench.cpp\n");
  return 2;
}
