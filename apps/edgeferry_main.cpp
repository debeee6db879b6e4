// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The words of the command line; what they do is in the files of the commands.
#include <functional>

#include <CLI/CLI.hpp>

#include "apps/activation_options.hpp"
#include "apps/chaos_command.hpp"
#include "apps/command_tree.hpp"
#include "apps/commands.hpp"
#include "apps/completion.hpp"
#include "apps/diagnose_options.hpp"
#include "apps/ecs_import_options.hpp"
#include "apps/examples.hpp"
#include "apps/find_ids.hpp"
#include "apps/image_options.hpp"
#include "apps/job_options.hpp"
#include "apps/launcher.hpp"
#include "apps/machine_command.hpp"
#include "apps/node.hpp"
#include "apps/notification_options.hpp"
#include "apps/output.hpp"
#include "apps/reference_command.hpp"
#include "apps/secret_words.hpp"
#include "apps/source_options.hpp"
#include "apps/usage.hpp"
#include "apps/verify_command.hpp"
#include "apps/workgroup_options.hpp"
#include "base/version.hpp"
#include "disk/preflight.hpp"
#include "messages/reference.hpp"

using namespace ferry;

namespace {

struct ClusterIsDown {
  std::string cluster;
  FERRY_FIELDS(cluster)
};

/// All that options write to.
struct Words {
  std::string config_file = "edgeferry.toml";
  bool json = false;
  std::string id;
  std::string text;
  bool detach = false;
  ListResources listed;
  bool forget = false;
  ListFilter sources;
  ListClusterEvents events;
  SourceCheck check;
  ActivationWords activation;
  AccessKeyWords access_key;
  NotificationWords notification;
  SourceWords source;
  EcsImportWords ecs_import;
  WorkgroupWords workgroup;
  JobCommandWords job;
  WatchWords watched;
  DiagnoseWords diagnosed;
  ChaosWords chaos;
  ImageWords image;
  VerifyWords verify;
  MachineJoin machine;
};

int with_config(const Words& words, const std::function<int(const ClusterConfig&)>& run) {
  auto config = load_config(words.config_file);
  return config ? run(*config) : print_config_errors(config.error(), words.json);
}

int with_operator(const Words& words, const std::function<int(Operator&)>& run) {
  return with_config(words, [&](const ClusterConfig& config) {
    auto op = Operator::connect(config, words.json);
    return op ? run(*op) : print_error(op.error(), words.json);
  });
}

/// Declares the commands; the chosen one is left in `chosen`.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string{"edgeferry "} + program_version);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--config", words_.config_file, "Cluster file")
        ->type_name("FILE")
        ->envname("EDGEFERRY_CONFIG");
    app_.add_flag("--json", words_.json, "Print JSON for programs");
    add_cluster();
    add_activation();
    add_source();
    add_resource();
    add_job_commands(group("job", "Migration jobs"), words_.job, declare_);
    operator_command(&app_, "watch", "Follow all migrations, on a screen of their own",
                     [this](Operator& op) { return watch(op, words_.watched); })
        ->add_flag("--plain", words_.watched.plain, "Lines of text, also on a terminal");
    add_diagnose(&app_, words_.diagnosed, declare_);
    add_chaos();
    add_image();
    auto* machine = group("machine", "Machines that jobs rent or borrow");
    add_machine_options(*command(machine, "join", "Run the nodes of this machine",
                                 [this] { return machine_join(words_.machine, words_.json); }),
                        words_.machine);
    add_machine_places(*command(machine, "resume", "Run the nodes of this machine after a reboot",
                                [this] { return machine_resume(words_.machine, words_.json); }),
                       words_.machine);
    add_verify_options(
        *command(&app_, "verify", "Hold an image or a disk against its certificate; 0: as proven",
                 [this] {
                   words_.verify.json = words_.json;
                   return verify(words_.verify);
                 }),
        words_.verify);
    add_reference();
    add_examples(app_);
  }

  int run(int argc, char** argv) {
    const std::vector<std::string> given(argv + 1, argv + argc);
    if (!given.empty() && given.front() == complete_word) {
      const auto tree = command_tree(app_);
      std::fputs(complete(tree, {given.begin() + 1, given.end()}, find_ids).c_str(), stdout);
      return exit_ok;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& help) {
      return app_.exit(help);
    } catch (const CLI::ParseError& error) {
      print_error(usage_error(app_, error), std::ranges::find(given, "--json") != given.end());
      return exit_usage;
    }
    hide_words(argc, argv, words_.machine.code);
    return chosen_();
  }

 private:
  CLI::App* command(CLI::App* parent, const std::string& name, const std::string& help,
                    std::function<int()> run) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([this, run = std::move(run)] { chosen_ = run; });
    return sub;
  }
  CLI::App* operator_command(CLI::App* parent, const std::string& name, const std::string& help,
                             std::function<int(Operator&)> run) {
    return command(parent, name, help,
                   [this, run = std::move(run)] { return with_operator(words_, run); });
  }
  CLI::App* group(const std::string& name, const std::string& help) {
    auto* sub = app_.add_subcommand(name, help);
    sub->require_subcommand(1);
    sub->fallthrough();
    return sub;
  }
  void id_of(CLI::App* sub, const std::string& what, const std::string& kind) {
    sub->add_option("id", words_.id, what)->type_name(kind)->required();
  }
  void file_of(CLI::App* sub) {
    sub->add_option("file", words_.config_file, "Cluster file")->type_name("FILE");
  }

  void add_cluster();
  void add_activation();
  void add_source();
  void add_resource();
  void add_reference();
  void add_chaos();
  void add_image();

  CLI::App app_{"edgeferry: moves running Linux servers into edge-cloud images", "edgeferry"};
  Words words_;
  std::function<int()> chosen_;
  DeclareCommand declare_ = [this](CLI::App* parent, const std::string& name,
                                   const std::string& help, std::function<int(Operator&)> run) {
    return operator_command(parent, name, help, std::move(run));
  };
};

void CommandLine::add_cluster() {
  auto* cluster = group("cluster", "Run the nodes of a cluster file on this host");
  auto* up = command(cluster, "up", "Start and supervise all nodes of this host", [this] {
    return with_config(words_, [this](const ClusterConfig& config) {
      if (auto keys = make_keys(config); !keys) return print_error(keys.error(), words_.json);
      return cluster_up(config, {words_.config_file, {}, words_.detach});
    });
  });
  file_of(up);
  up->add_flag("--detach", words_.detach, "Go on in the background once all nodes are up");
  file_of(command(cluster, "status", "Show the nodes of this host", [this] {
    return with_config(words_, [this](const ClusterConfig& config) {
      auto status = cluster_status(config);
      if (!status) return print_error(status.error(), words_.json);
      if (words_.json) return print_json(*status);
      print_status(*status, stdout);
      return exit_ok;
    });
  }));
  file_of(command(cluster, "down", "Stop all nodes of this host", [this] {
    return with_config(words_, [this](const ClusterConfig& config) {
      auto done = cluster_down(config, std::chrono::seconds{25});
      if (!done) return print_error(done.error(), words_.json);
      if (words_.json) return print_json(ClusterIsDown{config.name});
      std::printf("cluster %s is down\n", config.name.c_str());
      return exit_ok;
    });
  }));
  file_of(command(cluster, "key", "Show the keys of certificates and of the message bus", [this] {
    return with_config(
        words_, [this](const ClusterConfig& config) { return cluster_key(config, words_.json); });
  }));
  operator_command(cluster, "nodes", "Show the nodes the controller knows, on all hosts",
                   [](Operator& op) { return node_list(op); });
  operator_command(cluster, "tree", "Show the actors of every process under their supervisors",
                   [](Operator& op) { return cluster_tree(op); });
  operator_command(cluster, "events", "Show what happened to the cluster as a whole",
                   [this](Operator& op) { return cluster_events(op, words_.events); })
      ->add_option("--after", words_.events.after_seq,
                   "Only what came after the event of this number");
  operator_command(cluster, "backup", "Copy the controller's database to a new file on its host",
                   [this](Operator& op) { return cluster_backup(op, words_.text); })
      ->add_option("copy", words_.text, "The new file")
      ->type_name("FILE")
      ->required();

  auto* node = command(&app_, "node", "Run one node in the foreground (for systemd)", [this] {
    return with_config(
        words_, [this](const ClusterConfig& config) { return run_node(config, words_.text); });
  });
  node->add_option("--name", words_.text, "Name of the node in the cluster file")->required();
  auto* config = group("config", "Look at cluster files");
  file_of(command(config, "check", "Check a file and print its effective configuration", [this] {
    return with_config(words_, [this](const ClusterConfig& checked) {
      if (words_.json) return print_json(checked);
      std::fputs(effective_toml(checked).c_str(), stdout);
      return exit_ok;
    });
  }));

  auto* bucket = group("bucket", "Look at the buckets of a cluster file");
  file_of(command(bucket, "list", "Show the buckets that jobs may choose", [this] {
    return with_config(
        words_, [this](const ClusterConfig& listed) { return bucket_list(listed, words_.json); });
  }));
  auto* check = command(bucket, "check", "Try all that jobs do there, with small objects", [this] {
    return with_config(words_, [this](const ClusterConfig& checked) {
      return bucket_check(checked, words_.text, words_.json);
    });
  });
  file_of(check);
  check->add_option("--name", words_.text, "Which one; default: that of [bucket]");
}

void CommandLine::add_reference() {
  auto* reference = group("reference", "Print reference pages");
  const auto page = [&](const char* name, const char* help, std::string (*text)()) {
    command(reference, name, help, [this, text] { return print_reference(text(), words_.json); });
  };
  page("messages", "All messages of the control protocol", message_reference);
  page("errors", "All error numbers with their next steps", error_reference);
  page("preflight", "All findings about source servers", preflight_reference);
  page("exit-codes", "What exit codes mean", exit_code_reference);
  command(reference, "manual", "Write the manual pages of this program to a folder",
          [this] { return write_manuals(app_, words_.text, words_.json); })
      ->add_option("folder", words_.text, "Where they are put")
      ->type_name("FOLDER")
      ->required();
  command(&app_, "completion", "Print the script by which a shell completes commands",
          [this] { return print_completion(words_.text, words_.json); })
      ->add_option("shell", words_.text, "Which shell")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
}

void CommandLine::add_activation() {
  add_activation_commands(group("activation", "Codes with which source servers register"),
                          words_.activation, declare_);
  add_access_key_commands(group("accesskey", "Keys with which programs sign SMC API requests"),
                          words_.access_key, declare_);
  add_notification_commands(group("notification", "Who is told by mail or webhook what happens"),
                            words_.notification, declare_);
}

void CommandLine::add_source() {
  auto* source = group("source", "Registered source servers");
  add_source_filter(
      *operator_command(source, "list", "Show source servers: all, or those that are asked for",
                        [this](Operator& op) { return source_list(op, words_.sources); }),
      words_.sources);
  id_of(operator_command(source, "show", "Show one with disks and partitions",
                         [this](Operator& op) { return source_show(op, words_.id); }),
        "s-...", "SOURCE");
  auto* check = operator_command(source, "check", "What stands against it; 0: nothing critical",
                                 [this](Operator& op) { return source_check(op, words_.check); });
  check->add_option("id", words_.check.id, "s-...")->type_name("SOURCE");
  check->add_flag("--all", words_.check.all, "All source servers")->excludes("id");
  check->add_flag("--refresh", words_.check.refresh, "Have the agents look again now");
  add_source_changes(source, words_.source, declare_);
  add_ecs_import_commands(source, words_.ecs_import, declare_);
  add_workgroup_commands(group("workgroup", "Source servers that are migrated together"),
                         words_.workgroup, declare_);
  operator_command(group("tag", "Words on source servers and jobs"), "list",
                   "Show all tags, and how many source servers and jobs have each",
                   [](Operator& op) { return tag_list(op); });
}

void CommandLine::add_resource() {
  auto* resource = group("resource", "Temporary resources of jobs: disks, objects, images");
  auto* list = operator_command(
      resource, "list", "Compare the ledger with what providers have, and show both",
      [this](Operator& op) { return resource_list(op, words_.listed, words_.text); });
  list->add_option("--job", words_.text, "Only what belongs to this job")->type_name("JOB");
  list->add_flag("--leaked", words_.listed.leaked_only, "Only what no unfinished job uses");
  list->add_flag("--all", words_.listed.all, "Also what was released or given up");
  auto* release = operator_command(
      resource, "release", "Remove what carries a token or has a name", [this](Operator& op) {
        return words_.forget ? resource_abandon(op, words_.id) : resource_release(op, words_.id);
      });
  id_of(release, "token or name, as 'resource list' shows it", "RESOURCE");
  release->add_flag("--forget", words_.forget,
                    "Give it up: its node is gone for good, and its job can't end without it");
}

void CommandLine::add_chaos() {
  auto* chaos = group("chaos", "Break a real cluster on purpose, and see what it promised");
  const auto plan_of = [this](CLI::App* sub) {
    sub->add_option("plan", words_.chaos.plan, "Plan, such as config/chaos/rot.toml")
        ->type_name("FILE")
        ->required();
    sub->add_option("--seed", words_.chaos.seed, "Other dice than the plan's");
  };
  auto* run = command(chaos, "run", "Carry out a plan; 0: all promises held, 1: one broke", [this] {
    words_.chaos.json = words_.json;
    return chaos_run(words_.chaos);
  });
  plan_of(run);
  run->add_option("--report", words_.chaos.report_file, "Also write the report, as JSON")
      ->type_name("FILE");
  plan_of(command(chaos, "check", "Check a plan and print when its faults strike", [this] {
    words_.chaos.json = words_.json;
    return chaos_check(words_.chaos);
  }));
  command(chaos, "list-faults", "Show the kinds of faults, and whether they are possible here",
          [this] { return chaos_list_faults(words_.json); });
  auto* undo = command(chaos, "undo", "Put right what a run that was killed left",
                       [this] { return chaos_undo(words_.text, words_.json); });
  undo->add_option("folder", words_.text, "Its work folder")->type_name("FOLDER")->required();
}

void CommandLine::add_image() {
  add_image_commands(*group("image", "Make images fit to boot, and see them boot"), words_.image,
                     words_.json,
                     {[this](std::function<int()> run) { chosen_ = std::move(run); },
                      [this](const auto& run) { return with_config(words_, run); }});
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  return CommandLine{}.run(argc, argv);
}
