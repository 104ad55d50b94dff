#pragma once
// YAML to the language: one .tiphys text for a file, proved by compiling it again.

#include <string>
#include <vector>

#include "compiler/ir/project.h"

namespace tiphys::codegen {

/// A value that is not in the notation that it could have been in.
struct Fallback {
    /// `Workflow hello: spec.templates[0].script`.
    std::string path;
    std::string reason;
    /// Keys that it holds, itself included.
    std::size_t n_nodes = 1;
};

struct Imported {
    std::string text;
    std::vector<Fallback> fallbacks;
    /// Objects that were left out, since no source can hold them: a text that is not UTF-8.
    std::vector<std::string> impossible;
    /// Objects that were written, and keys in them.
    std::size_t n_objects = 0;
    std::size_t n_nodes = 0;
    /// Attempts until nothing differed any more, for all objects together.
    std::size_t n_attempts = 0;
};

/// The manifests of a file that can be imported: all of them was read as YAML, and they have keys.
[[nodiscard]] std::vector<const ir::Document*> importable(const ir::SourceUnit& unit);

/// Writes all manifests of a file, in their order, with the comments of the source. The text
/// compiles to equal objects: what a construct of the language would change is written as plain
/// properties, and what these would change as raw YAML. References to templates that do not exist
/// stay as they are. `sources` holds the text of the file.
[[nodiscard]] Imported import_unit(const ir::SourceUnit& unit, const SourceMap& sources);

} // namespace tiphys::codegen
