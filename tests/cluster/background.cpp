// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/background.hpp"

#include <csignal>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "tests/cluster/cluster.hpp"

namespace ferry::cluster_test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> nbdfuse_words(const fs::path& folder,
                                       const std::vector<std::string>& nbdkit) {
  fs::create_directories(folder);
  std::vector<std::string> words{"nbdfuse", "-r", folder.string(), "--command"};
  words.insert(words.end(), nbdkit.begin(), nbdkit.end());
  return words;
}

}  // namespace

Background::Background(const std::vector<std::string>& argv, fs::path output)
    : output_(std::move(output)) {
  auto words = argv;
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const auto out = open_file(output_, O_WRONLY | O_CREAT | O_TRUNC);
  const auto err = open_file(output_.string() + ".err", O_WRONLY | O_CREAT | O_TRUNC);
  REQUIRE((out && err));
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ > 0) return;
  // A test that crashes must not leave it behind.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(out->get(), 1);
  ::dup2(err->get(), 2);
  ::execvp(pointers[0], pointers.data());
  ::_exit(127);
}

Background::~Background() {
  if (!running()) return;
  ::kill(pid_, SIGTERM);
  if (!eventually([this] { return !running(); }, 5s)) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

std::string Background::output() const { return read_file(output_).value_or(""); }
std::string Background::errors() const { return read_file(output_.string() + ".err").value_or(""); }

bool Background::running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return false;
}

int Background::wait() {
  (void)eventually([this] { return !running(); }, 20s);
  return exit_code_;
}

FuseDisk::FuseDisk(const fs::path& folder, const std::vector<std::string>& nbdkit)
    : folder_(folder), server_(nbdfuse_words(folder, nbdkit), folder.string() + ".log") {
  REQUIRE_MESSAGE(eventually([this] { return fs::exists(file()); }), server_.errors());
}

FuseDisk::~FuseDisk() { (void)run({.argv = {"umount", "-l", folder_.string()}}); }

}  // namespace ferry::cluster_test
