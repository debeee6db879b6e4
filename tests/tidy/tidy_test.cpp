// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The rules of this tree that no compiler checks. Each failure names the file, the
// line and what to use instead. An exception is one reviewed line in a list below.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/source_folder.hpp"

namespace fs = std::filesystem;

namespace {

constexpr std::size_t lines_max = 400;
constexpr std::size_t columns_max = 100;
const std::set<std::string> long_files{};  // reviewed exceptions from lines_max

struct File {
  std::string path;  // relative to the tree
  std::vector<std::string> lines;

  [[nodiscard]] bool in(std::string_view folder) const { return path.starts_with(folder); }
  [[nodiscard]] bool is_code() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
  [[nodiscard]] bool is_page() const { return path.ends_with(".ts") || path.ends_with(".tsx"); }
  /// Programs that people or machines depend on, as opposed to tests and benchmarks.
  [[nodiscard]] bool is_product() const {
    return is_code() && !in("tests/") && !in("bench/") && !in("fuzz/");
  }
};

bool is_skipped(const fs::path& folder) {
  const auto name = folder.filename().string();
  return name.starts_with("build") || name == ".git" || name == ".cache" || name == "var" ||
         name == "node_modules";
}

std::vector<File> read_tree() {
  std::vector<File> files;
  const auto tree = ferry::test::source_folder();
  for (auto it = fs::recursive_directory_iterator{tree}; it != fs::end(it); ++it) {
    if (it->is_directory() && is_skipped(it->path())) it.disable_recursion_pending();
    if (!it->is_regular_file()) continue;
    const auto path = it->path().lexically_relative(tree).string();
    const bool script = path.starts_with("scripts/") || path.starts_with(".ci/");
    const auto name = it->path().filename();
    File file{path, {}};
    if (!file.is_code() && !file.is_page() && !script && name != "CMakeLists.txt" &&
        it->path().extension() != ".cmake") {
      continue;
    }
    std::ifstream in{it->path()};
    for (std::string line; std::getline(in, line);) file.lines.push_back(line);
    files.push_back(std::move(file));
  }
  return files;
}

const std::vector<File>& tree() {
  static const auto files = read_tree();
  return files;
}

void report(const File& file, std::size_t line, const std::string& what) {
  FAIL_CHECK(file.path << ":" << line + 1 << ": " << what);
}

/// Calls `check` for each line of code without its comment.
void for_code(const std::function<bool(const File&)>& wanted,
              const std::function<void(const File&, std::size_t, std::string_view)>& check) {
  for (const auto& file : tree()) {
    if (!file.is_code() || !wanted(file)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::string_view line{file.lines[i]};
      const auto comment = line.find("//");
      if (comment == 0 || (comment != std::string_view::npos && line[comment - 1] == ' ')) {
        line = line.substr(0, comment);
      }
      check(file, i, line);
    }
  }
}

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// True if the line calls a free function of this name with an argument.
bool calls(std::string_view line, std::string_view name) {
  for (auto at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    const auto rest = line.substr(at + name.size());
    if (!is_name(before) && before != '.' && before != '>' && rest.size() > 1 && rest[0] == '(' &&
        rest[1] != ')') {
      return true;
    }
  }
  return false;
}

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The number of arguments between the bracket at `open` and its partner; 0 if it has none.
std::size_t arguments(std::string_view text, std::size_t open) {
  std::size_t count = 1;
  int depth = 0;
  char quote = 0;
  for (auto i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || (c == '\'' && !is_name(text[i - 1]))) quote = c;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == ',' && depth == 1) ++count;
    if (depth == 0) return count;
  }
  return 0;
}

/// Which folders a folder may include, as the arrows in the top CMakeLists.txt say.
const std::map<std::string, std::set<std::string>> arrows{
    {"base", {}},
    {"messages", {"base"}},
    {"metrics", {"base"}},
    {"diagnostics", {"base"}},
    {"storage", {"base"}},
    {"fixups", {"base"}},
    {"transport", {"base", "messages"}},
    {"disk", {"base", "messages"}},
    {"layout", {"base", "messages"}},
    {"cloud", {"base", "messages"}},
    {"boot", {"base", "cloud", "fixups", "images"}},
    {"certificate", {"base", "messages", "cloud", "files"}},
    {"config", {"base", "messages"}},
    {"notify", {"base", "messages", "cloud", "config"}},
    {"images", {"base", "messages", "disk", "cloud", "fixups"}},
    {"making", {"base", "messages", "disk", "layout", "images"}},
    {"replication", {"base", "messages", "disk", "files"}},
    {"files", {"base"}},
    {"chaos", {"base", "messages", "transport", "config", "cloud"}},
    {"actors",
     {"base", "messages", "storage", "transport", "disk", "layout", "making", "cloud",
      "certificate", "config", "downloads", "metrics", "notify", "replication", "files",
       "diagnostics"}},
    {"downloads", {"base", "messages"}},
    {"http", {"base", "messages", "metrics", "transport", "cloud", "config"}},
    {"smc",
     {"base", "messages", "metrics", "storage", "transport", "cloud", "config", "actors", "http"}},
    {"console",
     {"base", "messages", "metrics", "storage", "transport", "cloud", "config", "actors", "http",
      "downloads"}},
    {"bus", {"base", "messages", "transport", "cloud", "config", "actors", "http", "console"}},
    {"simulation",
     {"base", "messages", "storage", "transport", "cloud", "config", "replication", "actors"}},
};

/// Roles share what lies in actors/ itself, and know nothing of each other.
const std::set<std::string> roles{"agent", "controller", "transition", "worker"};

}  // namespace

TEST_CASE("the tree is found") {
  CHECK(tree().size() > 150);
  CHECK(std::ranges::any_of(tree(), [](const File& f) { return f.path == "base/clock.cpp"; }));
}

TEST_CASE("the checks below see what they look for") {
  CHECK(calls("  system(command);", "system"));
  CHECK(calls("  ::popen(a, b)", "popen"));
  CHECK(!calls("self->system()", "system"));
  CHECK(!calls("actor_system(config)", "system"));
  const std::string_view one = "x.then([](int a, int b) { f(a, b); })";
  const std::string_view two = "x.then([](int a) { f(a, ','); }, \"),(\")";
  CHECK(arguments(one, one.find('(')) == 1);
  CHECK(arguments(two, two.find('(')) == 2);
  CHECK(columns("\u00e9\u65e5") == 2);
}

TEST_CASE("a file has at most 400 lines, or it is two files") {
  for (const auto& file : tree()) {
    if (file.lines.size() > lines_max && !long_files.contains(file.path)) {
      report(file, lines_max, "has " + std::to_string(file.lines.size()) + " lines");
    }
  }
}

TEST_CASE("a line has at most 100 columns") {
  for (const auto& file : tree()) {
    const bool checked = file.is_code() || file.is_page();
    for (std::size_t i = 0; checked && i < file.lines.size(); ++i) {
      if (columns(file.lines[i]) > columns_max) report(file, i, "is too long");
    }
  }
}

TEST_CASE("every file names its authors and its licence at the top") {
  for (const auto& file : tree()) {
    const auto has = [&](const std::string& text) {
      const auto end = file.lines.begin() + std::min<long>(6, std::ssize(file.lines));
      return std::any_of(file.lines.begin(), end, [&](const std::string& line) {
        return line.find(text) != std::string::npos;
      });
    };
    if (!has("SPDX-FileCopyrightText: 2026 The edgeferry authors") ||
        !has("SPDX-License-Identifier: Apache-2.0")) {
      report(file, 0, "lacks the two SPDX lines");
    }
  }
}

TEST_CASE("clocks are read in base/clock.cpp only, so that a test can own them") {
  for_code([](const File& f) { return f.is_product() && f.path != "base/clock.cpp"; },
           [](const File& file, std::size_t i, std::string_view line) {
             if (line.find("_clock::now(") != std::string_view::npos) {
               report(file, i, "reads a clock: use wall_ms or steady_ms of base/clock.hpp");
             }
           });
}

TEST_CASE("random numbers come from base/random.hpp or from a seed") {
  for_code([](const File& f) { return f.is_product(); },
           [](const File& file, std::size_t i, std::string_view line) {
             if (calls(line, "rand") || line.find("rand()") != std::string_view::npos ||
                 calls(line, "srand") || line.find("random_device") != std::string_view::npos) {
               report(file, i, "use random_bytes of base/random.hpp, or a seeded engine");
             }
           });
}

TEST_CASE("programs are started by argument vector, never through a shell") {
  for_code([](const File& f) { return !f.in("tests/tidy/"); },  // which names them
           [](const File& file, std::size_t i, std::string_view line) {
             if (calls(line, "system") || calls(line, "popen")) {
               report(file, i, "use run_ok of base/subprocess.hpp");
             }
           });
}

TEST_CASE("an actor never sleeps") {
  // These run beside their actor.
  const std::set<std::string> blocking{"actors/agent/replicate.cpp",
                                       "actors/agent/replicate_layout.cpp"};
  for_code([&](const File& f) { return f.in("actors/") && !blocking.contains(f.path); },
           [](const File& file, std::size_t i, std::string_view line) {
             if (line.find("sleep_for") != std::string_view::npos ||
                 line.find("sleep_until") != std::string_view::npos) {
               report(file, i, "use delayed_send");
             }
           });
}

TEST_CASE("every request says what happens when it fails") {
  for (const auto& file : tree()) {
    if (!file.is_product()) continue;
    std::string text;
    for (const auto& line : file.lines) text += line + "\n";
    for (const std::string_view call : {".then(", ".await("}) {
      for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
        if (arguments(text, at + call.size() - 1) < 2) {
          const auto line = std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
          report(file, static_cast<std::size_t>(line), "has no second handler, for the error");
        }
      }
    }
  }
}

TEST_CASE("nothing is left to be done later") {
  for (const auto& file : tree()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string word : {"TO"
                                     "DO",
                                     "FIX"
                                     "ME",
                                     "X"
                                     "XX"}) {
        const auto at = file.lines[i].find(word);
        if (at != std::string::npos && (at == 0 || file.lines[i][at - 1] != 'X') &&
            file.lines[i].substr(at + word.size(), 1) != "X") {
          report(file, i, "says " + word);
        }
      }
    }
  }
}

TEST_CASE("slow or foreign headers are included where they are hidden, and nowhere else") {
  const std::map<std::string, std::set<std::string>> homes{
      {"<spdlog", {"base/log.cpp"}},
      {"<toml++", {"config/reader.cpp", "simulation/scenario_reader.cpp"}},
      {"<CLI",
       {"apps/agent_main.cpp", "apps/boot_options.cpp", "apps/command_tree.cpp",
        "apps/diagnose_options.cpp",
        "apps/edgeferry_main.cpp", "apps/examples.cpp", "apps/image_options.cpp",
        "apps/job_group.cpp", "apps/job_options.cpp", "apps/exclude_options.cpp",
        "apps/layout_options.cpp", "apps/list_options.cpp", "apps/sim_main.cpp",
        "apps/source_options.cpp", "apps/usage.cpp", "apps/verify_options.cpp",
        "apps/machine_options.cpp", "apps/notification_options.cpp", "apps/workgroup_options.cpp",
        "apps/activation_options.cpp", "apps/ecs_import_options.cpp"}},
      {"<curses", {"apps/screen.cpp"}},
      {"<nlohmann",
       {"apps/launcher_status.cpp", "base/log_line.cpp", "cloud/json_read.cpp", "messages/json.cpp",
        "http/json.hpp"}},
      {"<httplib", {"http/server.cpp"}},
      {"<prometheus/",
       {"metrics/counted.cpp", "metrics/page.cpp", "metrics/page.hpp", "metrics/registry.hpp"}},
      {"<sqlite3.h", {"storage/database.cpp", "simulation/database_watch.cpp"}},
  };
  for_code([](const File& f) { return f.is_product(); },
           [&](const File& file, std::size_t i, std::string_view line) {
             for (const auto& [header, files] : homes) {
               if (line.starts_with("#include " + header) && !files.contains(file.path)) {
                 report(file, i, "may not include " + header + "...>");
               }
             }
           });
}

TEST_CASE("no program but the simulator's own includes the simulator") {
  for_code([](const File& f) { return f.in("apps/") && f.path != "apps/sim_main.cpp"; },
           [](const File& file, std::size_t i, std::string_view line) {
             if (line.starts_with("#include \"simulation/")) report(file, i, "is a product");
           });
}

TEST_CASE("a crash point has a name of its own") {
  std::map<std::string, std::string> places;
  for_code([](const File& f) { return f.is_product(); },
           [&](const File& file, std::size_t i, std::string_view line) {
             constexpr std::string_view call = "crash_point(\"";
             const auto at = line.find(call);
             if (at == std::string_view::npos) return;
             const auto rest = line.substr(at + call.size());
             const std::string name{rest.substr(0, rest.find('"'))};
             const auto [place, is_new] = places.emplace(name, file.path);
             if (!is_new) report(file, i, "'" + name + "' is in " + place->second + " already");
           });
  CHECK(places.size() >= 70);
}

TEST_CASE("folders include only the folders before them") {
  for_code([](const File& f) { return f.is_product(); },
           [](const File& file, std::size_t i, std::string_view line) {
             constexpr std::string_view include = "#include \"";
             if (!line.starts_with(include)) return;
             const auto path = std::string{line.substr(include.size())};
             const auto from = file.path.substr(0, file.path.find('/'));
             const auto to = path.substr(0, path.find('/'));
             const auto allowed = arrows.find(from);
             if (allowed == arrows.end()) return;  // apps may use everything
             if (to != from && !allowed->second.contains(to))
               report(file, i, from + " includes " + to);
             if (from != "actors" || to != "actors") return;
             const auto role_of = [](const std::string& p) {
               const auto rest = p.substr(p.find('/') + 1);
               const auto role = rest.substr(0, rest.find('/'));
               return roles.contains(role) ? role : std::string{};
             };
             const auto other = role_of(path.substr(0, path.find('"')));
             if (!other.empty() && other != role_of(file.path)) {
               report(file, i, "a role includes another role, or what all share includes a role");
             }
           });
}
