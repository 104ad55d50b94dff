// Reading a JSONPath. evilmonkeyinc/jsonpath: token/token.go.
#include <algorithm>
#include <utility>

#include "compiler/expr/json_path_tokens.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

std::string trimmed(std::string_view text) {
    return std::string(trim_space(text));
}

/// Splits a path at dots and brackets; quotes and parentheses protect within brackets.
class PathSplitter {
public:
    explicit PathSplitter(std::string_view path) : path_(path) {}

    std::optional<std::vector<std::string>> run(std::string& reason) {
        if (path_.empty() || (path_.front() != '$' && path_.front() != '@')) {
            reason = "a path begins with `$`";
            return std::nullopt;
        }
        if (path_.size() > 1 && path_[1] != '.' && path_[1] != '[') {
            reason = "`.` or `[` follows `" + std::string(path_.substr(0, 1)) + "`";
            return std::nullopt;
        }
        parts_.emplace_back(path_.substr(0, 1));
        for (const char c : path_.substr(1))
            take(c);
        if (!part_.empty()) finish(part_.size());
        return std::move(parts_);
    }

private:
    void take(char c) {
        if (part_.empty()) n_quotes_ = n_open_round_ = n_close_round_ = 0;
        if (c == '\'') ++n_quotes_;
        if (c == '(') ++n_open_round_;
        if (c == ')') ++n_close_round_;
        if (c == '[') ++n_open_square_;
        if (c == ']') ++n_close_square_;
        part_ += c;
        if (part_ == ".") return;
        if (part_ == "..") {
            parts_.push_back(std::exchange(part_, ""));
            return;
        }
        if (c == '[') {
            if (part_ == "[" || part_ == ".[") return;
            if (std::count(part_.begin(), part_.end(), '[') > 1) return;
            finish(part_.size() - 1);
            part_ = "[";
            return;
        }
        const bool is_protected = n_quotes_ % 2 == 1 || n_open_round_ != n_close_round_;
        if (part_.find('[') != part_.npos) {
            if (is_protected) return;
            if (c == ']' && n_open_square_ == n_close_square_) finish(part_.size());
        } else if (c == '.' && !is_protected) {
            finish(part_.size() - 1);
            part_ = ".";
        }
    }

    /// Keeps the first `size` bytes of the part, without a dot in front.
    void finish(std::size_t size) {
        const std::size_t from = part_.front() == '.' ? 1 : 0;
        parts_.push_back(part_.substr(from, size - from));
        part_.clear();
    }

    std::string_view path_;
    std::vector<std::string> parts_;
    std::string part_;
    int n_quotes_ = 0;
    int n_open_round_ = 0;
    int n_close_round_ = 0;
    int n_open_square_ = 0;
    int n_close_square_ = 0;
};

bool is_enclosed(std::string_view text, char open, char close) {
    return text.size() > 1 && text.front() == open && text.back() == close;
}

bool is_quoted(std::string_view text) {
    return is_enclosed(text, '\'', '\'') || is_enclosed(text, '"', '"');
}

bool is_script(std::string_view text) {
    return text.size() > 2 && is_enclosed(text, '(', ')');
}

/// The parts of a subscript: numbers, texts, nothing, and the separators `:` and `,`.
struct SubscriptPart {
    char separator = 0;
    PathArgument argument;
};

class SubscriptSplitter {
public:
    explicit SubscriptSplitter(std::string_view text) : text_(text) {}

    std::optional<std::vector<SubscriptPart>> run() {
        for (std::size_t at = 0; at < text_.size(); ++at) {
            part_ += text_[at];
            if (!take(text_[at], at)) return std::nullopt;
        }
        if (!part_.empty()) add_number_or_text(part_);
        return std::move(parts_);
    }

private:
    [[nodiscard]] bool in_quotes() const { return quote_ != 0; }
    [[nodiscard]] bool in_script() const { return n_open_ != n_close_; }

    bool take(char c, std::size_t at) {
        if (c == ' ' && !in_quotes() && !in_script()) {
            part_ = trimmed(part_);
        } else if (c == '(' && !in_quotes()) {
            ++n_open_;
        } else if (c == ')') {
            ++n_close_;
            if (in_script()) return true;
            if (!is_script(part_)) return false;
            add(std::exchange(part_, ""));
        } else if ((c == '\'' || c == '"') && !in_script()) {
            return take_quote(c);
        } else if ((c == ':' || c == ',') && !in_quotes() && !in_script()) {
            return take_separator(c, at);
        }
        return true;
    }

    bool take_quote(char c) {
        if (in_quotes() && quote_ != c) return true;
        if (part_.size() > 1 && part_[part_.size() - 2] == '\\') {
            part_.resize(part_.size() - 2);
            part_ += c;
            return true;
        }
        if (!in_quotes()) {
            quote_ = c;
            return part_.size() == 1;
        }
        quote_ = 0;
        if (!is_quoted(part_)) return false;
        add(std::exchange(part_, ""));
        return true;
    }

    bool take_separator(char c, std::size_t at) {
        const std::string before = part_.substr(0, part_.size() - 1);
        part_.clear();
        if (!before.empty()) {
            if (c == ':' && !parse_int(before, 10)) return false;
            add_number_or_text(before);
        } else if (c == ':' && at == 0) {
            parts_.push_back({});
        }
        parts_.push_back({c, {}});
        return true;
    }

    void add(std::string text) { parts_.push_back({0, std::move(text)}); }

    void add_number_or_text(const std::string& text) {
        if (const std::optional<std::int64_t> number = parse_int(text, 10)) {
            parts_.push_back({0, *number});
        } else {
            add(text);
        }
    }

    std::string_view text_;
    std::vector<SubscriptPart> parts_;
    std::string part_;
    int n_open_ = 0;
    int n_close_ = 0;
    char quote_ = 0;
};

class TokenParser {
public:
    TokenParser(PathBudget& budget, std::string& reason) : budget_(budget), reason_(reason) {}

    std::optional<PathToken> parse(std::string_view written) {
        const std::string text = trimmed(written);
        PathToken token;
        if (text.empty()) return fail("a part of the path is empty");
        if (text == "$") return token;
        token.kind = PathKind::kCurrent;
        if (text == "@") return token;
        token.kind = PathKind::kWildcard;
        if (text == "*") return token;
        token.kind = PathKind::kRecursive;
        if (text == "..") return token;
        if (text.front() != '[') {
            token.kind = text == "length" ? PathKind::kLength : PathKind::kKey;
            token.key = text;
            return token;
        }
        if (text.back() != ']') return fail_shape(text);
        return parse_subscript(text, trimmed(text.substr(1, text.size() - 2)));
    }

private:
    std::nullopt_t fail(std::string reason) {
        if (reason_.empty()) reason_ = std::move(reason);
        return std::nullopt;
    }

    std::nullopt_t fail_shape(const std::string& text) {
        return fail("`" + text + "` is no part of a path");
    }

    std::optional<PathToken> parse_subscript(const std::string& text,
                                             const std::string& subscript) {
        PathToken token;
        if (subscript.empty()) return fail_shape(text);
        token.kind = PathKind::kWildcard;
        if (subscript == "*") return token;
        if (subscript.front() == '?') {
            if (subscript.substr(0, 2) != "?(" || subscript.back() != ')') return fail_shape(text);
            token.kind = PathKind::kFilter;
            token.script = parse_path_script(trimmed(subscript.substr(2, subscript.size() - 3)),
                                             budget_, reason_);
            return token.script ? std::optional(token) : std::nullopt;
        }
        const auto parts = SubscriptSplitter(subscript).run();
        if (!parts) return fail_shape(text);
        if (parts->size() == 1) return parse_single(text, parts->front());
        return parse_several(text, *parts);
    }

    std::optional<PathToken> parse_single(const std::string& text, const SubscriptPart& part) {
        PathToken token;
        if (const auto* index = std::get_if<std::int64_t>(&part.argument)) {
            token.kind = PathKind::kIndex;
            token.index = *index;
            return token;
        }
        const auto* content = std::get_if<std::string>(&part.argument);
        if (content == nullptr) return fail_shape(text);
        const std::string inner =
            content->size() > 1 ? content->substr(1, content->size() - 2) : std::string();
        if (is_quoted(*content)) {
            token.kind = PathKind::kKey;
            token.key = inner;
            return token;
        }
        if (!is_script(*content)) return fail_shape(text);
        token.kind = PathKind::kScript;
        token.script = parse_path_script(inner, budget_, reason_);
        return token.script ? std::optional(token) : std::nullopt;
    }

    std::optional<PathToken> parse_several(const std::string& text,
                                           const std::vector<SubscriptPart>& parts) {
        PathToken token;
        std::size_t n_colons = 0;
        std::size_t n_commas = 0;
        bool after_colon = false;
        for (const SubscriptPart& part : parts) {
            if (part.separator == ':') {
                ++n_colons;
                if (after_colon) token.arguments.emplace_back();
                after_colon = true;
                continue;
            }
            if (part.separator == ',') {
                ++n_commas;
            } else {
                token.arguments.push_back(part.argument);
            }
            after_colon = false;
        }
        if ((n_colons > 0) == (n_commas > 0) || n_colons > 2) return fail_shape(text);
        if (n_commas > 0 && n_commas >= token.arguments.size()) return fail_shape(text);
        token.kind = n_commas > 0 ? PathKind::kUnion : PathKind::kRange;
        if (n_colons == 1 && token.arguments.size() == 1) token.arguments.emplace_back();
        if (token.kind == PathKind::kRange)
            token.arguments.resize(std::max<std::size_t>(3, token.arguments.size()));
        for (PathArgument& argument : token.arguments) {
            const auto* content = std::get_if<std::string>(&argument);
            if (content == nullptr) {
                if (token.kind == PathKind::kUnion && argument.index() == 0)
                    return fail_shape(text);
                continue;
            }
            const std::string inner =
                content->size() > 1 ? content->substr(1, content->size() - 2) : std::string();
            if (is_script(*content)) {
                std::shared_ptr<const PathScript> script =
                    parse_path_script(inner, budget_, reason_);
                if (!script) return std::nullopt;
                argument = std::move(script);
            } else if (is_quoted(*content) && token.kind == PathKind::kUnion) {
                argument = inner;
            } else {
                return fail_shape(text);
            }
        }
        return token;
    }

    PathBudget& budget_;
    std::string& reason_;
};

} // namespace

std::optional<std::vector<PathToken>> parse_json_path(std::string_view path, PathBudget& budget,
                                                      std::string& reason) {
    const auto parts = PathSplitter(path).run(reason);
    if (!parts) return std::nullopt;
    std::vector<PathToken> tokens;
    for (const std::string& part : *parts) {
        std::optional<PathToken> token = TokenParser(budget, reason).parse(part);
        if (!token) return std::nullopt;
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

} // namespace tiphys::expr
