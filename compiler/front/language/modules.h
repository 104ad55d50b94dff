#pragma once
// WorkflowTemplates as modules: what `use "argo:name"` and `use "./file.yaml"` make callable.

#include <deque>
#include <span>

#include "compiler/front/language.h"
#include "compiler/front/language/scope.h"

namespace tiphys::front {

/// Whether the path is one of a YAML file.
[[nodiscard]] bool is_yaml_name(std::string_view path);

/// The template that a workflow begins with: `entry`, `main`, or the first.
[[nodiscard]] std::string_view entry_of(const ast::TemplateDecl& workflow);

/// The names of what a module defines go into `files`; texts and trees into the arena.
class Libraries {
public:
    Libraries(std::span<const LanguageSource> sources, Arena& arena,
              std::deque<LanguageFile>& files)
        : sources_(sources), arena_(arena), files_(files) {}

    /// The WorkflowTemplate of that name in the project's YAML and .tiphys files. Where there is
    /// none the module has no `file`.
    Module object(std::string_view name, bool is_cluster_scoped);
    /// All WorkflowTemplates of a YAML file. Where it has none the module has no `file`.
    Module yaml_file(const LanguageSource& source);

private:
    bool add_yaml(const LanguageSource& source, std::string_view wanted, Module& module,
                  LanguageFile& file);
    bool add_workflow(const LanguageSource& source, Module& module, LanguageFile& file);

    std::span<const LanguageSource> sources_;
    Arena& arena_;
    std::deque<LanguageFile>& files_;
};

} // namespace tiphys::front
