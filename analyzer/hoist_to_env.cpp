// The cure for a text pasted into a shell script.
#include "analyzer/hoist_to_env.h"

#include <algorithm>

#include "analyzer/code_arguments.h"
#include "analyzer/edits.h"
#include "compiler/expr/tags.h"
#include "schemas/k8s.gen.h"

namespace tiphys::analyze {
namespace {

enum class Quotes : std::uint8_t { kNone, kSingle, kDouble };

/// The quotes of a shell that byte `at` of a script stands in. Nothing in comments and behind a
/// here-document.
std::optional<Quotes> quotes_at(std::string_view script, std::size_t at) {
    Quotes quotes = Quotes::kNone;
    bool is_comment = false;
    for (std::size_t i = 0; i < at; ++i) {
        const char c = script[i];
        if (c == '\n') is_comment = false;
        if (is_comment) continue;
        if (quotes == Quotes::kSingle) {
            if (c == '\'') quotes = Quotes::kNone;
            continue;
        }
        const bool begins_word = i == 0 || script[i - 1] == ' ' || script[i - 1] == '\n';
        if (c == '\\') {
            ++i;
        } else if (c == '"') {
            quotes = quotes == Quotes::kDouble ? Quotes::kNone : Quotes::kDouble;
        } else if (quotes == Quotes::kDouble) {
            // Commands inside of double quotes have quotes of their own.
            if (c == '`' || (c == '$' && i + 1 < at && script[i + 1] == '(')) return std::nullopt;
        } else if (c == '\'') {
            quotes = Quotes::kSingle;
        } else if (c == '#' && begins_word) {
            is_comment = true;
        } else if (c == '<' && i + 1 < at && script[i + 1] == '<') {
            return std::nullopt;
        }
    }
    if (is_comment) return std::nullopt;
    return quotes;
}

/// `workflow.parameters.repo-url` becomes `REPO_URL`.
std::string variable_name(std::string_view name) {
    std::string variable;
    for (const char c : name.substr(name.rfind('.') + 1)) {
        const bool is_lower = c >= 'a' && c <= 'z';
        const bool is_kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        variable += is_lower ? static_cast<char>(c - 'a' + 'A') : is_kept ? c : '_';
    }
    if (variable.empty() || (variable[0] >= '0' && variable[0] <= '9')) variable = "P_" + variable;
    // What the shell itself goes by.
    for (const std::string_view known : {"PATH", "HOME", "IFS", "PWD", "SHELL", "USER", "ENV"}) {
        if (variable == known) return "INPUT_" + variable;
    }
    return variable;
}

std::string in_quotes(const std::string& variable, Quotes quotes) {
    switch (quotes) {
    case Quotes::kNone:
        return "\"$" + variable + "\"";
    case Quotes::kSingle:
        return "'\"$" + variable + "\"'";
    case Quotes::kDouble:
        return "${" + variable + "}";
    }
    return {};
}

/// A text as a scalar of that style writes it.
std::string escaped(std::string_view text, ScalarStyle style) {
    std::string out;
    for (const char c : text) {
        if (style == ScalarStyle::kDoubleQuoted && c == '"') out += '\\';
        if (style == ScalarStyle::kSingleQuoted && c == '\'') out += '\'';
        out += c;
    }
    return out;
}

bool has_variable(const ir::Object& container, std::string_view name) {
    for (const k8s::EnvVar* variable : ir::ListOf<k8s::EnvVar>(container.field("env"))) {
        if (ir::text_of(variable->name()) == name) return true;
    }
    return false;
}

/// Adds the variable to `env`, in the style that is there.
std::optional<TextEdit> add_variable(const ir::Object& container, const std::string& name,
                                     const std::string& value, const Context& context) {
    const ir::Entry* env = container.entry("env");
    const std::string pair = "name: " + name + ", value: " + double_quoted(value);
    if (env == nullptr) {
        const ir::Entry* image = container.entry("image");
        if (image == nullptr) return std::nullopt;
        if (is_flow(context, container)) {
            return insert_after(context, container, *image, "env: [{" + pair + "}]");
        }
        return insert_after(context, container, *image,
                            "env:\n  - name: " + name + "\n    value: " + double_quoted(value));
    }
    const ir::List* list = ir::list_as(env->value);
    if (list == nullptr || list->items.empty()) return std::nullopt;
    const Span first = list->items.front()->span;
    const Span at{first.file, first.begin, first.begin};
    if (is_flow(context, *list)) return TextEdit{at, "{" + pair + "}, "};
    const ir::Object* item = ir::any_object_as(list->items.front());
    if (item == nullptr || item->present_fields().empty() || is_flow(context, *item)) {
        return std::nullopt;
    }
    const std::uint32_t indent = indent_of(context, *item, item->present_fields().front());
    const std::string_view file = context.project().sources().file(first.file).text;
    const std::string_view before = file.substr(0, first.begin);
    const std::size_t dash = before.rfind('-');
    if (indent < 2 || dash == before.npos || first.begin - dash != 2) return std::nullopt;
    const std::string blanks(indent, ' ');
    return TextEdit{at, "name: " + name + "\n" + blanks + "value: " + double_quoted(value) + "\n" +
                            blanks.substr(2) + "- "};
}

} // namespace

std::optional<HoistedText> hoist_to_env(const TaintedText& taint, const Context& context) {
    std::optional<CodeText> code = code_argument(*taint.owner);
    if (!code.has_value() || code->text != taint.scalar) code = code_source(*taint.owner);
    if (!code.has_value() || code->text != taint.scalar || code->language != CodeLanguage::kShell) {
        return std::nullopt;
    }
    // Folding and plain texts may read differently after a change.
    const ScalarStyle style = taint.scalar->style;
    if (style == ScalarStyle::kPlain || style == ScalarStyle::kFolded) return std::nullopt;
    const std::string_view script = taint.scalar->text;
    const std::string tag(script.substr(taint.begin, taint.end - taint.begin));
    HoistedText hoisted{variable_name(taint.name), {}};
    if (has_variable(*taint.owner, hoisted.variable)) return std::nullopt;
    const auto added = add_variable(*taint.owner, hoisted.variable, tag, context);
    if (!added.has_value()) return std::nullopt;
    hoisted.edits.push_back(*added);
    for (std::size_t at = script.find(tag); at != script.npos;
         at = script.find(tag, at + tag.size())) {
        const auto quotes = quotes_at(script, at);
        if (!quotes.has_value()) return std::nullopt;
        std::size_t from = at;
        std::size_t to = at + tag.size();
        Quotes around = *quotes;
        // Nothing else between the quotes: they go.
        const bool is_alone = around != Quotes::kNone && to < script.size() &&
                              script[from - 1] == script[to] &&
                              (script[to] == '\'' || script[to] == '"');
        if (is_alone && quotes_at(script, from - 1) == Quotes::kNone) {
            --from;
            ++to;
            around = Quotes::kNone;
        }
        hoisted.edits.push_back({context.span_in(*taint.scalar, from, to),
                                 escaped(in_quotes(hoisted.variable, around), style)});
    }
    return hoisted;
}

} // namespace tiphys::analyze
