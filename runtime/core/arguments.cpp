// From the arguments of a manifest to values.

#include "runtime/core/arguments.h"

namespace tiphys::run {
namespace {

/// Whether the text is one simple tag and nothing else.
bool is_one_tag(const Text& text) {
    return text.segments().size() == 1 && text.segments()[0].kind == Segment::Kind::kTag;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Argo: markAbsentOptionalArgs in workflow/controller/scope.go.
bool is_absent(const Text& text, const Scope& scope) {
    return is_one_tag(text) &&
           scope.find(trimmed(text.segments()[0].text)).kind == Found::Kind::kNil;
}

std::string join_key(const std::string& key, const std::string& sub_path) {
    if (!key.empty() && key.back() == '/') return key + sub_path;
    return key + "/" + sub_path;
}

} // namespace

FoundArtifact substitute_artifact(const ArtifactSpec& spec, const Scope& scope) {
    FoundArtifact found;
    Artifact& artifact = found.artifact;
    artifact.name = spec.name;
    const auto substitute = [&](const Text& text) {
        Resolved resolved = resolve(text, scope, Strictness::kLenient);
        if (!resolved.good()) found.error = resolved.error;
        return std::move(resolved.text);
    };
    artifact.path = substitute(spec.path);
    artifact.global_name = substitute(spec.global_name);
    artifact.location = substitute(spec.location);
    Resolved access = resolve_json(spec.access, scope, Strictness::kLenient);
    if (!access.good()) found.error = access.error;
    artifact.access = std::move(access.text);
    artifact.source = spec.source;
    artifact.archive = spec.archive;
    artifact.compression_level = spec.compression_level;
    artifact.mode = spec.mode;
    artifact.recurse_mode = spec.recurse_mode;
    artifact.optional = spec.optional;
    artifact.gc_strategy = spec.gc_strategy;
    return found;
}

FoundArtifact resolve_artifact(const ArtifactSpec& spec, const Scope& scope) {
    FoundArtifact result;
    if (!spec.from_expression.empty()) {
        result = evaluate_artifact(spec.from_expression, scope);
    } else {
        const std::string_view key = is_one_tag(spec.from) ? trimmed(spec.from.segments()[0].text)
                                                           : trimmed(spec.from.source());
        Found found = scope.find(key);
        if (found.kind == Found::Kind::kArtifact) {
            result.artifact = std::move(found.artifact);
        } else if (found.kind == Found::Kind::kMissing) {
            result.error = "Unable to resolve: " + go_quote(key);
        } else {
            result.error = "Variable " + tag_as_written({Segment::Kind::kTag, std::string(key)}) +
                           " is not an artifact";
        }
    }
    if (!result.error.empty()) return result;
    if (!spec.sub_path.empty()) {
        const Resolved sub_path = resolve(spec.sub_path, scope, Strictness::kLenient);
        if (!sub_path.good()) result.error = sub_path.error;
        result.artifact.location = join_key(result.artifact.location, sub_path.text);
    }
    result.artifact.name = spec.name;
    return result;
}

ArgumentsOrError resolve_arguments(const Call& call, const Scope& scope, Strictness strictness,
                                   bool in_steps) {
    ArgumentsOrError made;
    made.arguments.parameters.reserve(call.parameters.size());
    for (const ArgumentParameter& given : call.parameters) {
        Arguments::Parameter& parameter = made.arguments.parameters.emplace_back();
        parameter.name = given.name;
        if (!given.value) continue;
        if (!given.value->has_tags()) {
            parameter.value = given.value->source();
        } else if (is_absent(*given.value, scope)) {
            parameter.absent = true;
        } else {
            Resolved resolved = resolve(*given.value, scope, strictness);
            if (!resolved.good()) return {{}, std::move(resolved.error)};
            parameter.value = std::move(resolved.text);
        }
    }
    for (const ArtifactSpec& given : call.artifacts) {
        const bool is_reference = !given.from.empty() || !given.from_expression.empty();
        FoundArtifact found =
            is_reference ? resolve_artifact(given, scope) : substitute_artifact(given, scope);
        if (found.error.empty()) {
            made.arguments.artifacts.push_back(std::move(found.artifact));
            continue;
        }
        const bool is_unresolved = found.error.starts_with("Unable to resolve");
        if (given.optional && (in_steps || is_unresolved)) continue;
        return {{}, in_steps ? "unable to resolve references: " + found.error : found.error};
    }
    return made;
}

LoopItems resolve_items(const LoopSpec& loop, const Scope& scope, bool off) {
    LoopItems found;
    const auto substitute = [&](const Text& text, bool json) {
        if (off || !text.has_tags()) return text.source();
        Resolved resolved = json ? resolve_json(text, scope, Strictness::kReferences)
                                 : resolve(text, scope, Strictness::kReferences);
        if (!resolved.good() && found.error.empty()) {
            found.error = resolved.error;
            found.unresolved = true;
        }
        return std::move(resolved.text);
    };
    ItemsOrError parsed;
    switch (loop.kind) {
    case LoopKind::kNone:
        break;
    case LoopKind::kItems:
        if (!loop.source.has_tags()) return {loop.items, "", false};
        parsed = parse_items(substitute(loop.source, true));
        break;
    case LoopKind::kParam: {
        const std::string text = substitute(loop.source, false);
        parsed = parse_items(text);
        if (!parsed.error.empty()) {
            parsed.error = "withParam value could not be parsed as a JSON list: " +
                           std::string(trimmed(text)) + ": " + parsed.error;
        }
        break;
    }
    case LoopKind::kSequence:
        parsed = expand_sequence(
            {substitute(loop.sequence_start, false), substitute(loop.sequence_end, false),
             substitute(loop.sequence_count, false), substitute(loop.sequence_format, false)});
        break;
    }
    if (!found.error.empty()) return found;
    found.items = std::move(parsed.items);
    found.error = std::move(parsed.error);
    return found;
}

} // namespace tiphys::run
