// tiphys run: a workflow on this machine, here and now.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <ostream>
#include <set>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/report_options.h"
#include "cli/runs/cluster_run.h"
#include "cli/runs/execution.h"
#include "cli/runs/expiry.h"
#include "cli/runs/find_workflow.h"
#include "cli/runs/refusals.h"
#include "cli/runs/request.h"
#include "cli/runs/state_folder.h"
#include "cli/runs/stored_run.h"
#include "cli/source_errors.h"
#include "runtime/io/files.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::cli {
namespace {

struct RunOptions {
    std::vector<std::string> files;
    std::vector<std::string> parameters;
    std::string parameter_file;
    std::string entrypoint;
    std::string environment;
    std::string name;
    std::string generate_name;
    std::string labels;
    std::string from;
    /// The run that is gone on with; empty: the latest that was interrupted.
    std::string resumed;
    bool is_resume = false;
    bool skips_lint = false;
    ExecutionOptions execution;
};

/// Whether the workflow may run; says what is wrong with it.
bool passes_lint(const Sources& sources, const ir::Document* workflow, const Parameters& labels,
                 Streams& streams) {
    Judgement judgement = judge(sources.project, workflow, labels);
    const bool may_run = judgement.refusing.empty();
    std::vector<Diagnostic> found = std::move(judgement.refusing);
    std::move(judgement.later.begin(), judgement.later.end(), std::back_inserter(found));
    if (!found.empty()) write_diagnostics(std::move(found), sources, streams);
    return may_run;
}

void write_unsupported(const std::vector<run::Unsupported>& unsupported, const Sources& sources,
                       Streams& streams) {
    std::vector<Diagnostic> found;
    for (const run::Unsupported& field : unsupported) {
        Diagnostic diagnostic;
        diagnostic.rule = "cannot-run";
        diagnostic.message =
            "cannot run `" + field.path + (field.is_refused ? "`" : "` on this machine");
        diagnostic.span = field.span;
        diagnostic.label = field.reason;
        found.push_back(std::move(diagnostic));
    }
    write_diagnostics(std::move(found), sources, streams);
    const bool is_refused = std::any_of(unsupported.begin(), unsupported.end(),
                                        [](const auto& field) { return field.is_refused; });
    if (is_refused) return;
    std::set<std::string> needs;
    for (const run::Unsupported& field : unsupported) {
        needs.insert(field.reason);
    }
    streams.err << "tiphys: this workflow cannot run here: ";
    for (const std::string& need : needs) {
        streams.err << need << "; ";
    }
    streams.err << "`tiphys simulate` runs it in virtual time\n";
}

/// `NAME=PATH`; the path as seen from anywhere.
Result<Parameters> parse_images(const std::vector<std::string>& texts) {
    Parameters images;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == text.npos || equals == 0 || equals + 1 == text.size()) {
            return Error{"`--image " + text +
                         "` names no image and its place; write `--image NAME=PATH`"};
        }
        images.emplace_back(text.substr(0, equals),
                            std::filesystem::absolute(text.substr(equals + 1)).string());
    }
    return images;
}

Result<run::RunRecord> make_record(const RunOptions& options, const Sources& sources,
                                   const ir::Document& document, const Parameters& labels) {
    run::RunRecord record;
    record.generate_name =
        options.generate_name.empty() ? generate_name_of(document) : options.generate_name;
    record.name = options.name.empty() && !options.generate_name.empty()
                      ? options.generate_name + random_letters(5)
                      : choose_name(options.name, document);
    record.namespace_name =
        document.namespace_name.empty() ? "default" : std::string(document.namespace_name);
    record.uid = new_uid();
    record.created_ms = unix_ms();
    record.inputs.files = stored_files(sources);
    record.inputs.entrypoint = options.entrypoint;
    record.inputs.from = options.from;
    record.inputs.labels = labels;
    record.inputs.environment = options.environment;
    record.inputs.isolation = options.execution.isolation;
    record.inputs.backend = options.execution.backend;
    TIPHYS_TRY(images, parse_images(options.execution.images));
    record.inputs.images = std::move(images);
    if (!options.execution.image_folder.empty()) {
        record.inputs.image_folder =
            std::filesystem::absolute(options.execution.image_folder).string();
    }
    record.inputs.grace_ms = static_cast<std::int64_t>(options.execution.grace_seconds * 1000);
    TIPHYS_TRY(given, parse_parameters(options.parameters));
    record.inputs.parameters = std::move(given);
    if (options.parameter_file.empty()) return record;
    auto& parameters = record.inputs.parameters;
    TIPHYS_TRY(text, run::read_file(options.parameter_file));
    TIPHYS_TRY(more, run::parse_parameter_file(text));
    for (auto& [name, value] : more) {
        const bool is_given =
            std::any_of(parameters.begin(), parameters.end(),
                        [&, wanted = name](const auto& known) { return known.first == wanted; });
        if (!is_given) parameters.emplace_back(name, value);
    }
    return record;
}

/// Puts the run into the journal, in place of a finished one of the same name.
Result<std::unique_ptr<run::Journal>> enter_run(const std::string& state, run::RunRecord& record) {
    TIPHYS_TRY(journal, run::Journal::open(state, true));
    TIPHYS_TRY(tidied, delete_expired(state, *journal));
    static_cast<void>(tidied);
    TIPHYS_TRY(old, journal->find(record.name));
    if (old && !old->closed) {
        return Error{"run `" + record.name +
                     "` has not ended, but its process has; go on with "
                     "`tiphys run --resume " +
                     record.name + "`, or drop it with `tiphys delete " + record.name + "`"};
    }
    clear_run_folder(run_folder(state, record.name), true);
    TIPHYS_TRY(added, journal->add(record));
    static_cast<void>(added);
    return journal;
}

int resume_run(const RunOptions& options, Streams& streams) {
    const std::string state = state_folder(options.execution.state);
    auto journal = open_journal(state);
    if (!journal) return fail(streams, journal.error().message);
    std::string name = options.resumed;
    if (name.empty()) {
        const auto runs = (*journal)->runs();
        if (!runs) return fail(streams, runs.error().message);
        const auto found = std::find_if(runs->begin(), runs->end(), [&](const auto& record) {
            return is_interrupted(state, record);
        });
        if (found == runs->end()) return fail(streams, "no run was interrupted");
        name = found->name;
    }
    return resume_interrupted(**journal, name, options.execution, streams);
}

int run_run(const RunOptions& options, Streams& streams) {
    if (options.is_resume) return resume_run(options, streams);
    if (options.files.empty()) {
        return fail(streams, "name the file of a workflow, or `--resume` for an interrupted run");
    }
    auto sources = read_sources(options.files, streams, "<stdin>", 0, options.environment);
    if (!sources) return fail(streams, sources.error().message);
    for (const std::string& message : (*sources)->unreadable) {
        streams.err << "tiphys: " << message << "\n";
    }
    if (!options.from.empty() && !meant_document(options.from)) {
        return fail(streams, "nothing can be run from `" + options.from + "`; " + kFromForms);
    }
    const ir::Document* document = find_workflow((*sources)->project, options.from);
    const auto labels = parse_labels(options.labels);
    if (!labels) return fail(streams, labels.error().message);
    if (!options.skips_lint && !passes_lint(**sources, document, *labels, streams)) {
        return kExitFindings;
    }
    if (document == nullptr) {
        return fail(streams, "there is no " +
                                 (options.from.empty() ? "workflow" : "`" + options.from + "`") +
                                 " in `" + options.files.front() + "`");
    }
    auto record = make_record(options, **sources, *document, *labels);
    if (!record) return fail(streams, record.error().message);
    const std::string& name = record->name;
    if (name.starts_with('.') || name.find('/') != name.npos) {
        return fail(streams, "`" + name +
                                 "` cannot be the name of a run: it begins with a dot or "
                                 "holds a slash");
    }
    LoadedRun loaded;
    loaded.record = std::move(*record);
    loaded.sources = std::move(*sources);
    build(loaded);
    if (!loaded.built.unsupported.empty()) {
        write_unsupported(loaded.built.unsupported, *loaded.sources, streams);
        const bool is_refused =
            std::any_of(loaded.built.unsupported.begin(), loaded.built.unsupported.end(),
                        [](const run::Unsupported& field) { return field.is_refused; });
        return is_refused ? kExitFindings : kExitUsage;
    }
    if (runs_in_cluster(loaded.record)) {
        const auto owned = enter_cluster(loaded, options.execution);
        if (!owned) return fail(streams, owned.error().message);
        // Its uid and namespace are known now.
        build(loaded);
    }
    const auto able = check_backend(loaded.record.inputs);
    if (!able) return fail(streams, able.error().message);
    const std::string state = state_folder(options.execution.state);
    run::FolderLock lock;
    const auto locked = lock_run(lock, state, loaded.record.name);
    if (!locked) return fail(streams, locked.error().message);
    auto journal = enter_run(state, loaded.record);
    if (!journal) return fail(streams, journal.error().message);
    loaded.journal = std::move(*journal);
    return execute(loaded, options.execution, streams);
}

void add_backend_options(CLI::App& command, ExecutionOptions& options) {
    command
        .add_option("--backend", options.backend,
                    "What tasks are: processes of this machine, containers of their images, or "
                    "pods of a cluster")
        ->check(CLI::IsMember({"process", "oci", kInCluster}))
        ->option_text("process|oci|kubernetes")
        ->capture_default_str();
    command
        .add_option("--image", options.images,
                    "With `--backend oci`: the OCI layout or the tarball that holds an image: "
                    "NAME=PATH")
        ->allow_extra_args(false);
    command.add_option("--images", options.image_folder,
                       "With `--backend oci`: an OCI layout, or a folder of layouts and tarballs");
}

} // namespace

void add_run(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("run", "Run a workflow on this machine, or its tasks as pods");
    auto options = std::make_shared<RunOptions>();
    command->add_option("FILE", options->files,
                        "The first workflow in the files runs; the other documents are its world "
                        "(templates, ConfigMaps, Secrets). `-` is standard input");
    command
        ->add_option("-p,--parameter", options->parameters,
                     "Value of a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    command->add_option("-f,--parameter-file", options->parameter_file,
                        "YAML or JSON mapping with values of parameters");
    add_environment(*command, options->environment);
    command->add_option("--entrypoint", options->entrypoint, "Template to begin with");
    command->add_option("--from", options->from,
                        "Run this one of the documents: workflowtemplate/NAME, "
                        "clusterworkflowtemplate/NAME or cronwf/NAME");
    command->add_option("--name", options->name, "Name of the run");
    command->add_option("--generate-name", options->generate_name,
                        "Beginning of a name that is made up");
    command->add_option("-l,--labels", options->labels, "More labels: a=b,c=d");
    command
        ->add_option("--isolation", options->execution.isolation,
                     "How tasks are kept apart (default: auto)")
        ->check(CLI::IsMember({"auto", "none", "namespace"}))
        ->option_text("auto|none|namespace");
    add_backend_options(*command, options->execution);
    command
        ->add_option("--grace", options->execution.grace_seconds,
                     "Seconds between asking a task to end and killing it")
        ->capture_default_str();
    add_execution_options(*command, options->execution);
    add_cluster_options(*command, options->execution);
    command->add_flag("--no-lint", options->skips_lint, "Run although the linter finds errors");
    CLI::Option* resume =
        command
            ->add_option("--resume", options->resumed,
                         "Go on with a run whose process has ended; the latest without a name")
            ->expected(0, 1)
            ->option_text("[NAME]");
    command->footer("Example: tiphys run etl.yaml -p date=2026-01-01 --log\n"
                    "Ctrl-C stops the tasks and lets exit handlers run, a second one kills them.\n"
                    "Exit codes: 0 succeeded, 1 failed or refused, 2 cannot be run here");
    command->callback([options, resume, &invocation] {
        options->is_resume = resume->count() > 0;
        invocation.run = [options](Streams& streams) { return run_run(*options, streams); };
    });
}

} // namespace tiphys::cli
