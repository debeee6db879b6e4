// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/diagnose_options.hpp"

#include <CLI/CLI.hpp>

namespace ferry {

void add_diagnose(CLI::App* parent, DiagnoseWords& words, const DeclareCommand& command) {
  auto* diagnose =
      command(parent, "diagnose", "Write all that is known of a job, without secrets, to a file",
              [&words](Operator& op) { return diagnose_job(op, words); });
  diagnose->add_option("id", words.job, "j-...")->type_name("JOB")->required();
  diagnose
      ->add_option("--output", words.file,
                   "The new file; default: edgeferry-diagnose-JOB-TIME.tar.gz in this folder")
      ->type_name("FILE");
}

}  // namespace ferry
