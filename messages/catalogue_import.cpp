// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/catalogue_import.hpp"

#include "messages/catalogue_entry.hpp"

namespace ferry {

std::vector<CatalogueEntry> import_entries() { return entries_of(ImportMessages{}); }

}  // namespace ferry
