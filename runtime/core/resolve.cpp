// Replacing tags by values. Argo: util/template/simple_template.go.

#include "runtime/core/resolve.h"

#include "runtime/core/expression.h"
#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

/// Values may hold tags, which Argo's later passes over the text replace in turn.
constexpr int kPasses = 3;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool is_reference(std::string_view key) {
    for (const std::string_view prefix : {std::string_view("tasks"), std::string_view("steps")}) {
        if (key.substr(0, prefix.size()) != prefix) continue;
        if (key.size() == prefix.size() || key[prefix.size()] == '.') return true;
    }
    return false;
}

/// One pass over a text.
class Pass {
public:
    Pass(const Scope& scope, Strictness strictness, bool json)
        : scope_(scope), strictness_(strictness), json_(json) {}

    Resolved run(const Text& text) {
        for (const Segment& segment : text.segments()) {
            switch (segment.kind) {
            case Segment::Kind::kLiteral:
                out_.text += segment.text;
                break;
            case Segment::Kind::kTag:
                simple(segment);
                break;
            case Segment::Kind::kExpression:
                expression(segment);
                break;
            }
            if (!out_.good()) break;
        }
        return std::move(out_);
    }

    /// A value had tags of its own.
    [[nodiscard]] bool again() const { return again_; }

private:
    void insert(const std::string& value) {
        again_ = again_ || value.find("{{") != value.npos;
        if (!json_) {
            out_.text += value;
            return;
        }
        const std::string quoted = json_quote(value);
        out_.text += std::string_view(quoted).substr(1, quoted.size() - 2);
    }

    void simple(const Segment& segment) {
        const std::string_view key = trimmed(segment.text);
        const Found found = scope_.find(key);
        switch (found.kind) {
        case Found::Kind::kText:
            insert(found.text);
            return;
        case Found::Kind::kNil:
            out_.error = "unable to substitute {{" + segment.text +
                         "}}: output is an absent optional (skipped/omitted node with no default)";
            return;
        case Found::Kind::kArtifact:
            // Argo replaces parameters of a template's inputs only.
            if (key.starts_with("inputs.artifacts.")) break;
            out_.error = "failed to resolve {{" + segment.text + "}} to string";
            return;
        case Found::Kind::kMissing:
            break;
        }
        if (nested(segment)) return;
        const bool later =
            scope_.item_comes_later && (key == "item" || key.substr(0, 5) == "item.");
        const bool artifact = key.find(".outputs.artifacts.") != key.npos;
        const bool strict =
            strictness_ == Strictness::kAll ||
            (strictness_ == Strictness::kReferences && is_reference(key) && !artifact);
        if (strict && !later) {
            out_.error = "failed to resolve {{" + segment.text + "}}";
            return;
        }
        out_.text += "{{" + segment.text + "}}";
    }

    /// `{{a.{{b}}`: the inner tag is replaced first, the outer one by a later pass.
    bool nested(const Segment& segment) {
        const std::size_t open = segment.text.rfind("{{");
        if (open == segment.text.npos || open == 0) return false;
        const Found found = scope_.find(std::string_view(segment.text).substr(open + 2));
        if (found.kind != Found::Kind::kText) return false;
        out_.text += "{{" + segment.text.substr(0, open) + found.text;
        again_ = true;
        return true;
    }

    void expression(const Segment& segment) {
        // Within JSON its quotes are escaped.
        Segment plain = segment;
        if (json_) plain.text = json_unquote("\"" + segment.text + "\"");
        const Resolved value = expand_expression(plain.text, scope_, strictness_);
        if (!value.good()) {
            out_.error = value.error;
        } else if (value.text == tag_as_written(plain)) {
            out_.text += tag_as_written(segment);
        } else {
            insert(value.text);
        }
    }

    const Scope& scope_;
    Strictness strictness_;
    bool json_;
    Resolved out_;
    bool again_ = false;
};

Resolved resolve_in_passes(const Text& text, const Scope& scope, Strictness strictness, bool json) {
    if (!text.has_tags()) return {text.source(), ""};
    Pass first(scope, strictness, json);
    Resolved resolved = first.run(text);
    bool again = first.again();
    for (int n = 1; n < kPasses && again && resolved.good(); ++n) {
        const Text inserted(resolved.text);
        if (!inserted.has_tags()) break;
        Pass next(scope, strictness, json);
        resolved = next.run(inserted);
        again = next.again();
    }
    return resolved;
}

} // namespace

Resolved resolve(const Text& text, const Scope& scope, Strictness strictness) {
    return resolve_in_passes(text, scope, strictness, false);
}

Resolved resolve_json(const Text& json, const Scope& scope, Strictness strictness) {
    return resolve_in_passes(json, scope, strictness, true);
}

} // namespace tiphys::run
