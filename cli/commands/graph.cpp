// tiphys graph: what a workflow runs, in which order, as a picture.
#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/source_errors.h"
#include "cli/write_file.h"
#include "codegen/graph/build.h"
#include "codegen/graph/write.h"
#include "compiler/base/nearest.h"
#include "compiler/front/language_defect.h"

namespace tiphys::cli {
namespace {

struct GraphOptions {
    std::vector<std::string> paths;
    std::string format = "text";
    std::string output;
    std::string workflow;
    std::string environment;
    graph::BuildOptions build;
};

std::string quoted_paths(const GraphOptions& options) {
    std::string words;
    for (const std::string& path : options.paths)
        words += (words.empty() ? "`" : ", `") + path + "`";
    return words;
}

/// `metadata.name`, or `generateName` where that is all there is.
std::string_view name_of(const ir::Document& document) {
    if (!document.name.empty()) return document.name;
    const ir::Object* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr) return {};
    return ir::text_of(ir::scalar_as(metadata->field("generateName")));
}

/// Whether something of the file may be missing from what was read.
bool is_broken(const ir::SourceUnit& unit) {
    return std::any_of(unit.defects.begin(), unit.defects.end(), [](const ir::Defect& defect) {
        return defect.kind == ir::DefectKind::kYamlSyntax ||
               defect.kind == ir::DefectKind::kAliasCycle || defect.kind == front::kLanguageSyntax;
    });
}

/// The documents to draw: those of the name asked for, or all.
Result<std::vector<const ir::Document*>> chosen_documents(const GraphOptions& options,
                                                          const Sources& sources) {
    std::vector<const ir::Document*> documents = graph::drawable_documents(sources.project);
    if (documents.empty()) return Error{"no workflow in " + quoted_paths(options)};
    if (options.workflow.empty()) return documents;
    std::vector<const ir::Document*> named;
    std::vector<std::string_view> names;
    for (const ir::Document* document : documents) {
        names.push_back(name_of(*document));
        if (names.back() == options.workflow) named.push_back(document);
    }
    if (!named.empty()) return named;
    const std::string_view nearest = nearest_name(options.workflow, names);
    return Error{"no workflow `" + options.workflow + "` in " + quoted_paths(options) +
                 (nearest.empty() ? "" : "; did you mean `" + std::string(nearest) + "`")};
}

/// The graphs of the documents; of those without the template asked for, none. Fails where no
/// document has it.
Result<std::vector<graph::Graph>> build_graphs(const GraphOptions& options, const Sources& sources,
                                               const std::vector<const ir::Document*>& documents) {
    std::vector<graph::Graph> graphs;
    std::string reason;
    for (const ir::Document* document : documents) {
        Result<graph::Graph> built = graph::build_graph(sources.project, *document, options.build);
        if (built.has_value()) {
            graphs.push_back(std::move(*built));
        } else if (reason.empty()) {
            reason = built.error().message;
        }
    }
    if (graphs.empty()) return Error{reason};
    return graphs;
}

std::string drawn(const std::vector<graph::Graph>& graphs, const std::string& format) {
    std::string out;
    if (format == "dot") {
        graph::write_dot(graphs.front(), out);
    } else if (format == "mermaid") {
        graph::write_mermaid(graphs.front(), out);
    } else if (format == "svg") {
        graph::write_svg(graphs.front(), out);
    } else {
        for (const graph::Graph& graph : graphs) {
            if (!out.empty()) out += "\n";
            graph::write_text(graph, out);
        }
    }
    return out;
}

int write_output(const GraphOptions& options, const std::string& text, Streams& streams) {
    if (options.output.empty() || options.output == "-") {
        streams.out << text;
        return kExitFine;
    }
    const Result<Done> written = write_text(options.output, text);
    return written.has_value() ? kExitFine : fail(streams, written.error().message);
}

/// What is broken is left out of the picture: says so. Whether there was any.
bool warn_of_defects(const Sources& sources, Streams& streams) {
    bool has_defect = !sources.unreadable.empty();
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    for (const ir::SourceUnit& unit : sources.project.units()) {
        if (!is_broken(unit)) continue;
        has_defect = true;
        const std::string& path = sources.map.file(unit.file).path;
        streams.err << "tiphys: `" << path << "` could not be read whole, parts may be missing; "
                    << "see `tiphys lint " << path << "`\n";
    }
    return has_defect;
}

int run_graph(const GraphOptions& options, Streams& streams) {
    const auto sources = read_sources(options.paths, streams, "<stdin>", 0, options.environment);
    if (!sources.has_value()) return fail(streams, sources.error().message);
    const std::vector<ir::SourceUnit>& units = (*sources)->project.units();
    const bool has_workflow = !graph::drawable_documents((*sources)->project).empty();
    if (!has_workflow && std::any_of(units.begin(), units.end(), is_broken) &&
        report_errors(**sources, streams)) {
        return kExitFindings;
    }
    const auto documents = chosen_documents(options, **sources);
    if (!documents.has_value()) return fail(streams, documents.error().message);
    const auto graphs = build_graphs(options, **sources, *documents);
    if (!graphs.has_value()) return fail(streams, graphs.error().message);
    const bool has_defect = warn_of_defects(**sources, streams);
    const int code = write_output(options, drawn(*graphs, options.format), streams);
    return code == kExitFine && has_defect ? kExitFindings : code;
}

} // namespace

void add_graph(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "graph", "Draw what a workflow runs: in the terminal, as SVG, DOT or Mermaid");
    auto options = std::make_shared<GraphOptions>();
    command
        ->add_option("PATH", options->paths,
                     "File with the workflow, and files or folders with the templates that it "
                     "refers to; `-` is standard input")
        ->required();
    command->add_option("--format", options->format, "How the graph is written")
        ->check(CLI::IsMember({"text", "dot", "mermaid", "svg"}))
        ->capture_default_str();
    command->add_option("-o,--output", options->output, "Write the graph to a file");
    add_environment(*command, options->environment);
    command->add_option("--name", options->workflow,
                        "The workflow to draw, where there are several (default: all of them as "
                        "text, else the first)");
    command->add_option("--template", options->build.template_name,
                        "Draw this template instead of the entrypoint");
    command
        ->add_option("--depth", options->build.depth,
                     "Levels of nested templates to unfold inside of the one that is drawn")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    command->footer("Example: tiphys graph --format svg -o pipeline.svg pipeline.yaml templates/\n"
                    "Exit codes: 0 drawn, 1 drawn without what cannot be read, 2 nothing to draw");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_graph(*options, streams); };
    });
}

} // namespace tiphys::cli
