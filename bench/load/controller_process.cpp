// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/controller_process.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/free_port.hpp"
#include "messages/catalogue.hpp"

namespace ferry::load {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t log_bytes_shown = 3000;
constexpr rlim_t usual_files = 1024;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

}  // namespace

ControllerProcess::ControllerProcess(std::filesystem::path program, std::filesystem::path folder)
    : program_(std::move(program)), folder_(std::move(folder)) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  endpoint_ = "tcp://127.0.0.1:" + std::to_string(free_port());
  write_config();
  controller_ = make_keys("controller");
  operator_ = make_keys("operator");
  transition_ = make_keys("transition-1");
  worker_ = make_keys("worker-1");
}

ControllerProcess::~ControllerProcess() { kill_9(); }

void ControllerProcess::write_config() const {
  std::ofstream out{config_file()};
  out << "[cluster]\nname = \"load\"\nstate = \"state\"\n"
      << "[[node]]\nname = \"controller\"\nrole = \"controller\"\nlisten = \"" << endpoint_
      << "\"\n[[node]]\nname = \"transition-1\"\nrole = \"transition\"\n"
      << "control = \"tcp://127.0.0.1:" << free_port()
      << "\"\ndata = \"tcp://127.0.0.1:" << free_port()
      << "\"\n[[node]]\nname = \"worker-1\"\nrole = \"worker\"\n";
  if (!out.flush()) throw std::runtime_error{"can't write " + config_file().string()};
}

KeyPair ControllerProcess::make_keys(const std::string& name) const {
  auto keys = load_or_make_key_pair(state() / "keys" / name);
  if (!keys) throw std::runtime_error{to_string(keys.error())};
  return *keys;
}

void ControllerProcess::start() {
  const auto log = folder_ / "controller.log";
  const auto config = config_file();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error{"can't start " + program_.string()};
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  // As most systems give it: whether that is enough is the controller's to see to.
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(usual_files, files.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::execl(program_.c_str(), program_.c_str(), "--config", config.c_str(), "node", "--name",
          "controller", nullptr);
  ::_exit(127);
}

int ControllerProcess::end_with_signal(int signal) {
  if (pid_ <= 0) return 0;
  int status = 0;
  ::kill(pid_, signal);
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double ControllerProcess::wait_until_it_answers(double limit_s) {
  const auto begun = steady_ms();
  const auto seconds = [&] { return static_cast<double>(steady_ms() - begun) / 1000; };
  auto client = operator_client();
  while (seconds() < limit_s) {
    if (client.ask<JobList>("jobs", ListJobs{"", 0, 1}, 500ms)) return seconds();
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
  }
  throw std::runtime_error{"the controller does not answer\n" + end_of_log()};
}

Client ControllerProcess::operator_client() const {
  return Client{{endpoint_, controller_.public_key, operator_}};
}

double ControllerProcess::cpu_seconds() const {
  // proc(5): the name in brackets may hold blanks; times are fields 14 and 15.
  const auto text = text_of("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream fields{text.substr(std::min(text.size(), text.rfind(')') + 1))};
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double ControllerProcess::resident_mib() const {
  std::istringstream fields{text_of("/proc/" + std::to_string(pid_) + "/statm")};
  double total = 0;
  double resident = 0;
  fields >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / static_cast<double>(1 << 20);
}

std::string ControllerProcess::end_of_log() const {
  auto text = text_of(folder_ / "controller.log");
  return text.size() > log_bytes_shown ? text.substr(text.size() - log_bytes_shown) : text;
}

}  // namespace ferry::load
