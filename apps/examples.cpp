// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/examples.hpp"

#include <map>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

const std::string heading = "Example:\n";

/// By the command's words behind the program's name. Lines are set apart by '\n'.
const std::map<std::string_view, std::string_view> examples{
    {"accesskey audit", "edgeferry accesskey audit --limit 20"},
    {"accesskey create",
     "edgeferry accesskey create --role operator --name ada --secret-file ada.secret"},
    {"accesskey delete", "edgeferry accesskey delete EF1a2b3c4d5e6f7g8h9i"},
    {"accesskey disable", "edgeferry accesskey disable EF1a2b3c4d5e6f7g8h9i"},
    {"accesskey enable", "edgeferry accesskey enable EF1a2b3c4d5e6f7g8h9i"},
    {"accesskey list", "edgeferry accesskey list"},
    {"activation command", "edgeferry activation command --code-file web.code"},
    {"activation create", "edgeferry activation create --quota 10 --days 7 --code-file web.code"},
    {"activation delete", "edgeferry activation delete at-ltoywnde6bvpmpr84p5w"},
    {"activation disable", "edgeferry activation disable at-ltoywnde6bvpmpr84p5w"},
    {"activation list", "edgeferry activation list"},
    {"bucket check", "edgeferry bucket check cluster.toml --name asia"},
    {"bucket list", "edgeferry bucket list cluster.toml"},
    {"chaos check", "edgeferry chaos check config/chaos/rot.toml --seed 7"},
    {"chaos list-faults", "edgeferry chaos list-faults"},
    {"chaos run", "edgeferry chaos run config/chaos/kill_each_node.toml --report report.json"},
    {"chaos undo", "edgeferry chaos undo /var/tmp/edgeferry-chaos-1a2b3c"},
    {"cluster backup", "edgeferry cluster backup /backup/controller.sqlite"},
    {"cluster down", "edgeferry cluster down cluster.toml"},
    {"cluster events", "edgeferry cluster events --after 120"},
    {"cluster key", "edgeferry cluster key cluster.toml"},
    {"cluster nodes", "edgeferry cluster nodes"},
    {"cluster status", "edgeferry cluster status cluster.toml"},
    {"cluster tree", "edgeferry cluster tree"},
    {"cluster up", "edgeferry cluster up cluster.toml --detach"},
    {"completion",
     "edgeferry completion bash > /etc/bash_completion.d/edgeferry\n"
     "edgeferry completion zsh > /usr/local/share/zsh/site-functions/_edgeferry\n"
     "edgeferry completion fish > ~/.config/fish/completions/edgeferry.fish"},
    {"config check", "edgeferry config check cluster.toml"},
    {"diagnose", "edgeferry diagnose j-r2g57jdvy5yjroxpsmi6"},
    {"image boot", "edgeferry image boot system.qcow2 --timeout 300 --log console.log"},
    {"image check", "edgeferry image check system.qcow2 --boot"},
    {"image fixups", "edgeferry image fixups --root /mnt --dry-run"},
    {"image prepare", "edgeferry image prepare --disk system.qcow2 --format qcow2 --dry-run"},
    {"image show", "edgeferry image show m-8o4lny2ipnaixdguhiab"},
    {"job boot-log", "edgeferry job boot-log j-r2g57jdvy5yjroxpsmi6"},
    {"job cancel", "edgeferry job cancel j-r2g57jdvy5yjroxpsmi6"},
    {"job certificate",
     "edgeferry job certificate j-r2g57jdvy5yjroxpsmi6 --output certificate.json"},
    {"job create",
     "edgeferry job create --source s-d2lqhh38dnv8k1dm0zha --name web-1\n"
     "edgeferry job create --source s-d2lqhh38dnv8k1dm0zha --every 24 --keep 3"},
    {"job cutover", "edgeferry job cutover j-r2g57jdvy5yjroxpsmi6 --sync"},
    {"job delete", "edgeferry job delete j-r2g57jdvy5yjroxpsmi6"},
    {"job events", "edgeferry job events j-r2g57jdvy5yjroxpsmi6 --after 12"},
    {"job list", "edgeferry job list --status InError\nedgeferry job list --tag owner=web --json"},
    {"job modify", "edgeferry job modify j-r2g57jdvy5yjroxpsmi6 --bandwidth 100"},
    {"job pause", "edgeferry job pause j-r2g57jdvy5yjroxpsmi6"},
    {"job plan", "edgeferry job plan --source s-d2lqhh38dnv8k1dm0zha --disk 0=20GiB"},
    {"job resume", "edgeferry job resume j-r2g57jdvy5yjroxpsmi6"},
    {"job retry", "edgeferry job retry j-r2g57jdvy5yjroxpsmi6 --if-version 14"},
    {"job show", "edgeferry job show j-r2g57jdvy5yjroxpsmi6"},
    {"job start", "edgeferry job start j-r2g57jdvy5yjroxpsmi6"},
    {"job watch", "edgeferry job watch j-r2g57jdvy5yjroxpsmi6 --plain"},
    {"machine join", "edgeferry machine join --controller tcp://10.0.0.5:7443 --code-file code"},
    {"machine resume", "edgeferry machine resume --state /var/lib/edgeferry"},
    {"node", "edgeferry node --config cluster.toml --name controller"},
    {"notification add",
     "edgeferry notification add --mail ops@example.org --on error,stalled\n"
     "edgeferry notification add --webhook https://hooks.example.org/ferry --tag team=web"},
    {"notification list", "edgeferry notification list"},
    {"notification remove", "edgeferry notification remove n-5b0k2v9q4w8r1t6y3u7i"},
    {"notification test", "edgeferry notification test n-5b0k2v9q4w8r1t6y3u7i"},
    {"reference errors", "edgeferry reference errors"},
    {"reference exit-codes", "edgeferry reference exit-codes"},
    {"reference manual", "edgeferry reference manual man"},
    {"reference messages", "edgeferry reference messages"},
    {"reference preflight", "edgeferry reference preflight"},
    {"resource list", "edgeferry resource list --leaked"},
    {"resource release", "edgeferry resource release i-rt8q9ft8zi4kdd7n0oy8"},
    {"source check", "edgeferry source check --all --refresh"},
    {"source delete", "edgeferry source delete s-d2lqhh38dnv8k1dm0zha"},
    {"source ecs-cancel", "edgeferry source ecs-cancel ei-ltoywnde6bvpmpr84p5w"},
    {"source ecs-imports", "edgeferry source ecs-imports"},
    {"source ecs-instances", "edgeferry source ecs-instances --region cn-beijing --search web"},
    {"source ecs-retry", "edgeferry source ecs-retry ei-ltoywnde6bvpmpr84p5w"},
    {"source import-ecs",
     "edgeferry source import-ecs i-2ze0web1 i-2ze0web2 --tag tier=web --wait"},
    {"source list", "edgeferry source list --state Unavailable"},
    {"source modify",
     "edgeferry source modify s-d2lqhh38dnv8k1dm0zha --name web-1 --tag owner=web"},
    {"source show", "edgeferry source show s-d2lqhh38dnv8k1dm0zha"},
    {"tag list", "edgeferry tag list"},
    {"verify",
     "edgeferry verify certificate.json system.qcow2\n"
     "edgeferry verify certificate.json --disk 0 /dev/sda"},
    {"watch", "edgeferry watch\nedgeferry --json watch"},
    {"workgroup add", "edgeferry workgroup add w-3k4l5m6n7o8p9q0r1s2t s-d2lqhh38dnv8k1dm0zha"},
    {"workgroup create", "edgeferry workgroup create --name shop --tag owner=web"},
    {"workgroup delete", "edgeferry workgroup delete w-3k4l5m6n7o8p9q0r1s2t"},
    {"workgroup list", "edgeferry workgroup list"},
    {"workgroup modify", "edgeferry workgroup modify w-3k4l5m6n7o8p9q0r1s2t --description web"},
    {"workgroup remove",
     "edgeferry workgroup remove w-3k4l5m6n7o8p9q0r1s2t s-d2lqhh38dnv8k1dm0zha"},
    {"workgroup show", "edgeferry workgroup show w-3k4l5m6n7o8p9q0r1s2t"},
};

void add_below(CLI::App& app, const std::string& path) {
  for (auto* sub : app.get_subcommands([](CLI::App*) { return true; })) {
    const auto words = path.empty() ? sub->get_name() : path + " " + sub->get_name();
    const auto found = examples.find(words);
    if (found != examples.end()) sub->footer(heading + std::string{found->second});
    add_below(*sub, words);
  }
}

}  // namespace

void add_examples(CLI::App& app) { add_below(app, ""); }

}  // namespace ferry
