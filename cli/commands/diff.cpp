// tiphys diff: what two sets of objects differ in, field by field.
#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/report/unified_diff.h"
#include "cli/cluster/known_objects.h"
#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/source_errors.h"
#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"
#include "codegen/source_places.h"
#include "compiler/front/equal.h"

namespace tiphys::cli {
namespace {

using ir::Document;

struct DiffOptions {
    ClusterChoice cluster;
    std::vector<std::string> paths;
    std::vector<std::string> environments;
    std::string format = "text";
    bool is_forced = false;
};

/// One side of the comparison.
struct Side {
    std::unique_ptr<Sources> sources;
    std::vector<const Document*> documents;
};

/// An object of both sides, or of one.
struct Pair {
    const Document* left = nullptr;
    const Document* right = nullptr;
    std::vector<front::Difference> differences;
};

std::string_view metadata_text(const Document& document, std::string_view key) {
    const auto at = [](const ir::Value* parent, std::string_view name) -> const ir::Value* {
        if (const auto* object = ir::any_object_as(parent)) return object->field(name);
        const auto* map = ir::map_as(parent);
        return map == nullptr ? nullptr : map->find(name);
    };
    return ir::text_of(ir::scalar_as(at(at(document.root, "metadata"), key)));
}

std::string shown_name(const Document& document) {
    std::string name(document.name.empty() ? metadata_text(document, "generateName")
                                           : document.name);
    if (!document.namespace_name.empty()) name = std::string(document.namespace_name) + "/" + name;
    return std::string(document.kind.empty() ? "object" : document.kind) + " `" + name + "`";
}

/// Whether all that is there is the annotation that names the source, which says nothing about the
/// object.
bool is_only_source(const ir::Value* value) {
    const auto* object = ir::any_object_as(value);
    if (object != nullptr) {
        return object->present_fields().size() == 1 && object->unknown.empty() &&
               is_only_source(object->field("annotations"));
    }
    const auto* map = ir::map_as(value);
    if (map == nullptr || map->entries.size() != 1) return false;
    const ir::Entry& entry = map->entries.front();
    return entry.key == codegen::kSourceAnnotation ||
           (entry.key == "annotations" && is_only_source(entry.value));
}

bool is_about_source(const front::Difference& difference) {
    if (!difference.path.starts_with("metadata")) return false;
    if (difference.path.ends_with("[\"" + std::string(codegen::kSourceAnnotation) + "\"]")) {
        return true;
    }
    const bool is_on_one_side = (difference.left == nullptr) != (difference.right == nullptr);
    return is_on_one_side &&
           is_only_source(difference.left == nullptr ? difference.right : difference.left);
}

/// Objects of the same kind, namespace and name belong together; so do the last two of a kind that
/// have no partner, since a name may differ as well.
std::vector<Pair> pair_up(const Side& left, const Side& right) {
    std::vector<Pair> pairs;
    std::vector<const Document*> rest = right.documents;
    const auto take = [&](Pair& pair, auto&& fits) {
        const auto found = std::find_if(rest.begin(), rest.end(), fits);
        if (found == rest.end()) return;
        pair.right = *found;
        rest.erase(found);
    };
    for (const Document* document : left.documents) {
        Pair pair{document, nullptr, {}};
        take(pair,
             [&](const Document* other) { return shown_name(*other) == shown_name(*document); });
        pairs.push_back(std::move(pair));
    }
    for (Pair& pair : pairs) {
        const std::string_view kind = pair.left->kind;
        if (pair.right != nullptr) continue;
        const auto n_left = std::count_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
            return other.right == nullptr && other.left->kind == kind;
        });
        const auto is_kind = [&](const Document* other) { return other->kind == kind; };
        const auto n_right = std::count_if(rest.begin(), rest.end(), is_kind);
        if (n_left == 1 && n_right == 1) take(pair, is_kind);
    }
    for (const Document* document : rest)
        pairs.push_back({nullptr, document, {}});
    for (Pair& pair : pairs) {
        if (pair.left == nullptr || pair.right == nullptr) continue;
        pair.differences = front::all_differences(*pair.left->root, *pair.right->root);
        std::erase_if(pair.differences, is_about_source);
    }
    std::erase_if(pairs, [](const Pair& pair) {
        return pair.left != nullptr && pair.right != nullptr && pair.differences.empty();
    });
    return pairs;
}

std::string place(const Side& side, Span span) {
    const Position at = side.sources->map.position(span.file, span.begin);
    return side.sources->map.file(span.file).path + ":" + std::to_string(at.line) + ":" +
           std::to_string(at.column);
}

// ---- text

void print_lines(std::string_view text, std::string_view prefix, std::ostream& out) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out << prefix << text.substr(0, end) << "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_long_text(const ir::Value* value) {
    const ir::Scalar* scalar = ir::scalar_as(value);
    return scalar != nullptr && scalar->text.find('\n') != scalar->text.npos;
}

void print_value(char sign, const Side& side, const ir::Value& value, std::size_t width,
                 std::ostream& out) {
    std::string yaml;
    codegen::emit_yaml(value, yaml);
    const bool is_one_line = std::count(yaml.begin(), yaml.end(), '\n') <= 1;
    if (is_one_line && !yaml.empty()) {
        yaml.pop_back();
        yaml.resize(std::max(width, yaml.size()), ' ');
        out << "    " << sign << " " << yaml << "  " << place(side, value.span) << "\n";
        return;
    }
    out << "    " << sign << " " << place(side, value.span) << "\n";
    print_lines(yaml, "        ", out);
}

/// Scripts and the like, line by line.
void print_texts(const Side& left, const Side& right, const front::Difference& difference,
                 std::ostream& out) {
    out << "    - " << place(left, difference.left->span) << "\n";
    out << "    + " << place(right, difference.right->span) << "\n";
    const std::string one(ir::scalar_as(difference.left)->text);
    const std::string other(ir::scalar_as(difference.right)->text);
    const std::string lines = report::unified_diff(one, other, "", "");
    // Without the names of files.
    const std::size_t hunks = std::min(lines.find("@@"), lines.size());
    print_lines(std::string_view(lines).substr(hunks), "        ", out);
}

std::size_t one_line_width(const ir::Value* value) {
    constexpr std::size_t kWidest = 48;
    if (value == nullptr) return 0;
    std::string yaml;
    codegen::emit_yaml(*value, yaml);
    const bool is_one_line = std::count(yaml.begin(), yaml.end(), '\n') <= 1;
    return is_one_line && !yaml.empty() && yaml.size() <= kWidest ? yaml.size() - 1 : 0;
}

void print_text(const std::vector<Pair>& pairs, const Side& left, const Side& right,
                std::ostream& out) {
    for (const Pair& pair : pairs) {
        if (pair.right == nullptr || pair.left == nullptr) {
            const Document& only = pair.left == nullptr ? *pair.right : *pair.left;
            const Side& side = pair.left == nullptr ? right : left;
            out << (pair.left == nullptr ? "+ " : "- ") << shown_name(only) << "  "
                << place(side, only.span) << "\n";
            continue;
        }
        out << shown_name(*pair.left) << "\n";
        for (const front::Difference& difference : pair.differences) {
            out << "  " << difference.path << "\n";
            if (!difference.left_order.empty()) {
                out << "    - " << difference.left_order << "  "
                    << place(left, difference.left->span) << "\n    + " << difference.right_order
                    << "  " << place(right, difference.right->span) << "\n";
                continue;
            }
            if (is_long_text(difference.left) && is_long_text(difference.right)) {
                print_texts(left, right, difference, out);
                continue;
            }
            const std::size_t width =
                std::max(one_line_width(difference.left), one_line_width(difference.right));
            if (difference.left != nullptr) print_value('-', left, *difference.left, width, out);
            if (difference.right != nullptr) print_value('+', right, *difference.right, width, out);
        }
    }
}

// ---- json

nlohmann::ordered_json json_place(const Side& side, Span span) {
    const Position at = side.sources->map.position(span.file, span.begin);
    return {
        {"file", side.sources->map.file(span.file).path}, {"line", at.line}, {"column", at.column}};
}

nlohmann::ordered_json json_side(const Side& side, const ir::Value* value) {
    if (value == nullptr) return nullptr;
    std::string text;
    codegen::emit_json(*value, codegen::JsonLayout::kCompact, text);
    nlohmann::ordered_json made = nlohmann::ordered_json::object();
    made["value"] = nlohmann::ordered_json::parse(text, nullptr, false);
    made["place"] = json_place(side, value->span);
    return made;
}

void print_json(const std::vector<Pair>& pairs, const Side& left, const Side& right,
                std::ostream& out) {
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const Pair& pair : pairs) {
        const Document& named = pair.left == nullptr ? *pair.right : *pair.left;
        nlohmann::ordered_json object;
        object["kind"] = std::string(named.kind);
        object["name"] = std::string(named.name);
        object["generateName"] = std::string(metadata_text(named, "generateName"));
        object["namespace"] = std::string(named.namespace_name);
        object["left"] = pair.left == nullptr ? nullptr : json_place(left, pair.left->span);
        object["right"] = pair.right == nullptr ? nullptr : json_place(right, pair.right->span);
        object["differences"] = nlohmann::ordered_json::array();
        for (const front::Difference& difference : pair.differences) {
            object["differences"].push_back({{"path", difference.path},
                                             {"left", json_side(left, difference.left)},
                                             {"right", json_side(right, difference.right)}});
        }
        objects.push_back(std::move(object));
    }
    out << nlohmann::ordered_json{{"objects", std::move(objects)}}.dump(
               2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
        << "\n";
}

// ---- the command

Result<Side> read_side(const std::string& path, const std::string& environment, Streams& streams) {
    TIPHYS_TRY(sources, read_sources({path}, streams, "<stdin>", 0, environment));
    Side side;
    side.documents = all_documents(sources->project);
    side.sources = std::move(sources);
    return side;
}

/// What the cluster has of the objects of the other side.
Result<Side> cluster_side(const Side& other, const DiffOptions& options) {
    std::vector<DescribedObject> objects;
    for (const Document* document : other.documents) {
        objects.push_back({std::string(document->kind), std::string(document->name),
                           std::string(document->namespace_name)});
    }
    TIPHYS_TRY(cluster, Cluster::open(options.cluster));
    TIPHYS_TRY(text, same_objects(cluster, objects));
    Side side;
    side.sources = std::make_unique<Sources>();
    side.sources->inputs = {{side.sources->map.add("<cluster>", std::move(text)), true}};
    side.sources->project =
        front::load_project(side.sources->map, side.sources->inputs, default_threads());
    side.documents = all_documents(side.sources->project);
    return side;
}

/// The path and the overlay of both sides.
using SideNames = std::pair<std::string, std::string>;

Result<std::pair<SideNames, SideNames>> chosen_sides(const DiffOptions& options) {
    const std::vector<std::string>& envs = options.environments;
    const std::string& first = options.paths.front();
    if (options.paths.size() == 2) {
        const std::string env = envs.empty() ? "" : envs.front();
        return std::pair{SideNames{first, env},
                         SideNames{options.paths[1], envs.empty() ? "" : envs.back()}};
    }
    if (envs.empty()) {
        return Error{"`" + first +
                     "` is compared with nothing; name a second path, or environments"
                     " with -e"};
    }
    // A file with one environment is compared with what it says without any.
    return std::pair{SideNames{first, envs.size() == 1 ? "" : envs[0]},
                     SideNames{first, envs.back()}};
}

int compare(const Side& left, const Side& right, const DiffOptions& options, Streams& streams) {
    if (!options.is_forced) {
        const bool is_wrong = report_errors(*left.sources, streams);
        if (report_errors(*right.sources, streams) || is_wrong) return kExitUsage;
    }
    const std::vector<Pair> pairs = pair_up(left, right);
    if (options.format == "json") {
        print_json(pairs, left, right, streams.out);
    } else {
        print_text(pairs, left, right, streams.out);
    }
    return pairs.empty() ? kExitFine : kExitFindings;
}

/// What applying the files would change.
int diff_with_cluster(const DiffOptions& options, Streams& streams) {
    if (options.paths.size() != 1 || options.environments.size() > 1) {
        return fail(streams, "a cluster is compared with one file or folder");
    }
    const std::string environment =
        options.environments.empty() ? "" : options.environments.front();
    const Result<Side> right = read_side(options.paths.front(), environment, streams);
    if (!right.has_value()) return fail(streams, right.error().message);
    const Result<Side> left = cluster_side(*right, options);
    if (!left.has_value()) return fail(streams, left.error().message);
    return compare(*left, *right, options, streams);
}

int run_diff(const DiffOptions& options, Streams& streams) {
    if (names_cluster(options.cluster)) return diff_with_cluster(options, streams);
    const auto names = chosen_sides(options);
    if (!names.has_value()) return fail(streams, names.error().message);
    if (names->first.first == "-" && names->second.first == "-") {
        return fail(streams, "standard input can be read only once; name a file");
    }
    const Result<Side> left = read_side(names->first.first, names->first.second, streams);
    if (!left.has_value()) return fail(streams, left.error().message);
    const Result<Side> right = read_side(names->second.first, names->second.second, streams);
    if (!right.has_value()) return fail(streams, right.error().message);
    return compare(*left, *right, options, streams);
}

} // namespace

void add_diff(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "diff", "Compare objects field by field: files, folders or environments");
    auto options = std::make_shared<DiffOptions>();
    command
        ->add_option("PATH", options->paths,
                     "What to compare: two files or folders, in the language, YAML or JSON; or one "
                     "with `-e`")
        ->required()
        ->expected(1, 2);
    command
        ->add_option("-e,--env", options->environments,
                     "Environment of both sides, or, given twice, of each; one path is compared "
                     "with itself")
        ->option_text("NAME")
        ->allow_extra_args(false);
    command->add_option("--format", options->format, "How differences are written")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_flag("--force", options->is_forced, "Compare even what has errors");
    add_cluster_options(*command, options->cluster);
    command->remove_option(command->get_option("--instanceid"));
    command->get_option("--cluster")
        ->description("Compare what the cluster of the kubeconfig has with one path: what applying "
                      "it would change");
    command->footer("Example: tiphys diff ci.tiphys manifests/\n"
                    "         tiphys diff ci.tiphys -e staging -e prod\n"
                    "Exit codes: 0 equal, 1 different, 2 nothing to compare or errors in it");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_diff(*options, streams); };
    });
}

} // namespace tiphys::cli
