// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Boot trials as people and programs see them.
#pragma once

#include <string>

#include "boot/boot_trial.hpp"
#include "messages/boot.hpp"

namespace ferry {

[[nodiscard]] BootView view_of(const BootReport& report);
void print(const Reached& reached);
void print(const BootReport& report, const std::string& marker);
/// What a job or an image keeps of its boot proof; nothing if nobody asked for it.
void print(const ImageBoot& boot);

}  // namespace ferry
