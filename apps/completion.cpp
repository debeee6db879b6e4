// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/completion.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "apps/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// How far the words before the last one have come.
class Walk {
 public:
  explicit Walk(const CommandTree& tree) : commands_{&tree} {}

  void take(const std::string& word) {
    if (missing_ > 0) {
      if (option_ != nullptr && has_name(*option_, "--config")) cluster_file_ = word;
      --missing_;
      return;
    }
    if (!only_arguments_ && word == "--") {
      only_arguments_ = true;
    } else if (!only_arguments_ && word.starts_with("-")) {
      take_option(word);
    } else if (const auto* next = command(word); next != nullptr) {
      commands_.push_back(next);
    } else {
      ++arguments_;
    }
  }

  /// The option whose value comes next; nullptr if none does.
  [[nodiscard]] const OptionFact* open_option() const { return missing_ > 0 ? option_ : nullptr; }
  /// The argument that comes next.
  [[nodiscard]] const OptionFact* next_argument() const {
    std::size_t place = 0;
    for (const auto& option : here().options) {
      if (option.place.empty()) continue;
      if (place++ == arguments_ || option.repeated) return &option;
    }
    return nullptr;
  }
  [[nodiscard]] const OptionFact* find(const std::string& name) const {
    for (const auto* command : commands_) {
      for (const auto& option : command->options) {
        if (has_name(option, name)) return &option;
      }
    }
    return nullptr;
  }
  [[nodiscard]] const CommandTree& here() const { return *commands_.back(); }
  /// From the program to here: their options may all stand here.
  [[nodiscard]] const std::vector<const CommandTree*>& commands() const { return commands_; }
  [[nodiscard]] const std::string& cluster_file() const { return cluster_file_; }
  [[nodiscard]] bool only_arguments() const { return only_arguments_; }

 private:
  static bool has_name(const OptionFact& option, const std::string& name) {
    return std::ranges::find(option.names, name) != option.names.end();
  }
  void take_option(const std::string& word) {
    const auto equals = word.find('=');
    option_ = find(word.substr(0, equals));
    if (option_ == nullptr || option_->value.empty()) return;
    if (equals == std::string::npos) {
      missing_ = option_->values;
    } else if (has_name(*option_, "--config")) {
      cluster_file_ = word.substr(equals + 1);
    }
  }
  [[nodiscard]] const CommandTree* command(const std::string& word) const {
    if (only_arguments_ || arguments_ > 0) return nullptr;
    for (const auto& sub : here().commands) {
      if (sub.name() == word) return &sub;
    }
    return nullptr;
  }

  std::vector<const CommandTree*> commands_;
  const OptionFact* option_ = nullptr;  // the newest one
  std::size_t missing_ = 0;             // of its values
  std::size_t arguments_ = 0;
  bool only_arguments_ = false;
  std::string cluster_file_;
};

/// Collects the answer for one word.
class Answer {
 public:
  Answer(std::string typed, std::string before)
      : typed_(std::move(typed)), before_(std::move(before)) {}

  void offer(const std::string& word, const std::string& help) {
    if (!word.starts_with(typed_) || count_ == limits::completions_max) return;
    ++count_;
    text_ += before_ + word + "\t" + one_line(help) + "\n";
  }
  void values_of(const OptionFact& option, const Walk& walk, const FindIds& find_ids) {
    for (const auto& choice : option.choices) offer(choice, "");
    if (!option.choices.empty()) return;
    if (option.value == "FILE") files_ = ":file";
    if (option.value == "FOLDER") files_ = ":folder";
    if (files_ != ":none" || option.value == "TEXT") return;
    for (const auto& id : find_ids(option.value, walk.cluster_file())) offer(id.word, id.help);
  }
  [[nodiscard]] std::string text() const { return text_ + files_ + "\n"; }

 private:
  /// Names that users gave can't forge lines or control terminals.
  static std::string one_line(const std::string& help) {
    auto line = escaped(help);
    std::ranges::replace(line, '\n', ' ');
    std::ranges::replace(line, '\t', ' ');
    return line;
  }

  std::string typed_;
  std::string before_;  // "--role=" before a value that is typed behind it
  std::string text_;
  std::string files_ = ":none";
  std::size_t count_ = 0;
};

/// bash takes "--role=admin" apart at its '='.
std::vector<std::string> joined(const std::vector<std::string>& words) {
  std::vector<std::string> whole;
  for (const auto& word : words) {
    if (word != "=" || whole.empty()) {
      whole.push_back(word);
    } else if (&word == &words.back()) {
      whole.emplace_back();
    }
  }
  return whole;
}

}  // namespace

std::string complete(const CommandTree& tree, const std::vector<std::string>& words,
                     const FindIds& find_ids) {
  auto whole = joined(words);
  if (whole.empty()) whole.emplace_back();
  Walk walk{tree};
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) walk.take(whole[i]);
  const auto& typed = whole.back();
  if (const auto* option = walk.open_option()) {
    Answer answer{typed, ""};
    answer.values_of(*option, walk, find_ids);
    return answer.text();
  }
  const auto equals = typed.find('=');
  if (typed.starts_with("--") && equals != std::string::npos) {
    Answer answer{typed.substr(equals + 1), typed.substr(0, equals + 1)};
    if (const auto* option = walk.find(typed.substr(0, equals))) {
      answer.values_of(*option, walk, find_ids);
    }
    return answer.text();
  }
  Answer answer{typed, ""};
  if (typed.starts_with("-") && !walk.only_arguments()) {
    for (const auto* command : walk.commands()) {
      for (const auto& option : command->options) {
        // Each command has a --help of its own, and only one is wanted.
        if (option.names.size() > 1 && command != &walk.here()) continue;
        for (const auto& name : option.names) {
          if (name.starts_with("--") || typed == "-") answer.offer(name, option.help);
        }
      }
    }
    return answer.text();
  }
  for (const auto& sub : walk.here().commands) answer.offer(sub.name(), sub.help);
  if (const auto* argument = walk.next_argument()) answer.values_of(*argument, walk, find_ids);
  return answer.text();
}

}  // namespace ferry
