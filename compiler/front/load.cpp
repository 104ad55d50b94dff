// Reads files into a project.
#include "compiler/front/load.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <thread>

#include "compiler/base/nearest.h"
#include "compiler/doc/read.h"
#include "compiler/front/decode.h"
#include "compiler/front/language.h"
#include "compiler/front/language/modules.h"
#include "compiler/ir/verify.h"
#include "compiler/syntax/parse.h"

namespace tiphys::front {
namespace {

/// Foreign kinds that references are resolved against.
constexpr std::array<std::string_view, 15> kHelpfulKinds{"Secret",
                                                         "ConfigMap",
                                                         "ServiceAccount",
                                                         "Role",
                                                         "ClusterRole",
                                                         "RoleBinding",
                                                         "ClusterRoleBinding",
                                                         "SealedSecret",
                                                         "ExternalSecret",
                                                         "ClusterExternalSecret",
                                                         "PersistentVolumeClaim",
                                                         "ResourceQuota",
                                                         "LimitRange",
                                                         "PriorityClass",
                                                         "List"};

/// Other products of the API group argoproj.io.
constexpr std::array<std::string_view, 9> kOtherArgoKinds{
    "Application",      "ApplicationSet",          "AppProject", "ArgoCD", "Rollout", "AnalysisRun",
    "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment"};

bool is_kind_of_interest(std::string_view kind) {
    if (std::find(kHelpfulKinds.begin(), kHelpfulKinds.end(), kind) != kHelpfulKinds.end()) {
        return true;
    }
    return std::any_of(schema::kinds().begin(), schema::kinds().end(),
                       [&](schema::TypeId id) { return schema::type(id).name == kind; });
}

ir::DefectKind kind_of(doc::DefectKind kind) {
    switch (kind) {
    case doc::DefectKind::kSyntax:
    case doc::DefectKind::kNotUtf8:
    case doc::DefectKind::kControlCharacter:
    case doc::DefectKind::kTooDeep:
    case doc::DefectKind::kUnknownAlias:
        return ir::DefectKind::kYamlSyntax;
    case doc::DefectKind::kAliasExpansion:
        return ir::DefectKind::kAliasCycle;
    case doc::DefectKind::kDuplicateKey:
        return ir::DefectKind::kDuplicateKey;
    case doc::DefectKind::kUnquotedBraces:
        return ir::DefectKind::kUnquotedBraces;
    case doc::DefectKind::kTemplatedSource:
        return ir::DefectKind::kTemplatedSource;
    }
    return ir::DefectKind::kYamlSyntax;
}

/// True for the file of an editor that saves UTF-16, with its mark or without.
bool is_utf16(std::string_view text) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return true;
    return text.size() > 1 && (text[0] == '\0') != (text[1] == '\0');
}

/// In words, where the reader's detail is a name or nothing. `text` is the whole file.
std::string_view reason_of(const doc::Defect& defect, std::string_view text, Arena& arena) {
    switch (defect.kind) {
    case doc::DefectKind::kNotUtf8:
    case doc::DefectKind::kControlCharacter:
        if (is_utf16(text)) return "this is UTF-16 text; save it as UTF-8";
        return defect.kind == doc::DefectKind::kNotUtf8
                   ? "this byte is not UTF-8 text; save the file as UTF-8"
                   : "a control character cannot stand in YAML; remove it, or leave the file out "
                     "if it is binary";
    case doc::DefectKind::kTooDeep:
        return "collections nest too deep here";
    case doc::DefectKind::kUnknownAlias:
        return arena.copy("no `&" + std::string(defect.detail) + "` stands before this alias");
    case doc::DefectKind::kSyntax:
    case doc::DefectKind::kAliasExpansion:
    case doc::DefectKind::kDuplicateKey:
    case doc::DefectKind::kUnquotedBraces:
    case doc::DefectKind::kTemplatedSource:
        return arena.copy(defect.detail);
    }
    return {};
}

void read_one_document(Span span, std::string_view text, ir::SourceUnit& unit) {
    const doc::Tree tree = doc::read_document(span, text, *unit.arena);
    const bool is_templated =
        std::any_of(tree.defects.begin(), tree.defects.end(), [](const doc::Defect& defect) {
            return defect.kind == doc::DefectKind::kTemplatedSource;
        });
    for (const doc::Defect& defect : tree.defects) {
        unit.defects.push_back({.kind = kind_of(defect.kind),
                                .span = defect.span,
                                .other = defect.other,
                                .text = reason_of(defect, text, *unit.arena)});
    }
    for (const doc::Comment& comment : tree.comments) {
        unit.comments.push_back({unit.file, comment.begin, comment.end});
    }
    if (is_templated) return;
    for (const doc::Anchor& anchor : tree.anchors) {
        if (anchor.is_used) continue;
        unit.defects.push_back({.kind = ir::DefectKind::kUnusedAnchor,
                                .span = {unit.file, anchor.begin, anchor.end},
                                .text = unit.arena->copy(anchor.name)});
    }
    const ir::Document document = decode_document(tree, text, *unit.arena, unit.defects);
    if (document.root != nullptr) unit.documents.push_back(document);
}

ir::SourceUnit read_unit(InputFile input, std::string_view text, std::shared_ptr<Arena> arena) {
    ir::SourceUnit unit;
    unit.arena = std::move(arena);
    unit.file = input.file;
    unit.is_known = input.is_known;
    for (const Span span : doc::split_documents(input.file, text)) {
        const std::string_view document = text.substr(span.begin, span.size());
        if (!input.is_explicit && !is_of_interest(document)) continue;
        read_one_document(span, text, unit);
    }
    return unit;
}

std::vector<LanguageSource> language_sources(const SourceMap& sources,
                                             std::span<const InputFile> files) {
    std::vector<LanguageSource> found;
    const bool has_language = std::any_of(files.begin(), files.end(), [&](const InputFile& input) {
        return syntax::is_source_name(sources.file(input.file).path);
    });
    if (!has_language) return found;
    for (const InputFile& input : files) {
        const SourceFile& file = sources.file(input.file);
        // WorkflowTemplates in YAML are modules too.
        if (syntax::is_source_name(file.path) || is_yaml_name(file.path)) {
            found.push_back({input.file, file.path, file.text});
        }
    }
    return found;
}

/// YAML's values go into `arena`.
ir::SourceUnit read_any(const SourceMap& sources, InputFile input,
                        std::span<const LanguageSource> language, std::string_view environment,
                        const std::shared_ptr<Arena>& arena) {
    const SourceFile& file = sources.file(input.file);
    if (!syntax::is_source_name(file.path)) return read_unit(input, file.text, arena);
    if (!input.is_module) {
        return read_language({input.file, file.path, file.text}, language, environment);
    }
    ir::SourceUnit unit;
    unit.arena = arena;
    unit.file = input.file;
    return unit;
}

} // namespace

bool is_other_argo_kind(std::string_view kind) {
    return std::find(kOtherArgoKinds.begin(), kOtherArgoKinds.end(), kind) != kOtherArgoKinds.end();
}

bool is_near_argo_version(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    if (api_version.starts_with("argo")) return true;
    if (slash == api_version.npos) return api_version == "v1" || api_version.starts_with("v1alpha");
    const std::string_view groups[] = {"argoproj.io"};
    return !nearest_name(api_version.substr(0, slash), groups).empty();
}

bool is_of_interest(std::string_view text) {
    if (text.find("argoproj.io") != text.npos) return true;
    for (std::size_t at = text.find("kind"); at != text.npos; at = text.find("kind", at + 1)) {
        const std::size_t begin = text.find_first_not_of("\"': \t", at + 4);
        if (begin == text.npos) return false;
        const std::size_t end = text.find_first_of("\"', \t\r\n}#", begin);
        if (is_kind_of_interest(text.substr(begin, end - begin))) return true;
    }
    return false;
}

ir::Project load_project(SourceMap& sources, std::span<const InputFile> files, unsigned n_threads,
                         std::string_view environment) {
    std::vector<ir::SourceUnit> units(files.size());
    const std::vector<LanguageSource> language = language_sources(sources, files);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        const auto arena = std::make_shared<Arena>();
        for (std::size_t i = next++; i < files.size(); i = next++) {
            units[i] = read_any(sources, files[i], language, environment, arena);
        }
    };
    std::vector<std::thread> threads;
    const std::size_t n_useful = std::min<std::size_t>(n_threads, files.size() / 8 + 1);
    for (std::size_t i = 1; i < n_useful; ++i)
        threads.emplace_back(work);
    work();
    for (std::thread& thread : threads)
        thread.join();
    ir::Project project(sources);
    project.set_units(std::move(units));
    project.index();
#ifdef TIPHYS_VERIFY_IR
    ir::verify(project);
#endif
    return project;
}

void reload_file(ir::Project& project, const SourceMap& sources, InputFile file,
                 std::string_view environment) {
    std::vector<InputFile> files;
    for (const ir::SourceUnit& unit : project.units())
        files.push_back({unit.file});
    project.replace_unit(read_any(sources, file, language_sources(sources, files), environment,
                                  std::make_shared<Arena>()));
    project.index();
#ifdef TIPHYS_VERIFY_IR
    ir::verify(project);
#endif
}

} // namespace tiphys::front
