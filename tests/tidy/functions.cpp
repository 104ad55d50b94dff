// Where functions begin and end: a reader of declarations that knows just enough C++ to tell the
// brace of a body from those of types, namespaces and initializers.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/tidy/cpp_text.h"
#include "tests/tidy/tree.h"

namespace tiphys::tidy {
namespace {

enum class BraceKind { kScope, kInitializer, kFunction };

/// Directives out: they may stand anywhere and hold unbalanced braces.
std::string without_directives(std::string_view code) {
    std::string out(code);
    bool goes_on = false;
    for (const std::string_view line : lines_of(code)) {
        const bool is_directive = goes_on || trim(line).starts_with('#');
        goes_on = is_directive && line.ends_with('\\');
        if (!is_directive) continue;
        const auto begin = out.begin() + (line.data() - code.data());
        std::fill(begin, begin + static_cast<std::ptrdiff_t>(line.size()), ' ');
    }
    return out;
}

/// `text` without what stands between `open` and `close`; the delimiters stay.
std::string without_inside(std::string_view text, char open, char close) {
    std::string out;
    int depth = 0;
    for (const char c : text) {
        if (c == close && depth > 0) --depth;
        if (depth == 0) out += c;
        if (c == open) ++depth;
    }
    return out;
}

/// A declaration without `template <...>` in front.
std::string_view without_template(std::string_view header) {
    header = trim(header);
    while (header.starts_with("template")) {
        int depth = 0;
        std::size_t at = header.find('<');
        for (; at < header.size(); ++at) {
            if (header[at] == '<') ++depth;
            if (header[at] == '>' && --depth == 0) break;
        }
        header = trim(header.substr(std::min(at + 1, header.size())));
    }
    return header;
}

std::string_view first_word(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && is_word_char(text[end])) {
        ++end;
    }
    return text.substr(0, end);
}

std::string_view last_word(std::string_view text) {
    text = trim(text);
    std::size_t begin = text.size();
    while (begin > 0 && is_word_char(text[begin - 1])) {
        --begin;
    }
    return text.substr(begin);
}

/// What stands before an opening brace, made simple: no template, attributes, arguments.
std::string simple_header(std::string_view header) {
    std::string simple =
        without_inside(without_inside(without_template(header), '(', ')'), '[', ']');
    for (std::size_t at = simple.find("[]"); at == 0; at = simple.find("[]")) {
        simple.erase(0, 2);
        simple = std::string(trim(simple));
    }
    return simple;
}

bool opens_scope(std::string_view simple) {
    constexpr std::array<std::string_view, 7> kScopes = {"namespace", "class",  "struct", "union",
                                                         "enum",      "inline", "extern"};
    const std::string_view word = first_word(simple);
    if (std::find(kScopes.begin(), kScopes.end(), word) == kScopes.end()) return false;
    if (word == "inline") return simple.find("namespace") != simple.npos;
    if (word == "extern") return simple.ends_with('"');
    return simple.find('(') == simple.npos && simple.find('=') == simple.npos;
}

/// True for a header that ends within the list of a constructor: `Foo() : a_`.
bool ends_in_constructor_list(std::string_view simple) {
    const std::size_t arguments = simple.find(')');
    if (arguments == simple.npos) return false;
    for (std::size_t at = simple.find(':', arguments); at != simple.npos;
         at = simple.find(':', at + 1)) {
        if (simple.substr(at, 2) == "::") {
            ++at;
        } else {
            return is_word_char(simple.back()) || simple.back() == '>';
        }
    }
    return false;
}

/// `after` is the first character after the closing brace that is no space.
BraceKind kind_of(std::string_view header, char after) {
    std::string simple = simple_header(header);
    if (opens_scope(simple)) return BraceKind::kScope;
    if (const std::size_t at = simple.find("operator"); at != simple.npos) {
        simple.erase(at, simple.find('(', at) - at);
    }
    const bool is_value = simple.find('=') != simple.npos || simple.find(')') == simple.npos;
    if (is_value) {
        const std::size_t at = simple.find('=');
        const bool is_lambda =
            at != simple.npos && trim(std::string_view(simple).substr(at + 1)).starts_with('[');
        return is_lambda ? BraceKind::kFunction : BraceKind::kInitializer;
    }
    const std::string bare = without_inside(simple, '(', ')');
    const std::string_view end = trim(bare);
    if (last_word(end.substr(0, end.rfind('('))) == "requires" && end.ends_with(')')) {
        return BraceKind::kInitializer;
    }
    if (ends_in_constructor_list(simple) && (after == ',' || after == '{')) {
        return BraceKind::kInitializer;
    }
    return BraceKind::kFunction;
}

/// The name that a declaration gives: of a function what stands before its arguments, of a lambda
/// the variable's.
std::string name_of(std::string_view header) {
    std::string_view declared = without_template(header);
    if (declared.starts_with("requires")) declared = declared.substr(declared.rfind('\n') + 1);
    if (const std::size_t at = declared.find("operator"); at != declared.npos) {
        const std::size_t arguments = declared.find('(', at);
        const bool is_call = trim(declared.substr(at + 8, arguments - at - 8)).empty();
        return std::string(declared.substr(at, arguments - at)) + (is_call ? "()" : "");
    }
    const std::string simple = without_inside(declared, '(', ')');
    const std::size_t lambda = simple.find("= [");
    const std::string_view before = std::string_view(simple).substr(0, lambda);
    return std::string(last_word(before.substr(0, before.find('('))));
}

class FunctionFinder {
public:
    explicit FunctionFinder(std::string_view code) : code_(code) {}

    std::vector<Function> run() {
        while (at_ < code_.size()) {
            step();
        }
        return std::move(functions_);
    }

private:
    void step() {
        const char c = code_[at_];
        if (c == '(' || c == '[') ++parens_;
        if (c == ')' || c == ']') --parens_;
        if (c == '{') {
            brace();
        } else if (c == '}' || (c == ';' && parens_ == 0) || ends_access_specifier(c)) {
            ++at_;
            begin_ = at_;
            if (c == '}') parens_ = 0;
        } else {
            ++at_;
        }
    }

    bool ends_access_specifier(char c) const {
        if (c != ':') return false;
        const std::string_view before = trim(header());
        return before == "public" || before == "private" || before == "protected";
    }

    std::string_view header() const { return code_.substr(begin_, at_ - begin_); }

    void brace() {
        const std::size_t close = matching_brace();
        const std::size_t next = code_.find_first_not_of(" \n", close + 1);
        const BraceKind kind = parens_ > 0
                                   ? BraceKind::kInitializer
                                   : kind_of(header(), next < code_.size() ? code_[next] : '\0');
        if (kind == BraceKind::kScope) {
            ++at_;
            begin_ = at_;
            return;
        }
        if (kind == BraceKind::kFunction) {
            add_function(close);
            begin_ = close + 1;
        }
        at_ = close + 1;
    }

    std::size_t matching_brace() const {
        int depth = 0;
        for (std::size_t at = at_; at < code_.size(); ++at) {
            if (code_[at] == '{') ++depth;
            if (code_[at] == '}' && --depth == 0) return at;
        }
        return code_.size() - 1;
    }

    void add_function(std::size_t close) {
        const std::size_t first = begin_ + (header().size() - trim_left(header()).size());
        functions_.push_back({name_of(header()), line_at(code_, first), line_at(code_, close)});
    }

    static std::string_view trim_left(std::string_view text) {
        return text.substr(std::min(text.find_first_not_of(" \n"), text.size()));
    }

    std::string_view code_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    int parens_ = 0;
    std::vector<Function> functions_;
};

} // namespace

std::vector<Function> find_functions(std::string_view code) {
    return FunctionFinder(without_directives(code)).run();
}

} // namespace tiphys::tidy
