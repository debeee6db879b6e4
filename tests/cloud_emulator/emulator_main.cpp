// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// cloud_emulator: an emulation of Alibaba Cloud's ECS, VPC, ENS and OSS for tests, in one process,
// and of the metadata service of its instances.
// See docs/cloud-emulator.md. It prints one line of JSON with its ports once it listens, and ends
// at SIGTERM or SIGINT.
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include "tests/cloud_emulator/actions.hpp"
#include "tests/cloud_emulator/control.hpp"
#include "tests/cloud_emulator/front.hpp"
#include "tests/cloud_emulator/machines.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {
namespace {

struct Words {
  std::string folder;
  int port = 0;
  int control_port = 0;
  std::vector<std::string> keys;
  std::vector<std::string> buckets;
};

/// "ID:SECRET" or "ID:SECRET:TOKEN".
AccessKey key_of(const std::string& text) {
  const auto first = text.find(':');
  if (first == std::string::npos) throw std::runtime_error{"--key is ID:SECRET or ID:SECRET:TOKEN"};
  const auto second = text.find(':', first + 1);
  AccessKey key{text.substr(0, first), text.substr(first + 1, second - first - 1)};
  if (second != std::string::npos) key.session_token = text.substr(second + 1);
  return key;
}

void make_bucket(ObjectStore& store, const std::string& text) {
  const auto colon = text.find(':');
  const auto region = colon == std::string::npos ? regions().front() : text.substr(colon + 1);
  if (auto made = store.make_bucket(text.substr(0, colon), region); !made) {
    throw std::runtime_error{"bucket " + text + ": " + made.error().message};
  }
}

int run(const Words& words, const Settings& settings) {
  // Before any thread starts: only this one waits for the signals.
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::vector<AccessKey> keys;
  for (const auto& text : words.keys) keys.push_back(key_of(text));
  const std::filesystem::path folder{words.folder};
  ObjectStore store{folder / "oss"};
  for (const auto& text : words.buckets) make_bucket(store, text);
  World world{folder / "cloud", settings};
  power_on_all(world);
  {
    const Worker worker{world, store};
    Faults faults;
    const Front front{world, store, faults, keys, words.port};
    const Control control{world, store, faults, words.control_port};
    std::cout << Json{{"port", front.port()}, {"control_port", control.port()}}.dump() << std::endl;
    int number = 0;
    ::sigwait(&signals, &number);
  }
  power_off_all(world);
  return 0;
}

}  // namespace
}  // namespace ferry::emulator

int main(int count, char** arguments) {
  using namespace ferry::emulator;
  Words words;
  Settings settings;
  CLI::App app{"An emulation of Alibaba Cloud's ECS, VPC, ENS and OSS, for tests."};
  app.add_option("--folder", words.folder, "keeps all that the emulated cloud holds")->required();
  app.add_option("--port", words.port, "of the services, on 127.0.0.1; 0: any");
  app.add_option("--control-port", words.control_port, "of the control interface; 0: any");
  app.add_option("--key", words.keys, "ID:SECRET or ID:SECRET:TOKEN, any number of them")
      ->required();
  app.add_option("--bucket", words.buckets, "NAME or NAME:REGION, any number of them");
  app.add_option("--tick-ms", settings.tick_ms, "how long a state lasts");
  app.add_option("--absent-calls", settings.absent_calls,
                 "so many Describe calls don't see a new thing");
  app.add_option("--gib-bytes", settings.gib_bytes, "so many bytes has a disk for each GiB");
  app.add_option("--role", settings.role, "the RAM role of all instances");
  app.add_option("--role-key-ms", settings.role_key_ms, "how long a new key of it is good");
  app.add_option("--boot-command", settings.boot_command,
                 "starts an instance: PROGRAM ID ADDRESS USER-DATA-FILE");
  CLI11_PARSE(app, count, arguments);
  try {
    return run(words, settings);
  } catch (const std::exception& error) {
    std::cerr << "cloud_emulator: " << error.what() << '\n';
    return 1;
  }
}
