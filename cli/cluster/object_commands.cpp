// Subcommands of `template`, `cluster-template` and `cron`.
#include "cli/cluster/object_commands.h"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cluster/manifests.h"
#include "cli/cluster/show.h"
#include "cli/cluster/submission.h"
#include "cli/runs/execution.h"
#include "cli/runs/page_head.h"
#include "cli/table.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::member;
using run::object_at;
using run::text_of;

struct ObjectOptions {
    ClusterChoice cluster;
    ListQuery selectors;
    ManifestRequest manifests;
    std::vector<std::string> names;
    std::string output;
    bool without_headers = false;
    bool all = false;
    bool is_trial = false;
    bool skips_lint = false;
    /// Of CronWorkflows.
    OverrideOptions given;
    std::string schedule;
};

/// A kind with what is shown of it; both live as long as the program.
struct Shown {
    const ObjectKind* kind = nullptr;
    const ObjectWords* words = nullptr;
};

using Options = std::shared_ptr<ObjectOptions>;

json metadata_of(const std::string& object) {
    return object_at(json::parse(object, nullptr, false), "metadata");
}

std::int64_t created_ms(const json& meta) {
    return run::parse_rfc3339_ms(text_of(meta, "creationTimestamp")).value_or(0);
}

Result<int> list_objects(const Shown& shown, const ObjectOptions& options, const Cluster& cluster,
                         Streams& streams) {
    TIPHYS_TRY(objects, cluster.list(*shown.kind, options.selectors));
    if (options.output == "json" || options.output == "yaml") {
        write_objects(objects, options.output == "yaml", true, streams);
        return kExitFine;
    }
    const bool with_namespaces = options.cluster.is_all_namespaces;
    std::vector<TableRow> rows;
    if (!options.without_headers) {
        TableRow head;
        if (with_namespaces) head.emplace_back("NAMESPACE");
        head.insert(head.end(), {"NAME", "AGE"});
        head.insert(head.end(), shown.words->headers.begin(), shown.words->headers.end());
        rows.push_back(std::move(head));
    }
    for (const std::string& object : objects) {
        const json meta = metadata_of(object);
        const std::string name = text_of(meta, "name");
        if (options.output == "name") {
            streams.out << name << "\n";
            continue;
        }
        TableRow row;
        if (with_namespaces) row.push_back(text_of(meta, "namespace"));
        row.insert(row.end(), {name, age_text(unix_ms() - created_ms(meta))});
        for (std::string& cell : shown.words->cells(object)) {
            row.push_back(in_one_line(cell));
        }
        rows.push_back(std::move(row));
    }
    if (options.output == "name") return kExitFine;
    if (objects.empty()) {
        streams.err << "tiphys: there is no " << shown.kind->words << "\n";
        return kExitFine;
    }
    write_table(rows, streams.out);
    return kExitFine;
}

void write_page(const Shown& shown, const std::string& object, Streams& streams) {
    const json meta = metadata_of(object);
    std::vector<TableRow> rows = {{"Name:", text_of(meta, "name")}};
    if (shown.kind->is_namespaced) rows.push_back({"Namespace:", text_of(meta, "namespace")});
    rows.push_back({"Created:", run::rfc3339(created_ms(meta)) + " (" +
                                    age_text(unix_ms() - created_ms(meta)) + " ago)"});
    for (const auto& [name, value] : shown.words->lines(object)) {
        if (!value.empty()) rows.push_back({name + ":", in_one_line(value)});
    }
    write_table(rows, streams.out);
}

Result<int> get_objects(const Shown& shown, const ObjectOptions& options, const Cluster& cluster,
                        Streams& streams) {
    bool is_first = true;
    for (const std::string& name : options.names) {
        TIPHYS_TRY(object, cluster.get(*shown.kind, name));
        if (options.output == "json" || options.output == "yaml") {
            write_objects({object}, options.output == "yaml", false, streams);
            continue;
        }
        if (!is_first) streams.out << "\n";
        is_first = false;
        write_page(shown, object, streams);
    }
    return kExitFine;
}

/// The object of the files in place of the one that is there.
Result<std::string> replaced(const Shown& shown, const std::string& object, const Cluster& cluster,
                             Complaints& complaints) {
    const std::string name = text_of(metadata_of(object), "name");
    const auto edit = [&](const std::string& before) -> Result<std::string> {
        json after = json::parse(object, nullptr, false);
        const json old = json::parse(before, nullptr, false);
        after["metadata"]["resourceVersion"] = member(member(old, "metadata"), "resourceVersion");
        // What a controller has noted down stays.
        if (old.contains("status")) after["status"] = old["status"];
        return after.dump();
    };
    return cluster.edit(*shown.kind, name, edit, &complaints);
}

Result<int> put_objects(const Shown& shown, const ObjectOptions& options, bool is_update,
                        const Cluster& cluster, Streams& streams) {
    ManifestRequest request = options.manifests;
    request.kind = shown.kind->kind;
    request.is_checked = !options.skips_lint;
    TIPHYS_TRY(manifests, read_manifests(request, streams));
    if (manifests.objects.empty()) return kExitFindings;
    TIPHYS_TRY(overrides, read_overrides(options.given));
    for (const Manifest& manifest : manifests.objects) {
        Complaints complaints;
        std::string object = manifest.json;
        if (shown.kind->kind == kCronWorkflows.kind) {
            TIPHYS_TRY(changed, with_cron_overrides(object, overrides, options.schedule));
            object = std::move(changed);
        }
        const auto answer = is_update ? replaced(shown, object, cluster, complaints)
                                      : cluster.create(*shown.kind, object, false, &complaints);
        if (!complaints.empty()) {
            write_complaints(complaints, *manifest.document, *manifests.sources, streams);
            return kExitFindings;
        }
        TIPHYS_TRY(made, answer);
        const std::string name = text_of(metadata_of(made), "name");
        if (options.output == "json" || options.output == "yaml") {
            write_objects({made}, options.output == "yaml", false, streams);
        } else if (options.output == "wide") {
            write_page(shown, made, streams);
        } else if (options.output == "name") {
            streams.out << name << "\n";
        } else {
            streams.out << shown.kind->words << " " << name
                        << (is_update ? " updated\n" : " created\n");
        }
    }
    return kExitFine;
}

Result<int> delete_objects(const Shown& shown, const ObjectOptions& options, const Cluster& cluster,
                           Streams& streams) {
    std::vector<std::string> names = options.names;
    if (names.empty()) {
        TIPHYS_TRY(objects, cluster.list(*shown.kind, options.selectors));
        for (const std::string& object : objects) {
            names.push_back(text_of(metadata_of(object), "name"));
        }
    }
    for (const std::string& name : names) {
        if (!options.is_trial) {
            if (auto removed = cluster.remove(*shown.kind, name); !removed) {
                return removed.error();
            }
        }
        streams.out << shown.kind->words << " " << name
                    << (options.is_trial ? " would be deleted\n" : " deleted\n");
    }
    return kExitFine;
}

/// `tiphys lint` on the files, with the cluster's objects beside them.
int lint_objects(const ObjectOptions& options, Streams& streams) {
    std::vector<std::string> words = {"lint", "--cluster"};
    const kube::KubeconfigChoice& choice = options.cluster.kubeconfig;
    const std::pair<const char*, const std::string*> given[] = {{"--namespace", &choice.name_space},
                                                                {"--context", &choice.context},
                                                                {"--kubeconfig", &choice.path}};
    for (const auto& [name, value] : given) {
        if (!value->empty()) words.insert(words.end(), {name, *value});
    }
    words.emplace_back("--");
    words.insert(words.end(), options.manifests.files.begin(), options.manifests.files.end());
    return run_command(words, streams);
}

using Work = std::function<Result<int>(const ObjectOptions&, const Cluster&, Streams&)>;

CLI::App& add_action(CLI::App& command, Invocation& invocation, const char* name,
                     const std::string& help, const Options& options, const Work& work) {
    CLI::App* action = command.add_subcommand(name, help);
    add_cluster_options(*action, options->cluster, true);
    action->callback([options, work, &invocation] {
        invocation.run = [options, work](Streams& streams) {
            return on_cluster(options->cluster, streams, [&](const Cluster& cluster) {
                return work(*options, cluster, streams);
            });
        };
    });
    return *action;
}

void add_output(CLI::App& action, ObjectOptions& options) {
    action.add_option("-o,--output", options.output, "Form of the output")
        ->check(CLI::IsMember({"json", "yaml", "name", "wide"}))
        ->option_text("json|yaml|name|wide");
}

void add_files(CLI::App& action, ObjectOptions& options) {
    action
        .add_option("FILE", options.manifests.files,
                    "Files in the language, YAML or JSON; `-` is standard input")
        ->required();
}

/// Argo: cmd/argo/commands/cron/create.go.
void add_cron_overrides(CLI::App& action, ObjectOptions& options, bool is_update) {
    add_override_options(action, options.given);
    if (is_update) {
        // They say which one is replaced.
        for (const char* name : {"--name", "--generate-name"})
            action.remove_option(action.get_option(name));
        return;
    }
    action.add_option("--schedule", options.schedule, "Schedule in place of those of the file")
        ->option_text("CRON");
}

void add_reading(CLI::App& command, Invocation& invocation, const Shown& shown) {
    const std::string words(shown.kind->words);
    const auto listed = std::make_shared<ObjectOptions>();
    CLI::App& list =
        add_action(command, invocation, "list", "List each " + words, listed,
                   [shown](const ObjectOptions& options, const Cluster& cluster, Streams& streams) {
                       return list_objects(shown, options, cluster, streams);
                   });
    if (shown.kind->is_namespaced) add_all_namespaces(list, listed->cluster);
    add_selectors(list, listed->selectors);
    add_output(list, *listed);
    list.add_flag("--no-headers", listed->without_headers, "Leave out the line of headers");
    const auto got = std::make_shared<ObjectOptions>();
    CLI::App& get =
        add_action(command, invocation, "get", "Show a " + words, got,
                   [shown](const ObjectOptions& options, const Cluster& cluster, Streams& streams) {
                       return get_objects(shown, options, cluster, streams);
                   });
    get.add_option("NAME", got->names, "Names")->required();
    add_output(get, *got);
}

void add_writing(CLI::App& command, Invocation& invocation, const Shown& shown) {
    const std::string words(shown.kind->words);
    for (const bool is_update : {false, true}) {
        const auto options = std::make_shared<ObjectOptions>();
        CLI::App& action =
            add_action(command, invocation, is_update ? "update" : "create",
                       (is_update ? "Replace the " : "Create the ") + words + "s of files", options,
                       [shown, is_update](const ObjectOptions& given, const Cluster& cluster,
                                          Streams& streams) {
                           return put_objects(shown, given, is_update, cluster, streams);
                       });
        add_files(action, *options);
        add_output(action, *options);
        if (shown.kind->kind == kCronWorkflows.kind)
            add_cron_overrides(action, *options, is_update);
        add_environment(action, options->manifests.environment);
        action.add_flag("--no-lint", options->skips_lint, "Although the linter finds errors");
    }
    const auto removed = std::make_shared<ObjectOptions>();
    CLI::App& remove =
        add_action(command, invocation, "delete", "Delete a " + words, removed,
                   [shown](const ObjectOptions& options, const Cluster& cluster, Streams& streams) {
                       return delete_objects(shown, options, cluster, streams);
                   });
    CLI::Option* names = remove.add_option("NAME", removed->names, "Names");
    add_selectors(remove, removed->selectors);
    CLI::Option* all = remove.add_flag("--all", removed->all, "All of the namespace");
    remove.add_flag("--dry-run", removed->is_trial, "Only say which would be deleted");
    remove.callback([removed, shown, names, all, &invocation] {
        invocation.run = [removed, shown,
                          is_said = names->count() + all->count() > 0](Streams& streams) {
            if (!is_said && removed->selectors.labels.empty()) {
                return fail(streams, "name what to delete, or say which: `-l a=b`, `--all`");
            }
            return on_cluster(removed->cluster, streams, [&](const Cluster& cluster) {
                return delete_objects(shown, *removed, cluster, streams);
            });
        };
    });
}

} // namespace

void add_object_commands(CLI::App& command, Invocation& invocation, const ObjectKind& kind,
                         const ObjectWords& words) {
    const Shown shown{&kind, &words};
    add_reading(command, invocation, shown);
    add_writing(command, invocation, shown);
    CLI::App* lint = command.add_subcommand("lint", "Check files against what the cluster has");
    const auto options = std::make_shared<ObjectOptions>();
    add_files(*lint, *options);
    add_cluster_options(*lint, options->cluster, true);
    lint->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return lint_objects(*options, streams); };
    });
}

} // namespace tiphys::cli
