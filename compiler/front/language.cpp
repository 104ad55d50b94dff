// Reading files of the language: modules, names of a file, objects.
#include "compiler/front/language.h"

#include <algorithm>
#include <deque>

#include "compiler/front/decode.h"
#include "compiler/front/language/declare.h"
#include "compiler/front/language/lowering.h"
#include "compiler/front/language/modules.h"
#include "compiler/front/language/overlay.h"
#include "compiler/syntax/parse.h"

namespace tiphys::front {
namespace {

/// `a/b/../c` without its dots.
std::string tidied(std::string_view path) {
    std::vector<std::string_view> parts;
    const bool is_absolute = path.starts_with('/');
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string result = is_absolute ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i)
        result += (i == 0 ? "" : "/") + std::string(parts[i]);
    return result;
}

std::string beside(std::string_view path, std::string_view module) {
    const std::size_t slash = path.rfind('/');
    const std::string folder(slash == path.npos ? "" : path.substr(0, slash + 1));
    return tidied(module.starts_with('/') ? std::string(module) : folder + std::string(module));
}

/// No path on disk begins so: a project's own folder `std` is another thing.
std::string standard_path(std::string_view name) {
    return std::string(kStandardFolder) + std::string(name) + ".tiphys";
}

/// The last part of a path without its ending: the name that `use` gives without `as`.
std::string_view alias_of(std::string_view module) {
    const std::size_t at = module.find_last_of("/:");
    if (at != module.npos) module.remove_prefix(at + 1);
    const std::size_t dot = module.find('.');
    return module.substr(0, dot);
}

/// The module of the standard library that is meant, among the files that there are.
std::string suggestion_for(std::string_view name, std::span<const LanguageSource> others) {
    std::vector<std::string_view> names;
    for (const LanguageSource& other : others) {
        if (other.path.starts_with(kStandardFolder)) names.push_back(alias_of(other.path));
    }
    const std::string near = Problems::suggestion(name, names);
    return near.empty() ? "docs/stdlib.md lists them" : near;
}

class Reader {
public:
    Reader(ir::SourceUnit& unit, std::span<const LanguageSource> others,
           std::string_view environment)
        : unit_(unit), others_(others), environment_(environment),
          problems_(*unit.arena, unit.defects), libraries_(others, *unit.arena, files_) {}

    void read(const LanguageSource& source) {
        const LanguageFile* file = load(source, true);
        Lowering lowering(*file, files_, *unit_.arena, problems_);
        for (Draft* object : lowering.lower_file()) {
            const doc::Tree tree = to_tree(*object, source.file);
            const ir::Document document =
                decode_document(tree, source.text, *unit_.arena, unit_.defects);
            if (document.root != nullptr) unit_.documents.push_back(document);
        }
        drop_guesses(source);
    }

private:
    LanguageFile* load(const LanguageSource& source, bool is_root);
    void declare(LanguageFile& file);
    void use(LanguageFile& file, const ast::UseDecl& decl);
    void use_standard(LanguageFile& file, const ast::UseDecl& decl);
    void use_yaml(LanguageFile& file, const ast::UseDecl& decl, std::string_view module);
    void use_names(LanguageFile& file, const ast::UseDecl& decl, const LanguageFile& found);
    void add_module(LanguageFile& file, std::string_view alias, const Module& module, Span span);
    const LanguageFile* module_at(const std::string& path, Span span);
    void report_syntax(const syntax::Parsed& parsed);
    void drop_guesses(const LanguageSource& source);

    ir::SourceUnit& unit_;
    std::span<const LanguageSource> others_;
    std::string_view environment_;
    Problems problems_;
    std::deque<LanguageFile> files_;
    /// Files that are being loaded: finding one again is a circle.
    std::vector<std::string_view> active_;
    Libraries libraries_;
};

void Reader::report_syntax(const syntax::Parsed& parsed) {
    for (const syntax::Defect& defect : parsed.defects) {
        problems_.report(kLanguageSyntax, defect.span, defect.message, defect.help, defect.other);
    }
}

/// A line that cannot be read is read by guessing: what else is wrong with it is no mistake of its
/// own.
void Reader::drop_guesses(const LanguageSource& source) {
    std::vector<std::pair<std::size_t, std::size_t>> lines;
    for (const ir::Defect& defect : unit_.defects) {
        if (defect.kind != kLanguageSyntax) continue;
        const std::size_t at = std::min<std::size_t>(defect.span.begin, source.text.size());
        const std::size_t begin = at == 0 ? source.text.npos : source.text.rfind('\n', at - 1);
        const std::size_t end = std::min(source.text.find('\n', at), source.text.size());
        lines.emplace_back(begin == source.text.npos ? 0 : begin + 1, end);
    }
    std::erase_if(unit_.defects, [&](const ir::Defect& defect) {
        const bool is_here = defect.kind != kLanguageSyntax && defect.span.file == source.file;
        return is_here && std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
                   return line.first <= defect.span.begin && defect.span.begin <= line.second;
               });
    });
}

LanguageFile* Reader::load(const LanguageSource& source, bool is_root) {
    const syntax::Parsed parsed = syntax::parse(source.file, source.text, *unit_.arena);
    if (is_root) {
        report_syntax(parsed);
        for (const ast::Comment& comment : parsed.file.comments)
            unit_.comments.push_back(comment.span);
    }
    LanguageFile& file = files_.emplace_back();
    file.id = source.file;
    file.path = source.path;
    file.text = source.text;
    file.scope.file = &file;
    file.statements = apply_overlay(parsed.file.statements, environment_, *unit_.arena, problems_);
    active_.push_back(file.path);
    declare(file);
    active_.pop_back();
    return &file;
}

const LanguageFile* Reader::module_at(const std::string& path, Span span) {
    for (const LanguageFile& file : files_) {
        const bool is_active =
            std::find(active_.begin(), active_.end(), file.path) != active_.end();
        if (file.path != path) continue;
        if (!is_active) return &file;
        problems_.report(kLanguageModule, span, "this module uses itself, by way of others",
                         "move what both need into a third file");
        return nullptr;
    }
    for (const LanguageSource& other : others_) {
        if (tidied(other.path) == path) return load(other, false);
    }
    return nullptr;
}

void Reader::add_module(LanguageFile& file, std::string_view alias, const Module& module,
                        Span span) {
    if (alias == "std") {
        problems_.report(kLanguageModule, span, "`std` is the name of the standard library",
                         "give this module another name with `as`");
    } else if (!file.modules.emplace(alias, module).second) {
        problems_.report(kLanguageModule, span,
                         "there are two modules `" + std::string(alias) + "` in this file",
                         "give one of them another name with `as`");
    }
}

void Reader::use_standard(LanguageFile& file, const ast::UseDecl& decl) {
    if (decl.names.empty()) {
        problems_.report(kLanguageModule, decl.module->span,
                         "the standard library is used by its modules",
                         "write `use git, slack from \"std\"`");
    }
    for (const ast::Name& name : decl.names) {
        const LanguageFile* found = module_at(standard_path(name.text), name.span);
        if (found == nullptr) {
            problems_.report(kLanguageModule, name.span,
                             "the standard library has no module `" + std::string(name.text) + "`",
                             suggestion_for(name.text, others_));
        }
        add_module(file, name.text, {.file = found}, name.span);
    }
}

/// The names of a file as names of this one.
void Reader::use_names(LanguageFile& file, const ast::UseDecl& decl, const LanguageFile& found) {
    for (const ast::Name& name : decl.names) {
        const Callable* callable = found.scope.find_callable(name.text);
        const Symbol* value = found.scope.find_variable(name.text);
        if (callable != nullptr) file.scope.callables.emplace(name.text, *callable);
        if (value != nullptr) declare_variable(file.scope, name, *value, problems_);
        if (callable != nullptr || value != nullptr) continue;
        std::vector<std::string_view> names = found.scope.callable_names();
        for (const std::string_view other : found.scope.value_names())
            names.push_back(other);
        problems_.report(kLanguageName, name.span,
                         "`" + std::string(plain_text(decl.module)) + "` has no `" +
                             std::string(name.text) + "`",
                         Problems::suggestion(name.text, names));
    }
}

void Reader::use_yaml(LanguageFile& file, const ast::UseDecl& decl, std::string_view module) {
    const Span span = decl.module->span;
    const std::string path = beside(file.path, module);
    const auto source =
        std::find_if(others_.begin(), others_.end(),
                     [&](const LanguageSource& other) { return tidied(other.path) == path; });
    Module found;
    if (source == others_.end()) {
        problems_.report(kLanguageModule, span, "there is no file `" + std::string(module) + "`",
                         "paths start at the folder of the file that uses them");
    } else {
        found = libraries_.yaml_file(*source);
        if (found.file == nullptr) {
            problems_.report(kLanguageModule, span,
                             "`" + std::string(module) + "` has no WorkflowTemplate",
                             "only their templates can be called from elsewhere");
        }
    }
    const std::string_view alias = decl.alias == nullptr ? alias_of(module) : decl.alias->text;
    if (decl.names.empty()) add_module(file, alias, found, span);
    if (found.file != nullptr) use_names(file, decl, *found.file);
}

void Reader::use(LanguageFile& file, const ast::UseDecl& decl) {
    const std::string_view module = plain_text(decl.module);
    if (module.empty()) return;
    const Span span = decl.module->span;
    for (const std::string_view prefix : {"argo:", "argo-cluster:"}) {
        if (!module.starts_with(prefix)) continue;
        const std::string_view object = module.substr(prefix.size());
        const std::string_view alias = decl.alias == nullptr ? object : decl.alias->text;
        const Module found = libraries_.object(object, prefix == "argo-cluster:");
        if (decl.names.empty()) {
            add_module(file, alias, found, span);
        } else if (found.file != nullptr) {
            use_names(file, decl, *found.file);
        }
        const bool is_unknown = found.file == nullptr;
        for (const ast::Name& name : is_unknown ? decl.names : std::span<const ast::Name>{}) {
            file.scope.callables.emplace(
                name.text,
                Callable{.object = found.object, .is_cluster_scoped = found.is_cluster_scoped});
        }
        return;
    }
    if (module == "std") {
        use_standard(file, decl);
        return;
    }
    if (is_yaml_name(module)) {
        use_yaml(file, decl, module);
        return;
    }
    const std::string path = beside(file.path, module);
    const LanguageFile* found = module_at(path, span);
    const bool is_circle = std::find(active_.begin(), active_.end(), path) != active_.end();
    if (found == nullptr && !is_circle) {
        problems_.report(kLanguageModule, span, "there is no file `" + std::string(module) + "`",
                         "paths start at the folder of the file that uses them");
    }
    const std::string_view alias = decl.alias == nullptr ? alias_of(module) : decl.alias->text;
    if (decl.names.empty()) add_module(file, alias, {.file = found}, span);
    if (found != nullptr) use_names(file, decl, *found);
}

void Reader::declare(LanguageFile& file) {
    for (const ast::Statement& statement : file.statements) {
        if (const auto* decl = ast::as<ast::UseDecl>(&statement)) use(file, *decl);
        if (const auto* let = ast::as<ast::LetDecl>(&statement)) {
            declare_variable(file.scope, let->name,
                             {.kind = Symbol::Kind::kLet,
                              .span = let->name.span,
                              .expr = let->value,
                              .scope = &file.scope},
                             problems_);
        }
        if (const auto* function = ast::as<ast::FnDecl>(&statement)) {
            declare_variable(file.scope, function->name,
                             {.kind = Symbol::Kind::kFunction,
                              .span = function->name.span,
                              .scope = &file.scope,
                              .function = function},
                             problems_);
        }
        if (const auto* decl = ast::as<ast::TemplateDecl>(&statement)) {
            const bool is_new =
                file.scope.callables
                    .emplace(decl->name.text, Callable{&statement, decl, &file.scope, &file})
                    .second;
            if (!is_new && !decl->name.text.empty()) {
                problems_.report(kLanguageName, decl->name.span,
                                 "there are two of the name `" + std::string(decl->name.text) +
                                     "` in this file",
                                 "give one of them another name");
            }
        }
    }
}

} // namespace

ir::SourceUnit read_language(const LanguageSource& source, std::span<const LanguageSource> others,
                             std::string_view environment) {
    ir::SourceUnit unit;
    unit.arena = std::make_shared<Arena>();
    unit.file = source.file;
    Reader(unit, others, environment).read(source);
    return unit;
}

std::vector<std::string> used_files(std::string_view path, std::string_view text) {
    std::vector<std::string> files;
    // Most files use nothing.
    if (text.find("use") == text.npos) return files;
    Arena arena;
    const syntax::Parsed parsed = syntax::parse(FileId::kNone, text, arena);
    for (const ast::Statement& statement : parsed.file.statements) {
        const auto* decl = ast::as<ast::UseDecl>(&statement);
        const std::string_view module =
            decl == nullptr ? std::string_view{} : plain_text(decl->module);
        if (module.empty() || module.starts_with("argo:") || module.starts_with("argo-cluster:")) {
            continue;
        }
        if (module != "std") {
            files.push_back(beside(path, module));
            continue;
        }
        for (const ast::Name& name : decl->names)
            files.push_back(standard_path(name.text));
    }
    return files;
}

} // namespace tiphys::front
