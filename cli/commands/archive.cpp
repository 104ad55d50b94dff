// tiphys archive: finished workflows that are kept in a database.
#include "runtime/archive/archive.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/archive_output.h"
#include "cli/cluster/again.h"
#include "cli/cluster/cluster.h"
#include "cli/cluster/follow.h"
#include "cli/cluster/workflow_view.h"
#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/runs/execution.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/state_folder.h"
#include "runtime/io/files.h"

namespace tiphys::cli {
namespace {

struct ArchiveArguments {
    archive::ArchiveOptions options;
    archive::ArchiveFilter filter;
    std::string state;
    std::string output;
    std::string older;
    std::vector<std::string> names;
    std::string key;
    /// Where workflows are submitted again.
    ClusterChoice cluster;
    FollowChoice follow;
    std::vector<std::string> parameters;
    bool is_memoized = false;
};

Result<std::unique_ptr<archive::Archive>> open(const ArchiveArguments& arguments, bool may_create) {
    archive::ArchiveOptions options = arguments.options;
    const char* place = std::getenv("TIPHYS_ARCHIVE");
    if (options.place.empty() && place != nullptr) options.place = place;
    if (options.place.empty()) {
        const std::string folder = state_folder(arguments.state);
        if (may_create) {
            TIPHYS_TRY(made, run::make_folders(folder));
            static_cast<void>(made);
        }
        const std::string file = folder + "/archive.db";
        std::error_code error;
        const bool is_there = may_create || std::filesystem::exists(file, error);
        options.place = is_there ? "sqlite:" + file : "sqlite::memory:";
        // Nothing was archived yet: an empty archive says so, and leaves nothing behind.
        may_create = may_create || !is_there;
    }
    options.may_create = may_create;
    return archive::Archive::open(options);
}

/// Does the work with the archive, and says why it cannot.
using Work = std::function<Result<Done>(archive::Archive&, Streams&)>;
int with_archive(const ArchiveArguments& arguments, bool may_create, Streams& streams,
                 const Work& work) {
    const auto archive = open(arguments, may_create);
    if (!archive) return fail(streams, archive.error().message);
    const auto done = work(**archive, streams);
    return done.has_value() ? kExitFine : fail(streams, done.error().message);
}

Result<std::string> uid_of(archive::Archive& archive, const ArchiveArguments& arguments,
                           const std::string& name) {
    TIPHYS_TRY(uid, archive.find(arguments.filter.name_space, name));
    if (!uid.has_value()) return Error{"there is no workflow `" + name + "` in the archive"};
    return *uid;
}

Result<std::string> object_of(archive::Archive& archive, const ArchiveArguments& arguments,
                              const std::string& name) {
    TIPHYS_TRY(uid, uid_of(archive, arguments, name));
    TIPHYS_TRY(object, archive.get(uid));
    if (!object.has_value()) return Error{"workflow `" + name + "` has just been deleted"};
    return *object;
}

Result<Done> list(archive::Archive& archive, const ArchiveArguments& arguments, Streams& streams) {
    TIPHYS_TRY(found, archive.list(arguments.filter));
    write_archived(found, arguments.output, streams.out);
    if (found.empty() && arguments.output.empty()) {
        streams.err << "tiphys: there are no such workflows\n";
    }
    return Done{};
}

Result<Done> get(archive::Archive& archive, const ArchiveArguments& arguments, Streams& streams) {
    for (const std::string& name : arguments.names) {
        TIPHYS_TRY(object, object_of(archive, arguments, name));
        write_object(object, arguments.output, streams.out);
    }
    return Done{};
}

Result<Done> remove(archive::Archive& archive, const ArchiveArguments& arguments,
                    Streams& streams) {
    if (arguments.names.empty() == arguments.older.empty()) {
        return Error{"name the workflows to delete, or say `--older 30d`"};
    }
    for (const std::string& name : arguments.names) {
        TIPHYS_TRY(uid, uid_of(archive, arguments, name));
        TIPHYS_TRY(removed, archive.remove(uid));
        if (removed) streams.out << "workflow " << name << " deleted from the archive\n";
    }
    if (arguments.older.empty()) return Done{};
    TIPHYS_TRY(age_ms, parse_age_ms(arguments.older));
    TIPHYS_TRY(n_removed, archive.remove_finished_before(unix_ms() - age_ms));
    streams.out << n_removed << " workflows deleted from the archive\n";
    return Done{};
}

Result<Done> add(archive::Archive& archive, const ArchiveArguments& arguments, Streams& streams) {
    for (const std::string& name : arguments.names) {
        std::string text;
        if (name == "-") {
            TIPHYS_TRY(read, read_standard_input(streams.in));
            text = std::move(read);
        } else {
            TIPHYS_TRY(read, run::read_file(name));
            text = std::move(read);
        }
        TIPHYS_TRY(n_added, add_objects(archive, text));
        streams.out << n_added << " workflows archived\n";
    }
    return Done{};
}

/// Argo: ResubmitArchivedWorkflow in server/workflowarchive/archived_workflow_server.go.
Result<Done> resubmit(archive::Archive& archive, const ArchiveArguments& arguments,
                      Streams& streams) {
    TIPHYS_TRY(parameters, parse_parameters(arguments.parameters));
    for (const std::string& name : arguments.names) {
        TIPHYS_TRY(object, object_of(archive, arguments, name));
        TIPHYS_TRY(old, read_workflow(object));
        constexpr std::size_t kSuffix = 5;
        TIPHYS_TRY(copy, resubmitted(object, arguments.is_memoized, random_letters(kSuffix),
                                     parameters, unix_ms()));
        ClusterChoice there = arguments.cluster;
        there.kubeconfig.name_space = old.head.namespace_name;
        TIPHYS_TRY(cluster, Cluster::open(there));
        TIPHYS_TRY(made, cluster.create(kWorkflows, copy));
        TIPHYS_TRY(view, read_workflow(made));
        streams.out << "workflow " << old.head.name << " resubmitted as " << view.head.name << "\n";
        TIPHYS_TRY(code, follow_as_asked(cluster, {view.head.name}, arguments.follow, streams));
        if (code != kExitFine) return Error{"workflow `" + view.head.name + "` has not succeeded"};
    }
    return Done{};
}

Result<Done> labels(archive::Archive& archive, const ArchiveArguments& arguments,
                    Streams& streams) {
    TIPHYS_TRY(found, archive.labels(arguments.key));
    for (const std::string& label : found)
        streams.out << label << "\n";
    return Done{};
}

using Arguments = std::shared_ptr<ArchiveArguments>;

void add_place(CLI::App& command, const Arguments& arguments) {
    command
        .add_option("--archive", arguments->options.place,
                    "The archive: a file of SQLite, or `postgresql://USER@HOST/DATABASE`")
        ->option_text("PLACE ($TIPHYS_ARCHIVE, else archive.db in the state folder)");
    add_state_option(command, arguments->state);
    command
        .add_option("--cluster-name", arguments->options.cluster_name,
                    "Cluster whose workflows are meant")
        ->option_text("NAME (default)");
    command.add_option("--instance-id", arguments->options.instance_id,
                       "Controller whose workflows are meant");
    command.add_option("-n,--namespace", arguments->filter.name_space,
                       "Namespace of the workflows; all of them without");
}

using Part = Result<Done> (*)(archive::Archive&, const ArchiveArguments&, Streams&);
CLI::App* add_part(CLI::App& command, Invocation& invocation, const char* name, const char* help,
                   const Arguments& arguments, Part part, bool may_create = false) {
    CLI::App* sub = command.add_subcommand(name, help);
    add_place(*sub, arguments);
    sub->callback([=, &invocation] {
        invocation.run = [=](Streams& streams) {
            return with_archive(*arguments, may_create, streams,
                                [&](archive::Archive& archive, Streams& out) {
                                    return part(archive, *arguments, out);
                                });
        };
    });
    return sub;
}

void add_names(CLI::App* sub, const Arguments& arguments, bool is_required) {
    sub->add_option("WORKFLOW", arguments->names, "Names or uids")->required(is_required);
}

void add_list_part(CLI::App& command, Invocation& invocation, const Arguments& arguments) {
    CLI::App* sub = add_part(command, invocation, "list", "List workflows, the last begun first",
                             arguments, list);
    archive::ArchiveFilter& filter = arguments->filter;
    sub->add_option("-l,--selector", filter.selector, "Labels: `team=a,tier!=x,job in (p,q)`");
    sub->add_option("--prefix", filter.prefix, "Names that begin so");
    sub->add_option("--status", filter.phases, "Phases, separated by commas")->delimiter(',');
    sub->add_option("--started-after", filter.started_after, "Time as `2026-01-31T10:00:00Z`");
    sub->add_option("--finished-before", filter.finished_before, "Time as `2026-01-31T10:00:00Z`");
    sub->add_option("--limit", filter.limit, "Most workflows to list; 0: all")
        ->option_text("N (0)");
    sub->add_option("--offset", filter.offset, "Workflows to pass over first")
        ->option_text("N (0)");
    sub->add_option("-o,--output", arguments->output, "Form of the list")
        ->check(CLI::IsMember({"json", "wide", "name"}))
        ->option_text("json|wide|name");
}

} // namespace

void add_archive(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("archive", "Look after finished workflows that are kept in a database");
    command->require_subcommand(1);
    auto arguments = std::make_shared<ArchiveArguments>();
    add_list_part(*command, invocation, arguments);
    CLI::App* shown =
        add_part(*command, invocation, "get", "Print workflows as they ended", arguments, get);
    add_names(shown, arguments, true);
    shown->add_option("-o,--output", arguments->output, "Form of the objects")
        ->check(CLI::IsMember({"json", "yaml"}))
        ->option_text("json|yaml (yaml)");
    CLI::App* gone = add_part(*command, invocation, "delete", "Delete workflows from the archive",
                              arguments, remove);
    add_names(gone, arguments, false);
    gone->add_option("--older", arguments->older, "Those that ended so long ago: `30d`");
    CLI::App* again =
        add_part(*command, invocation, "resubmit",
                 "Submit workflows of the archive to the cluster once more", arguments, resubmit);
    add_names(again, arguments, true);
    again->add_flag("--memoized", arguments->is_memoized,
                    "Take over what succeeded; the workflow must have failed");
    again
        ->add_option("-p,--parameter", arguments->parameters,
                     "Value of a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    again->add_option("--kubeconfig", arguments->cluster.kubeconfig.path, "Path of the kubeconfig");
    again->add_option("--context", arguments->cluster.kubeconfig.context,
                      "Context of the kubeconfig");
    add_follow_options(*again, arguments->follow);
    CLI::App* added = add_part(*command, invocation, "add", "Archive Workflow objects from files",
                               arguments, add, true);
    added->add_option("FILE", arguments->names, "JSON of objects or lists; `-` is standard input")
        ->required();
    CLI::App* values =
        add_part(*command, invocation, "labels",
                 "List the keys of all labels, or the values of one", arguments, labels);
    values->add_option("KEY", arguments->key, "Label whose values are listed");
}

} // namespace tiphys::cli
