// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/completion.hpp"

namespace ferry {
namespace {

// Each asks the program for candidates and has the shell add names of files if they are wanted.
// PROGRAM stands for its name, FUNCTION for it as the name of a function.

constexpr const char* bash_script = R"(# bash completion of PROGRAM
_FUNCTION() {
  local line current=${COMP_WORDS[COMP_CWORD]}
  [ "$current" != = ] || current=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :none) ;;
      :file | :folder)
        compopt -o filenames 2>/dev/null
        local kind=-f
        [ "$line" = :file ] || kind=-d
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$current") ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("${COMP_WORDS[0]/#\~\//$HOME/}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _FUNCTION PROGRAM
)";

constexpr const char* zsh_script = R"(#compdef PROGRAM
_FUNCTION() {
  local line files=:none
  local -a found shown
  while IFS= read -r line; do
    case $line in
      :*) files=$line ;;
      *)
        found+=("${line%%$'\t'*}")
        if [[ -n ${line#*$'\t'} ]]; then
          shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
        else
          shown+=("${line%%$'\t'*}")
        fi ;;
    esac
  done < <(command "${(Q)words[1]/#\~\//$HOME/}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( ! $#found )) || compadd -l -d shown -a -- found
  case $files in
    :file) _files ;;
    :folder) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _FUNCTION ]]; then
  _FUNCTION "$@"
else
  compdef _FUNCTION PROGRAM
fi
)";

constexpr const char* fish_script = R"(# fish completion of PROGRAM
function __FUNCTION_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in (command $before[1] __complete $before[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':none'
            case ':file'
                __fish_complete_path "$current"
            case ':folder'
                __fish_complete_directories "$current"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c PROGRAM -f -a '(__FUNCTION_complete)'
)";

std::string with(std::string text, const std::string& place, const std::string& word) {
  for (auto at = text.find(place); at != std::string::npos;
       at = text.find(place, at + word.size())) {
    text.replace(at, place.size(), word);
  }
  return text;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::string& program) {
  const char* script = shell == "bash"   ? bash_script
                       : shell == "zsh"  ? zsh_script
                       : shell == "fish" ? fish_script
                                         : "";
  return with(with(script, "PROGRAM", program), "FUNCTION", with(program, "-", "_"));
}

}  // namespace ferry
