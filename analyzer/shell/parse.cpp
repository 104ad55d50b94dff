// The commands of a script.
// Grammar: POSIX.1-2017, XCU 2.10; what bash adds to it as in its parse.y.
#include <algorithm>
#include <array>

#include "analyzer/shell/word_parser.h"

namespace tiphys::shell {
namespace {

constexpr int kDeepest = 100;

constexpr std::array<std::string_view, 8> kClosers{"then", "else", "elif", "fi",
                                                   "do",   "done", "esac", "}"};

bool is_closer(std::string_view word) {
    return std::find(kClosers.begin(), kClosers.end(), word) != kClosers.end();
}

std::string quoted_token(std::string_view token) {
    return token == "\n" ? "the end of the line" : "`" + std::string(token) + "`";
}

class Parser final : public WordParser {
public:
    Parser(std::string_view text, Dialect dialect) : WordParser(text, dialect) {}

    Script run() {
        parse_list(true);
        if (!is_over()) fail_here("nothing here waits for");
        drop_error_behind_exit();
        return std::move(out_);
    }

private:
    struct HereDocument {
        std::string end;
        bool may_be_indented = false;
        bool is_expanded = false;
        std::uint32_t command = 0;
    };
    struct Surroundings {
        bool is_captured = false;
        bool is_in_substitution = false;
        bool is_in_function = false;
    };

    // ---- tokens ----

    void skip_blanks() {
        while (!is_over()) {
            if (peek() == ' ' || peek() == '\t') {
                ++at_;
            } else if (peek() == '\\' && peek(1) == '\n') {
                skip(2);
            } else if (peek() == '#') {
                while (!is_over() && peek() != '\n')
                    ++at_;
            } else {
                return;
            }
        }
    }

    void skip_newlines() {
        for (skip_blanks(); peek() == '\n' && !is_over(); skip_blanks())
            take_newline();
    }

    void take_newline() {
        ++at_;
        for (const HereDocument& document : documents_)
            skip_here_document(document);
        documents_.clear();
    }

    /// A script that ends before its here-document does is read to its end: shells only warn.
    void skip_here_document(const HereDocument& document) {
        const std::uint32_t begin = at_;
        std::uint32_t end = at_;
        while (at_ < text_.size()) {
            end = at_;
            const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
            std::string_view line = text_.substr(at_, line_end - at_);
            at_ = static_cast<std::uint32_t>(std::min(line_end + 1, text_.size()));
            if (document.may_be_indented) {
                line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
            }
            if (line == document.end) break;
            end = at_;
        }
        if (document.is_expanded && document.command < out_.commands.size()) {
            out_.commands[document.command].document_variables = variables_in({begin, end});
        }
    }

    /// The operator at this place, or nothing.
    [[nodiscard]] std::string_view operator_here() const {
        constexpr std::array<std::string_view, 20> kOperators{
            ";;&", "<<<", "<<-", "&>>", ";;", ";&", "&&", "||", "|&", "&>",
            "<<",  ">>",  "<&",  ">&",  "<>", ">|", ";",  "&",  "|",  "<"};
        if (is_over()) return {};
        for (const std::string_view each : kOperators) {
            const bool is_bash_only = each == ";;&" || each == "<<<" || each == "&>>" ||
                                      each == ";&" || each == "|&" || each == "&>";
            if (looking_at(each) && (is_bash() || !is_bash_only)) return each;
        }
        const char c = peek();
        if (c == '>' || c == '(' || c == ')' || c == '\n') return text_.substr(at_, 1);
        return {};
    }

    /// The unquoted word at this place; empty where there is an operator or anything quoted.
    [[nodiscard]] std::string_view bare_word() const {
        std::uint32_t end = at_;
        for (; end < text_.size(); ++end) {
            const char c = text_[end];
            if (std::string_view(" \t\n;&|<>()").find(c) != std::string_view::npos) break;
            if (std::string_view("'\"`$\\").find(c) != std::string_view::npos) return {};
        }
        return has_stopped_ ? std::string_view{} : text_.substr(at_, end - at_);
    }

    [[nodiscard]] bool at_list_end() const {
        const std::string_view op = operator_here();
        return is_over() || op == ")" || op.starts_with(";;") || op == ";&" ||
               is_closer(bare_word());
    }

    /// The token that is in the way, for messages.
    [[nodiscard]] std::string_view token_here() const {
        const std::string_view op = operator_here();
        if (!op.empty()) return op;
        const std::size_t end = std::min(text_.find_first_of(" \t\n;&|<>()", at_), text_.size());
        return text_.substr(at_, end - at_);
    }

    void fail_here(std::string_view why) {
        const std::string_view token = token_here();
        const auto length = static_cast<std::uint32_t>(std::max<std::size_t>(token.size(), 1));
        fail({at_, at_ + length}, std::string(why) + " " + quoted_token(token));
    }

    /// Takes a reserved word that must come now.
    void expect_word(std::string_view word, Range opening) {
        skip_blanks();
        if (bare_word() == word && !is_over()) {
            at_ += static_cast<std::uint32_t>(word.size());
            return;
        }
        const std::string keyword(slice(opening));
        if (is_over()) {
            fail(opening, "`" + keyword + "` has no `" + std::string(word) + "`");
            return;
        }
        const std::string_view token = token_here();
        fail({at_, at_ + static_cast<std::uint32_t>(std::max<std::size_t>(token.size(), 1))},
             quoted_token(token) + " stands where `" + keyword + "` waits for its `" +
                 std::string(word) + "`",
             opening);
    }

    Range take(std::string_view token) {
        const std::uint32_t begin = at_;
        at_ += static_cast<std::uint32_t>(token.size());
        return {begin, at_};
    }

    // ---- lists ----

    /// Commands up to a closing word or operator. Returns their number.
    int parse_list(bool is_outermost = false) {
        int n_commands = 0;
        for (;;) {
            skip_newlines();
            if (at_list_end()) return n_commands;
            const auto first = static_cast<std::uint32_t>(out_.commands.size());
            Statement statement;
            statement.range.begin = at_;
            statement.is_compound = parse_and_or(statement.has_and_or);
            ++n_commands;
            skip_blanks();
            statement.range.end = at_;
            statement.commands = {first, static_cast<std::uint32_t>(out_.commands.size())};
            const std::string_view op = operator_here();
            statement.is_background = op == "&";
            if (is_outermost && !has_stopped_) out_.statements.push_back(statement);
            if (op == ";" || op == "&") {
                take(op);
            } else if (op != "\n") {
                const bool is_end = at_list_end();
                if (!is_end) fail_here("no command can go on with");
                return n_commands;
            }
        }
    }

    /// A list that must hold a command.
    void parse_full_list(Range opening) {
        if (parse_list() > 0 || has_stopped_) return;
        const std::string keyword(slice(opening));
        if (is_over()) {
            fail(opening, "nothing follows `" + keyword + "`");
            return;
        }
        const std::string_view token = token_here();
        fail({at_, at_ + static_cast<std::uint32_t>(std::max<std::size_t>(token.size(), 1))},
             "there is no command between `" + keyword + "` and " + quoted_token(token), opening);
    }

    bool parse_and_or(bool& has_and_or) {
        const bool is_compound = parse_pipeline();
        for (;;) {
            skip_blanks();
            const std::string_view op = operator_here();
            if (op != "&&" && op != "||") return is_compound;
            has_and_or = true;
            const Range opening = take(op);
            skip_newlines();
            if (at_list_end()) {
                fail_missing_command(opening);
                return is_compound;
            }
            parse_pipeline();
        }
    }

    void fail_missing_command(Range opening) {
        fail(opening, "no command follows `" + std::string(slice(opening)) + "`");
    }

    /// Returns whether the last command was a compound one.
    bool parse_pipeline() {
        const auto index = static_cast<std::uint32_t>(out_.pipelines.size());
        out_.pipelines.emplace_back();
        skip_prefixes();
        if (at_separator()) return false;
        std::vector<CommandRange> stages;
        bool is_compound = false;
        for (;;) {
            const auto first = static_cast<std::uint32_t>(out_.commands.size());
            pipeline_ = index;
            is_compound = parse_command();
            stages.push_back({first, static_cast<std::uint32_t>(out_.commands.size())});
            skip_blanks();
            const std::string_view op = operator_here();
            if (op != "|" && op != "|&") break;
            capture(stages.back());
            const Range opening = take(op);
            skip_newlines();
            if (at_list_end()) {
                fail_missing_command(opening);
                break;
            }
            skip_prefixes();
        }
        if (index < out_.pipelines.size()) out_.pipelines[index].stages = std::move(stages);
        return is_compound;
    }

    /// `!` and `time` before a pipeline.
    void skip_prefixes() {
        for (;;) {
            skip_blanks();
            const std::string_view word = bare_word();
            if (is_over() || (word != "!" && !(word == "time" && is_bash()))) return;
            take(word);
            skip_blanks();
            if (word == "time" && (bare_word() == "-p" || bare_word() == "--")) take(bare_word());
        }
    }

    /// bash accepts `!` and `time` alone.
    [[nodiscard]] bool at_separator() const {
        const std::string_view op = operator_here();
        return is_over() || op == "\n" || op == ";" || (op == ")" && text_[at_ - 1] != '(');
    }

    void capture(CommandRange range) {
        for (std::uint32_t i = range.first; i < range.end && i < out_.commands.size(); ++i)
            out_.commands[i].is_captured = true;
    }

    // ---- commands ----

    /// Returns whether it is a compound one.
    bool parse_command() {
        if (depth_ >= kDeepest) {
            has_stopped_ = true;
            return false;
        }
        ++depth_;
        const auto first = static_cast<std::uint32_t>(out_.commands.size());
        const bool is_compound = parse_compound();
        if (is_compound) {
            if (!has_stopped_) parse_compound_redirects(first);
        } else {
            parse_simple();
        }
        --depth_;
        return is_compound || is_definition_;
    }

    bool parse_compound() {
        is_definition_ = false;
        if (is_over()) return false;
        if (looking_at("((") && is_bash()) {
            const Mark before = mark();
            take("((");
            Word word;
            if (skip_arithmetic(word)) return true;
            return_to(before);
        }
        if (peek() == '(') {
            parse_group("(", ")");
            return true;
        }
        const std::string_view word = bare_word();
        if (word == "{") {
            parse_group("{", "}");
        } else if (word == "if") {
            parse_if();
        } else if (word == "while" || word == "until") {
            parse_loop(take(word));
        } else if (word == "for" || (word == "select" && is_bash())) {
            parse_for(take(word));
        } else if (word == "case") {
            parse_case(take(word));
        } else if (word == "[[" && is_bash()) {
            parse_condition(take(word));
        } else if (word == "function" && is_bash()) {
            parse_function(take(word));
        } else if (word == "coproc" && is_bash()) {
            parse_coprocess(take(word));
        } else {
            return false;
        }
        return true;
    }

    void parse_group(std::string_view open, std::string_view close) {
        const Range opening = take(open);
        parse_full_list(opening);
        if (has_stopped_) return;
        if (close == "}") {
            expect_word("}", opening);
        } else {
            expect_parenthesis(opening);
        }
    }

    void expect_parenthesis(Range opening) {
        skip_blanks();
        if (!is_over() && peek() == ')') {
            ++at_;
        } else if (is_over()) {
            fail(opening, "the bracket `" + std::string(slice(opening)) + "` is never closed");
        } else {
            const std::string_view token = token_here();
            fail({at_, at_ + static_cast<std::uint32_t>(std::max<std::size_t>(token.size(), 1))},
                 quoted_token(token) + " stands where `" + std::string(slice(opening)) +
                     "` waits for its `)`",
                 opening);
        }
    }

    void parse_substitution(std::uint32_t opening) override {
        if (depth_ >= kDeepest) {
            has_stopped_ = true;
            return;
        }
        ++depth_;
        const bool is_backquoted = text_[opening] == '`';
        const Surroundings outer = around_;
        const std::uint32_t outer_pipeline = pipeline_;
        around_.is_captured = true;
        around_.is_in_substitution = true;
        const std::uint32_t end = is_backquoted ? opening + 1 : opening + 2;
        parse_list();
        if (!has_stopped_ && !is_backquoted) expect_parenthesis({opening, end});
        if (!has_stopped_ && is_backquoted && !is_over()) has_stopped_ = true;
        around_ = outer;
        pipeline_ = outer_pipeline;
        --depth_;
    }

    void parse_if() {
        const Range opening = take("if");
        Range part = opening;
        for (;;) {
            parse_full_list(part);
            if (has_stopped_) return;
            const std::uint32_t then = at_;
            expect_word("then", part);
            if (has_stopped_) return;
            parse_full_list({then, then + 4});
            if (has_stopped_) return;
            if (bare_word() != "elif") break;
            part = take("elif");
        }
        if (!is_over() && bare_word() == "else") parse_full_list(take("else"));
        if (!has_stopped_) expect_word("fi", opening);
    }

    void parse_loop(Range opening) {
        parse_full_list(opening);
        if (!has_stopped_) parse_do(opening);
    }

    void parse_do(Range opening) {
        skip_newlines();
        const std::uint32_t begin = at_;
        const bool is_braced = is_bash() && bare_word() == "{" && slice(opening) != "while" &&
                               slice(opening) != "until";
        if (is_braced) {
            parse_group("{", "}");
            return;
        }
        expect_word("do", opening);
        if (has_stopped_) return;
        parse_full_list({begin, begin + 2});
        if (!has_stopped_) expect_word("done", opening);
    }

    void parse_for(Range opening) {
        skip_blanks();
        if (looking_at("((") && is_bash()) {
            take("((");
            Word word;
            if (!skip_arithmetic(word)) {
                fail(opening, "the bracket `((` is never closed");
                return;
            }
            skip_blanks();
            if (operator_here() == ";") take(";");
            parse_do(opening);
            return;
        }
        const Word name = parse_word();
        if (name.range.begin == name.range.end) {
            fail(opening, "no variable follows `" + std::string(slice(opening)) + "`");
            return;
        }
        skip_newlines();
        if (bare_word() == "in") {
            take("in");
            parse_words();
        }
        if (operator_here() == ";") take(";");
        parse_do(opening);
    }

    void parse_words() {
        for (;;) {
            skip_blanks();
            const Word word = parse_word();
            if (word.range.begin == word.range.end || is_over()) return;
        }
    }

    void parse_case(Range opening) {
        skip_blanks();
        const Word subject = parse_word();
        if (subject.range.begin == subject.range.end) {
            fail(opening, "no word follows `case`");
            return;
        }
        skip_newlines();
        expect_word("in", opening);
        for (skip_newlines(); !is_over() && bare_word() != "esac"; skip_newlines()) {
            parse_case_item(opening);
            if (has_stopped_) return;
        }
        expect_word("esac", opening);
    }

    void parse_case_item(Range opening) {
        if (peek() == '(') ++at_;
        for (;;) {
            skip_blanks();
            const Word pattern = parse_word();
            if (pattern.range.begin == pattern.range.end) {
                fail_in_case(opening, "a pattern");
                return;
            }
            skip_blanks();
            if (operator_here() != "|") break;
            take("|");
        }
        if (operator_here() != ")") {
            fail_in_case(opening, "the `)` behind a pattern");
            return;
        }
        take(")");
        parse_list();
        const std::string_view op = operator_here();
        if (op.starts_with(";;") || op == ";&") {
            take(op);
        } else if (!is_over() && bare_word() != "esac") {
            fail_in_case(opening, "`;;` or `esac`");
        }
    }

    void fail_in_case(Range opening, std::string_view wanted) {
        if (is_over()) {
            fail(opening, "`case` has no `esac`");
            return;
        }
        const std::string_view token = token_here();
        fail({at_, at_ + static_cast<std::uint32_t>(std::max<std::size_t>(token.size(), 1))},
             quoted_token(token) + " stands where `case` waits for " + std::string(wanted),
             opening);
    }

    void parse_condition(Range opening) {
        while (!has_stopped_) {
            skip_newlines();
            if (is_over()) {
                fail(opening, "`[[` has no `]]`");
                return;
            }
            if (bare_word() == "]]") {
                take("]]");
                return;
            }
            parse_condition_part(opening);
        }
    }

    void parse_condition_part(Range opening) {
        const std::string_view op = operator_here();
        if (op == "&&" || op == "||" || op == "(" || op == ")") {
            take(op);
        } else if (op == "<" || op == ">") {
            if (peek(1) == '(') {
                static_cast<void>(parse_word());
            } else {
                take(op);
            }
        } else if (!op.empty()) {
            const auto length = static_cast<std::uint32_t>(op.size());
            fail({at_, at_ + length}, quoted_token(op) + " stands where `[[` waits for its `]]`",
                 opening);
        } else if (bare_word() == "=~") {
            take("=~");
            skip_newlines();
            static_cast<void>(parse_regex_word());
        } else {
            static_cast<void>(parse_word());
        }
    }

    void parse_function(Range opening) {
        skip_blanks();
        const Word name = parse_word();
        if (name.range.begin == name.range.end) {
            fail(opening, "no name follows `function`");
            return;
        }
        skip_blanks();
        if (peek() == '(') {
            take("(");
            skip_blanks();
            if (peek() == ')') take(")");
        }
        parse_body(name.range);
    }

    void parse_body(Range name) {
        skip_newlines();
        if (at_list_end() || at_separator()) {
            fail(name, "function `" + std::string(slice(name)) + "` has no body");
            return;
        }
        const Surroundings outer = around_;
        around_.is_in_function = true;
        parse_command();
        around_ = outer;
        is_definition_ = true;
    }

    void parse_coprocess(Range) {
        skip_blanks();
        const std::string_view name = bare_word();
        if (!name.empty()) {
            std::size_t next = text_.find_first_not_of(" \t", at_ + name.size());
            next = std::min(next, text_.size());
            const bool is_named = next < text_.size() && (text_[next] == '{' || text_[next] == '(');
            if (is_named && name != "{") take(name);
        }
        skip_blanks();
        parse_command();
    }

    // ---- simple commands ----

    void parse_simple() {
        Command command;
        command.range.begin = at_;
        command.pipeline = pipeline_;
        command.is_captured = around_.is_captured;
        command.is_in_substitution = around_.is_in_substitution;
        command.is_in_function = around_.is_in_function;
        is_definition_ = false;
        // Its place comes before those of the commands inside of its words.
        const auto index = static_cast<std::uint32_t>(out_.commands.size());
        out_.commands.push_back(command);
        while (!has_stopped_) {
            skip_blanks();
            if (parse_redirect(command, index) || parse_part(command)) continue;
            if (peek() != '(' || is_over()) break;
            parse_definition(command);
            break;
        }
        command.range.end = at_;
        const bool is_empty =
            command.words.empty() && command.assignments.empty() && command.redirects.empty();
        if (is_empty && !has_stopped_) fail_here("no command begins with");
        if (index >= out_.commands.size()) return;
        command.document_variables = std::move(out_.commands[index].document_variables);
        command.is_captured = command.is_captured || redirects_output(command);
        out_.commands[index] = std::move(command);
    }

    /// An assignment or a word; false where neither begins here.
    bool parse_part(Command& command) {
        if (is_over()) return false;
        const std::uint32_t length = assignment_length();
        const bool is_assignment = length > 0 && command.words.empty();
        const bool is_array = length > 0 && is_bash() && peek(length) == '(';
        const std::uint32_t begin = at_;
        if (is_assignment || is_array) {
            at_ += length;
            Word value;
            value.range.begin = at_;
            if (is_array) {
                parse_array(value);
                value.range.end = at_;
            } else {
                value = parse_word();
            }
            if (is_assignment) {
                std::string_view name = slice({begin, begin + length});
                name = name.substr(0, name.find_first_of("+=["));
                command.assignments.push_back({name, std::move(value)});
            } else {
                command.words.push_back(std::move(value));
            }
            return true;
        }
        Word word = parse_word();
        if (word.range.begin == word.range.end) return false;
        command.words.push_back(std::move(word));
        return true;
    }

    /// At `(` behind words: `name () …`.
    void parse_definition(Command& command) {
        const bool may_define =
            command.words.size() == 1 && command.assignments.empty() && command.redirects.empty();
        if (!may_define) {
            if (!command.words.empty() || !command.assignments.empty()) {
                fail_here("no command can go on with");
            }
            return;
        }
        const Range name = command.words.front().range;
        const Range opening = take("(");
        skip_blanks();
        if (is_over() || peek() != ')') {
            fail(opening, "no command can go on with `(`: quote it, or write `()` to define a "
                          "function");
            return;
        }
        take(")");
        parse_body(name);
    }

    /// `2>&1`, `{fd}<file`, `<<END`; false where none begins here.
    bool parse_redirect(Command& command, std::uint32_t index) {
        if (is_over()) return false;
        const std::uint32_t begin = at_;
        int descriptor = -1;
        while (peek() >= '0' && peek() <= '9' && at_ - begin < 4) {
            descriptor = std::max(descriptor, 0) * 10 + (peek() - '0');
            ++at_;
        }
        if (peek() == '{' && is_bash() && descriptor < 0) skip_descriptor_name();
        const std::string_view op = operator_here();
        const bool is_redirect = op.find_first_of("<>") != op.npos;
        const bool is_process =
            is_bash() && at_ == begin && (op == "<" || op == ">") && peek(1) == '(';
        const bool is_other = op.starts_with("&>") && at_ != begin;
        if (!is_redirect || is_process || is_other) {
            at_ = begin;
            return false;
        }
        take(op);
        skip_blanks();
        Redirect redirect{op, descriptor, parse_word()};
        if (redirect.target.range.begin == redirect.target.range.end) {
            fail({begin, begin + static_cast<std::uint32_t>(op.size())},
                 "nothing follows `" + std::string(op) + "`");
            return true;
        }
        if (op == "<<" || op == "<<-") {
            const std::string_view written = slice(redirect.target.range);
            const bool is_quoted = written.find_first_of("'\"\\") != written.npos;
            documents_.push_back({is_quoted ? redirect.target.text : std::string(written),
                                  op == "<<-", !is_quoted, index});
        }
        command.redirects.push_back(std::move(redirect));
        return true;
    }

    /// `{name}` before a redirection.
    void skip_descriptor_name() {
        const std::size_t end = text_.find('}', at_);
        if (end == text_.npos || end + 1 >= text_.size()) return;
        const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
        const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   (c >= '0' && c <= '9');
        });
        const char next = text_[end + 1];
        if (is_name && (next == '<' || next == '>')) at_ = static_cast<std::uint32_t>(end) + 1;
    }

    static bool redirects_output(const Command& command) {
        return std::any_of(command.redirects.begin(), command.redirects.end(),
                           [](const Redirect& redirect) {
                               const bool is_output = redirect.op.find('>') != redirect.op.npos;
                               const bool is_copy = redirect.op == ">&";
                               return is_output && redirect.descriptor <= 1 && !is_copy;
                           });
    }

    void parse_compound_redirects(std::uint32_t first) {
        Command holder;
        for (skip_blanks(); !has_stopped_; skip_blanks()) {
            if (!parse_redirect(holder, static_cast<std::uint32_t>(out_.commands.size()))) break;
        }
        if (redirects_output(holder)) {
            capture({first, static_cast<std::uint32_t>(out_.commands.size())});
        }
    }

    // ---- the end ----

    /// What stands behind an `exit` is never read by the shell: it may be an archive.
    void drop_error_behind_exit() {
        if (!out_.error) return;
        for (const Statement& statement : out_.statements) {
            if (statement.commands.first >= out_.commands.size() || statement.is_compound) continue;
            const std::string_view name = out_.commands[statement.commands.first].name();
            const bool ends = name == "exit" || name == "exec";
            if (ends && !statement.has_and_or && statement.range.end <= out_.error->range.begin) {
                out_.error.reset();
                return;
            }
        }
    }

    std::vector<HereDocument> documents_;
    Surroundings around_;
    std::uint32_t pipeline_ = 0;
    bool is_definition_ = false;
};

} // namespace

std::string_view Command::name() const {
    if (words.empty() || !words.front().is_literal) return {};
    const std::string_view text = words.front().text;
    const std::size_t slash = text.rfind('/');
    return slash == text.npos ? text : text.substr(slash + 1);
}

Script parse(std::string_view text, Dialect dialect) {
    return Parser(text, dialect).run();
}

} // namespace tiphys::shell
