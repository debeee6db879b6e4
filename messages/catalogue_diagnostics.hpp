// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of the catalogue that few files need: messages about diagnostics.
#pragma once

#include "messages/catalogue.hpp"
#include "messages/diagnostics.hpp"

namespace ferry {

/// Diagnostics: what nodes have logged, and one file of all that is known of a job.
using DiagnosticsMessages = MessageList<
    // controller -> every node
    GetLog, NodeLog,
    // operator -> controller
    MakeDiagnostics, DiagnosticsMade, GetDiagnosticsPart, DiagnosticsPart>;

struct CatalogueEntry;
[[nodiscard]] std::vector<CatalogueEntry> diagnostics_entries();

}  // namespace ferry
