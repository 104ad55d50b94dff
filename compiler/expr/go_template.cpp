// The grammar of Go's text/template. Go: text/template/parse/parse.go.
#include "compiler/expr/go_template.h"

#include <algorithm>
#include <array>

#include "compiler/base/nearest.h"
#include "compiler/expr/argo_variables.h"
#include "compiler/expr/go_template_tokens.h"
#include "compiler/expr/limits.h"

namespace tiphys::expr {
namespace {

/// Go: text/template/funcs.go builtins.
constexpr std::array<std::string_view, 19> kBuiltins{
    "and", "call", "eq",  "ge", "gt",    "html",   "index",   "js",    "le",      "len",
    "lt",  "ne",   "not", "or", "print", "printf", "println", "slice", "urlquery"};

/// A block that an `end` closes, and how many variables were known before it.
struct Block {
    std::string_view keyword;
    Range range;
    std::size_t n_variables = 0;
    bool has_else = false;
    bool is_loop = false;
};

class TemplateParser {
public:
    explicit TemplateParser(TemplateWords words)
        : words_(std::move(words.words)), lex_error_(std::move(words.error)) {}

    std::optional<ParseError> run() {
        while (!error_ && word().token != TemplateToken::kEnd)
            parse_action();
        // What the words stop at comes after all that was read.
        if (!error_ && lex_error_) return lex_error_;
        if (!error_ && !blocks_.empty()) {
            fail(blocks_.back().range,
                 "`" + std::string(blocks_.back().keyword) + "` has no `{{end}}`");
        }
        return error_;
    }

private:
    [[nodiscard]] const TemplateWord& word() const { return words_[at_]; }
    [[nodiscard]] bool is(TemplateToken token) const { return word().token == token; }
    void advance() {
        if (at_ + 1 < words_.size()) ++at_;
    }
    void skip_space() {
        while (is(TemplateToken::kSpace))
            advance();
    }

    void fail(Range range, std::string message, std::string help = "") {
        if (error_) return;
        // The end of the words is where the lexer gave up, if it did.
        if (lex_error_ && is(TemplateToken::kEnd)) {
            error_ = lex_error_;
        } else {
            error_ = ParseError{range, std::move(message), std::move(help)};
        }
    }
    void fail_here(const std::string& what) {
        const std::string seen(word().text);
        fail(word().range, is(TemplateToken::kEnd) ? "the template ends too early"
                                                   : what + " before `" + seen + "`");
    }

    void parse_action() {
        advance(); // `{{`
        skip_space();
        const TemplateWord first = word();
        if (first.token != TemplateToken::kKeyword) {
            parse_pipeline("command", true);
            return expect_close();
        }
        advance();
        skip_space();
        if (first.text == "end") return close_block(first);
        if (first.text == "else") return parse_else(first);
        if (first.text == "break" || first.text == "continue") return parse_jump(first);
        if (first.text == "template") return parse_call(first);
        parse_block(first);
    }

    void expect_close() {
        skip_space();
        if (error_) return;
        if (!is(TemplateToken::kClose)) return fail_here("`}}` is missing");
        advance();
    }

    void parse_block(const TemplateWord& keyword) {
        Block block{keyword.text, keyword.range, variables_.size(), false, keyword.text == "range"};
        if (keyword.text == "define" || keyword.text == "block") {
            parse_name(keyword);
            if (keyword.text == "define") {
                blocks_.push_back(block);
                return expect_close();
            }
        }
        parse_pipeline(keyword.text, true);
        blocks_.push_back(block);
        expect_close();
    }

    void parse_name(const TemplateWord& keyword) {
        const bool is_name = is(TemplateToken::kConstant) && !word().text.empty() &&
                             (word().text[0] == '"' || word().text[0] == '`');
        if (!is_name) {
            return fail_here("`" + std::string(keyword.text) + "` needs a name in quotes");
        }
        advance();
        skip_space();
    }

    void parse_call(const TemplateWord& keyword) {
        parse_name(keyword);
        if (!is(TemplateToken::kClose)) parse_pipeline(keyword.text, false);
        expect_close();
    }

    void close_block(const TemplateWord& keyword) {
        if (blocks_.empty()) return fail(keyword.range, "there is nothing that `end` could close");
        variables_.resize(blocks_.back().n_variables);
        blocks_.pop_back();
        expect_close();
    }

    void parse_else(const TemplateWord& keyword) {
        const bool fits = !blocks_.empty() && !blocks_.back().has_else &&
                          blocks_.back().keyword != "define" && blocks_.back().keyword != "block";
        if (!fits) return fail(keyword.range, "there is nothing that `else` could belong to");
        variables_.resize(blocks_.back().n_variables);
        const bool is_next = is(TemplateToken::kKeyword) &&
                             (word().text == "if" || word().text == "with") &&
                             word().text == blocks_.back().keyword;
        if (is_next) {
            const std::string_view name = word().text;
            advance();
            skip_space();
            parse_pipeline(name, true);
        } else {
            blocks_.back().has_else = true;
        }
        expect_close();
    }

    void parse_jump(const TemplateWord& keyword) {
        const bool is_inside = std::any_of(blocks_.begin(), blocks_.end(),
                                           [](const Block& block) { return block.is_loop; });
        if (!is_inside) {
            return fail(keyword.range,
                        "`" + std::string(keyword.text) + "` stands outside of `range`");
        }
        expect_close();
    }

    /// `$x := …`, `$x = …`, in `range` also `$i, $x := …`.
    void parse_declarations(std::string_view keyword) {
        const std::size_t start = at_;
        std::vector<std::string_view> names;
        while (is(TemplateToken::kVariable)) {
            names.push_back(word().text);
            advance();
            skip_space();
            const bool goes_on = is(TemplateToken::kComma) && keyword == "range";
            if (!goes_on) break;
            advance();
            skip_space();
        }
        const bool declares = is(TemplateToken::kDeclare);
        if (names.empty() || (!declares && !is(TemplateToken::kAssign))) {
            at_ = start;
            return;
        }
        for (const std::string_view name : names) {
            if (declares) {
                variables_.push_back(name);
            } else {
                check_variable({TemplateToken::kVariable, words_[start].range, name});
            }
        }
        advance();
        skip_space();
    }

    void parse_pipeline(std::string_view keyword, bool may_declare) {
        if (++depth_ > kMostDepth) return fail(word().range, "the template is nested too deeply");
        if (may_declare) parse_declarations(keyword);
        for (std::size_t n_commands = 0; !error_; ++n_commands) {
            skip_space();
            if (!parse_command(keyword, n_commands)) break;
            skip_space();
            if (!is(TemplateToken::kPipe)) break;
            advance();
        }
        --depth_;
    }

    /// One command of a pipeline; only a function, method or field may take what comes before.
    bool parse_command(std::string_view keyword, std::size_t index) {
        const TemplateWord first = word();
        std::size_t n_operands = 0;
        bool is_chain = false;
        while (!error_ && parse_operand(is_chain)) {
            ++n_operands;
            if (is(TemplateToken::kSpace)) {
                skip_space();
                continue;
            }
            break;
        }
        if (error_) return false;
        if (n_operands == 0) {
            fail(word().range, "`" + std::string(keyword) + "` has no value");
            return false;
        }
        const bool is_value =
            first.token == TemplateToken::kBool || first.token == TemplateToken::kConstant ||
            first.token == TemplateToken::kNil || first.token == TemplateToken::kDot;
        if (index > 0 && is_value && !is_chain) {
            fail(first.range, "`" + std::string(first.text) + "` takes no value from a pipeline");
        } else if (first.token == TemplateToken::kNil && n_operands == 1 && index == 0) {
            fail(first.range, "`nil` is no command");
        }
        return true;
    }

    /// False where no operand begins.
    bool parse_operand(bool& is_chain) {
        const TemplateWord first = word();
        switch (first.token) {
        case TemplateToken::kIdentifier:
            check_function(first);
            break;
        case TemplateToken::kVariable:
            check_variable(first);
            break;
        case TemplateToken::kLeft:
            advance();
            skip_space();
            parse_pipeline("(", true);
            skip_space();
            if (!error_ && !is(TemplateToken::kRight)) fail_here("`)` is missing");
            break;
        case TemplateToken::kBool:
        case TemplateToken::kConstant:
        case TemplateToken::kNil:
        case TemplateToken::kDot:
        case TemplateToken::kField:
            break;
        case TemplateToken::kClose:
        case TemplateToken::kPipe:
        case TemplateToken::kRight:
            return false;
        case TemplateToken::kOpen:
        case TemplateToken::kKeyword:
        case TemplateToken::kDeclare:
        case TemplateToken::kAssign:
        case TemplateToken::kComma:
        case TemplateToken::kSpace:
        case TemplateToken::kEnd:
            fail_here("an operand is missing");
            return false;
        }
        advance();
        parse_fields(first, is_chain);
        return true;
    }

    void parse_fields(const TemplateWord& first, bool& is_chain) {
        const bool has_fields =
            first.token != TemplateToken::kBool && first.token != TemplateToken::kConstant &&
            first.token != TemplateToken::kNil && first.token != TemplateToken::kDot;
        while (!error_ && is(TemplateToken::kField)) {
            if (!has_fields) {
                return fail(word().range, "`" + std::string(first.text) + "` has no fields");
            }
            is_chain = true;
            advance();
        }
        const bool ends = is(TemplateToken::kSpace) || is(TemplateToken::kClose) ||
                          is(TemplateToken::kPipe) || is(TemplateToken::kRight);
        if (!error_ && !ends) fail_here("a blank is missing");
    }

    void check_variable(const TemplateWord& variable) {
        const bool is_known =
            variable.text == "$" ||
            std::find(variables_.begin(), variables_.end(), variable.text) != variables_.end();
        if (!is_known) {
            fail(variable.range, "there is no variable `" + std::string(variable.text) + "`",
                 "declare it: `{{" + std::string(variable.text) + " := …}}`");
        }
    }

    void check_function(const TemplateWord& function) {
        const std::string_view name = function.text;
        const Map& sprig = sprig_functions().as_map();
        const bool is_known =
            name == "env" || name == "expandenv" || sprig.find(name) != nullptr ||
            std::find(kBuiltins.begin(), kBuiltins.end(), name) != kBuiltins.end();
        if (is_known) return;
        std::vector<std::string_view> names(kBuiltins.begin(), kBuiltins.end());
        for (const auto& [key, value] : sprig.entries)
            names.push_back(key.as_string());
        const std::string_view nearest = nearest_name(name, names);
        fail(function.range, "there is no function `" + std::string(name) + "`",
             nearest.empty() ? "" : "did you mean `" + std::string(nearest) + "`?");
    }

    /// Levels of parentheses.
    static constexpr int kMostDepth = 100;

    std::vector<TemplateWord> words_;
    std::optional<ParseError> lex_error_;
    std::optional<ParseError> error_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<Block> blocks_;
    std::vector<std::string_view> variables_;
};

} // namespace

std::optional<ParseError> check_go_template(std::string_view text) {
    return TemplateParser(lex_go_template(text)).run();
}

} // namespace tiphys::expr
