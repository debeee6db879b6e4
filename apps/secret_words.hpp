// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Secrets that a command is told. Every user of a machine can read the arguments of its programs,
// so a secret comes from a file or from standard input, or is hidden as soon as it is read.
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"

namespace ferry {

/// The first line of a file, or of standard input for "-". Errors: invalid_argument if it is empty
/// or longer than limits::secret_bytes_max; those of reading.
[[nodiscard]] Result<std::string> read_secret(const std::string& file);

/// Whether a secret can be written there, tried before it is made: it is told only once. An
/// existing file stays as it is.
[[nodiscard]] Result<> check_secret_file(const std::string& file);
/// Writes it there as one line, readable by its owner alone. Should that fail after all, `undo` is
/// called, and the error says what came of it; `what` is what has the secret: "access key EF...".
[[nodiscard]] Result<> write_secret(const std::string& file, const std::string& secret,
                                    const std::string& what, const std::function<Result<>()>& undo);

/// Overwrites the arguments of this process that have the secret in them, as others see them.
void hide_words(int argc, char** argv, const std::string& secret);

}  // namespace ferry
