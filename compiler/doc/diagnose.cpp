// Says in our words what is wrong where the YAML reader stopped.
#include "compiler/doc/diagnose.h"

#include <algorithm>
#include <string>

#include "compiler/doc/character.h"
#include "compiler/doc/templated.h"
#include "compiler/doc/token_walk.h"
#include "compiler/doc/utf8.h"

namespace tiphys::doc {
namespace {

class Diagnoser {
public:
    Diagnoser(const YamlStop& stop, const YamlInput& input, Arena& arena)
        : stop_(stop), text_(input.text), source_(input.source), begin_(input.begin), arena_(arena),
          at_(std::min(stop.at, static_cast<std::uint32_t>(input.text.size()))),
          context_(std::min(stop.context, at_)),
          walk_(walk_tokens(input.text, boundary(stop), at_)) {}

    Diagnosis diagnose() {
        if (stop_.reason == YamlStop::Reason::kBraces) return braces();
        if (const auto tab = leading_tab()) return {kSyntax, *tab, *tab + 1, kTab, {}};
        if (const auto marker = conflict_marker()) return *marker;
        switch (stop_.complaint) {
        case YamlComplaint::kColon:
            return colon();
        case YamlComplaint::kEndOfMapping:
            return end_of_mapping();
        case YamlComplaint::kEndOfSequence:
            return end_of_sequence();
        case YamlComplaint::kEndOfFlowMapping:
        case YamlComplaint::kEndOfFlowSequence:
            return end_of_flow();
        case YamlComplaint::kColonInWord:
            return colon_in_word();
        case YamlComplaint::kMissingColon:
            return missing_colon();
        case YamlComplaint::kNoContent:
            return no_content();
        case YamlComplaint::kBlockEntry:
            return block_entry();
        case YamlComplaint::kKeyIndicator:
            return text_from(at_, "`? ` begins a key, which cannot stand here; quote the value");
        case YamlComplaint::kUnknownToken:
            return unknown_token();
        case YamlComplaint::kUnclosedQuote:
            return unclosed(context_);
        case YamlComplaint::kTab:
            return {kSyntax, at_, at_ + 1, kTab, {}};
        case YamlComplaint::kEscape:
            return escape();
        case YamlComplaint::kAliasName:
            return text_from(context_, kAlias);
        case YamlComplaint::kAnchorName:
            return anchor_name();
        case YamlComplaint::kTag:
            return text_from(context_, "`!` begins a tag; quote the value if it is meant as text");
        case YamlComplaint::kUndeclaredTag:
            return undeclared_tag();
        case YamlComplaint::kBlockHeader:
            return rest("after `|` or `>` come only `+`, `-`, a digit from 1 to 9 and a comment; "
                        "begin the text on the next line");
        case YamlComplaint::kDirective:
            return rest("this is neither `%YAML 1.1` nor `%TAG handle prefix`; remove it");
        case YamlComplaint::kOther:
            break;
        }
        return rest("this is not YAML; check quotes and indentation around here");
    }

private:
    static TokenWalk boundary(const YamlStop& stop) {
        return {stop.brackets, stop.last_token, stop.read_until, {}};
    }

    static constexpr DefectKind kSyntax = DefectKind::kSyntax;
    static constexpr std::string_view kTab = "a tab cannot indent; use spaces";
    static constexpr std::string_view kNoBlank =
        "the `:` of a key needs a blank after it; put one there";
    static constexpr std::string_view kAlias =
        "`*` begins an alias; quote the value if it is meant as text";

    // The rest of the line, without a way to read on.
    Diagnosis rest(std::string_view detail) const {
        const std::uint32_t end = std::max(end_of_text(text_, at_, false, false), at_);
        return {kSyntax, at_, end, detail, {}};
    }

    // Text that should have been quoted, from `from` on.
    Diagnosis text_from(std::uint32_t from, std::string_view detail) const {
        const bool in_flow = walk_.is_in_flow();
        const std::uint32_t end =
            std::max(end_of_text(text_, from, in_flow, in_flow), std::min(from + 1, size()));
        return {kSyntax, from, end, detail, Masked{from, end, false}};
    }

    std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
    char char_at(std::uint32_t place) const { return place < size() ? text_[place] : '\0'; }

    // Argo: scannerc.go of its YAML library has `a:` for a word, which a value may well be; a key
    // is meant to end there.
    Diagnosis colon_in_word() const {
        const bool is_in_list = walk_.is_in_flow() && char_at(walk_.brackets.back()) == '[';
        std::uint32_t before = context_;
        while (before > begin_ && is_blank(char_at(before - 1)))
            --before;
        const bool is_value = is_in_list || (before > begin_ && char_at(before - 1) == ':');
        if (is_value && context_ < at_) {
            return {kSyntax, at_, at_ + 1, {}, Masked{context_, at_ + 1, false}, true};
        }
        return {kSyntax, at_, at_ + 1,
                "this `:` is part of the key for Kubernetes; put a blank after it",
                Masked{at_, at_ + 1, true}};
    }

    std::optional<std::uint32_t> leading_tab() const {
        if (walk_.is_in_flow()) return std::nullopt;
        const std::uint32_t line = line_begin(text_, at_);
        const std::uint32_t content = skip_blanks(text_, line);
        const std::size_t tab = text_.substr(0, content).find('\t', line);
        const bool is_in_token = walk_.token_begin < line && line < walk_.token_end;
        if (tab == text_.npos || is_in_token) return std::nullopt;
        return static_cast<std::uint32_t>(tab);
    }

    // What version control leaves in a file where it cannot merge two changes.
    bool is_conflict_marker(std::uint32_t line) const {
        constexpr std::size_t kLength = 7;
        const char c = char_at(line);
        return (c == '<' || c == '=' || c == '>' || c == '|') &&
               text_.substr(line, kLength) == std::string(kLength, c) &&
               is_space_or_end(text_, line + kLength);
    }

    std::optional<Diagnosis> conflict_marker() const {
        for (const std::uint32_t place : {context_, at_}) {
            const std::uint32_t line = line_begin(text_, place);
            if (!is_conflict_marker(line)) continue;
            const std::uint32_t end = line_end(text_, line);
            return Diagnosis{kSyntax, line, end,
                             "two changes were not merged here; keep what is right of both, and "
                             "remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
                             Masked{line, end, true}};
        }
        return std::nullopt;
    }

    std::uint32_t last_before() const {
        std::uint32_t place = at_;
        while (place > begin_ && is_space(text_[place - 1]))
            --place;
        return place > begin_ ? place - 1 : begin_;
    }

    std::uint32_t word_before() const {
        std::uint32_t place = last_before();
        while (place > begin_ && !is_space(text_[place - 1]))
            --place;
        return place;
    }

    // A quote that was forgotten lets the text run on to the next quote, lines below. Where the
    // last token before the error is such a text, and its lines are not indented as its own, the
    // opening quote is what has to be looked at.
    std::optional<std::uint32_t> runaway_quote() const {
        const std::uint32_t begin = walk_.token_begin;
        const char quote = char_at(begin);
        if (quote != '"' && quote != '\'') return std::nullopt;
        const std::uint32_t line = line_end(text_, begin);
        if (line >= walk_.token_end) return std::nullopt;
        const std::uint32_t next = after_break(text_, line);
        if (indentation_at(text_, next) > indentation_at(text_, begin)) return std::nullopt;
        return begin;
    }

    Diagnosis unclosed(std::uint32_t quote) const {
        const std::uint32_t end = std::max(end_of_text(text_, quote, false, false), quote + 1);
        return {kSyntax, quote, quote + 1, "the quote opened here is never closed",
                Masked{quote, end, false}};
    }

    Diagnosis braces() const {
        const Braces braces = braces_at(text_, at_);
        const std::uint32_t end = end_of_text(text_, at_, walk_.is_in_flow(), true);
        return {DefectKind::kUnquotedBraces,
                at_,
                braces.end,
                {},
                Masked{at_, std::max(end, braces.end), false}};
    }

    // A value on the line of the error that has to be quoted as a whole.
    Diagnosis quote_value(std::uint32_t value, std::string_view detail) const {
        const std::uint32_t end = std::max(end_of_text(text_, value, false, false), at_);
        return {kSyntax, value, end, detail, Masked{value, end, false}};
    }

    Diagnosis colon() const {
        if (const auto quote = runaway_quote()) return unclosed(*quote);
        const auto value = value_on_line(text_, at_);
        if (value.has_value() && *value < at_)
            return quote_value(*value, "a value that contains `: ` must be quoted");
        const std::uint32_t content = skip_blanks(text_, line_begin(text_, at_));
        if (const auto key = key_without_colon(content)) return *key;
        if (content < at_)
            return {kSyntax,
                    content,
                    at_,
                    "this line continues the value above it, so it cannot be a key; indent it "
                    "like the keys around it",
                    {}};
        return rest("a key is missing before this `:`; write one");
    }

    // A line above with a lone word: that is the key whose colon is missing.
    std::optional<Diagnosis> key_without_colon(std::uint32_t content) const {
        const std::uint32_t begin = content_above(content);
        if (begin >= content || begin < begin_ || content == at_) return std::nullopt;
        constexpr std::string_view kNoWord = "-?#\"'[]{}|>&*!";
        const std::uint32_t end = end_of_text(text_, begin, false, true);
        if (kNoWord.find(text_[begin]) != kNoWord.npos || char_at(end) == ':') return std::nullopt;
        const bool is_deeper = indentation_at(text_, begin) > indentation_at(text_, content);
        if (is_deeper) return std::nullopt;
        return Diagnosis{kSyntax,
                         begin,
                         end,
                         has_colon(begin, end) ? kNoBlank
                                               : "a `: ` is expected after this key; add it",
                         {}};
    }

    bool has_colon(std::uint32_t begin, std::uint32_t end) const {
        return text_.substr(begin, end - begin).find(':') != text_.npos;
    }

    Diagnosis end_of_mapping() const {
        if (const auto quote = runaway_quote()) return unclosed(*quote);
        if (at_ >= size()) return rest("the document ends in the middle of a mapping");
        const char c = char_at(at_);
        if (is_closing(c)) return flow_end();
        if (c == ':' && is_space_or_end(text_, at_ + 1))
            return {kSyntax, at_, at_, "a key is missing here; write one before the `:`", {}};
        if (is_first_on_line(text_, at_)) return misplaced_line();
        if (is_property(c) && is_property(char_at(word_before())))
            return rest("a value has at most one anchor and one tag; remove the second one");
        return trailing_text();
    }

    Diagnosis misplaced_line() const {
        const char token = char_at(walk_.token_begin);
        const std::uint32_t end = end_of_text(text_, at_, false, false);
        if (token == '|' || token == '>')
            return {kSyntax,
                    at_,
                    end,
                    "this line is indented less than the first line of the text above; indent "
                    "all of its lines alike",
                    {}};
        const std::uint32_t above = content_above(at_);
        const bool is_aligned = indentation_at(text_, above) == indentation_at(text_, at_);
        if (is_aligned && is_item(at_))
            return {kSyntax,
                    at_,
                    at_ + 1,
                    "a list item cannot stand between the keys of a mapping; indent it under its "
                    "key",
                    {}};
        if (is_aligned && is_item(above))
            return {kSyntax,
                    at_,
                    end,
                    "a `- ` is expected here, as in the line above; add it, or change the "
                    "indentation of this line",
                    {}};
        return {kSyntax,
                at_,
                end,
                "the indentation of this line fits none of the lines above; align it with its "
                "neighbours",
                {}};
    }

    static bool is_property(char c) { return c == '&' || c == '!'; }
    static bool is_closing(char c) { return c == ']' || c == '}'; }

    bool is_item(std::uint32_t place) const {
        return char_at(place) == '-' && is_space_or_end(text_, place + 1);
    }

    // Where the last line before that of `place` begins that is not blank.
    std::uint32_t content_above(std::uint32_t place) const {
        std::uint32_t above = line_begin(text_, place);
        while (above > begin_ && is_space(text_[above - 1]))
            --above;
        return skip_blanks(text_, line_begin(text_, above));
    }

    // Something stands behind a value that has ended.
    Diagnosis trailing_text() const {
        const char last = char_at(last_before());
        const std::string_view detail =
            last == '"' || last == '\''
                ? "text behind the closing quote; put the whole value into quotes"
            : last == '}' || last == ']'
                ? "text behind the closing bracket; put the whole value into quotes"
                : "this cannot follow the value before it; put the whole value into quotes";
        const auto value = value_on_line(text_, at_);
        if (value.has_value() && *value < at_) return quote_value(*value, detail);
        return rest(detail);
    }

    Diagnosis end_of_sequence() const {
        if (const auto quote = runaway_quote()) return unclosed(*quote);
        if (at_ >= size()) return rest("the document ends in the middle of a list");
        if (is_closing(char_at(at_))) return flow_end();
        if (!is_first_on_line(text_, at_)) return trailing_text();
        return misplaced_line();
    }

    Diagnosis end_of_flow() const {
        if (const auto quote = runaway_quote()) return unclosed(*quote);
        if (!walk_.is_in_flow()) return rest("this bracket is never closed");
        const std::uint32_t opener = walk_.brackets.back();
        const bool is_mapping = text_[opener] == '{';
        const bool is_below = line_begin(text_, at_) > opener;
        const bool is_outside = indentation_at(text_, at_) <= indentation_at(text_, opener);
        if (at_ >= size() || (is_below && is_outside)) {
            const std::uint32_t end =
                std::max(end_of_text(text_, opener, false, false), opener + 1);
            return {kSyntax, opener, opener + 1,
                    is_mapping ? "the `{` opened here is never closed"
                               : "the `[` opened here is never closed",
                    Masked{opener, end, false}};
        }
        if (is_closing(char_at(at_))) return flow_end();
        return {kSyntax,
                at_,
                std::min(at_ + 1, size()),
                is_mapping ? "a `,` or `}` is expected here; quote the value if this belongs to it"
                           : "a `,` or `]` is expected here; quote the value if this belongs to it",
                {}};
    }

    Diagnosis flow_end() const {
        const bool is_mapping = char_at(at_) == '}';
        if (walk_.is_in_flow()) {
            return {kSyntax,
                    at_,
                    at_ + 1,
                    is_mapping ? "this `}` cannot close a `[`; write `]` or remove it"
                               : "this `]` cannot close a `{`; write `}` or remove it",
                    {}};
        }
        const std::string_view detail =
            is_mapping ? "this `}` closes nothing; remove it, or quote the value if it is text"
                       : "this `]` closes nothing; remove it, or quote the value if it is text";
        const auto value = value_on_line(text_, at_);
        if (!value.has_value()) return {kSyntax, at_, at_ + 1, detail, {}};
        const std::uint32_t end = end_of_text(text_, *value, false, false);
        return {kSyntax, at_, at_ + 1, detail, Masked{*value, end, false}};
    }

    Diagnosis block_entry() const {
        if (walk_.is_in_flow())
            return {kSyntax,
                    at_,
                    at_ + 1,
                    "`- ` begins no item inside brackets; separate items by `,`",
                    {}};
        return text_from(at_, "a list cannot begin on the line of its key; begin it on the next "
                              "line, or quote the value");
    }

    Diagnosis unknown_token() const {
        const char c = char_at(at_);
        if (c == '\t') return {kSyntax, at_, at_ + 1, kTab, {}};
        if (walk_.is_in_flow() && (c == '|' || c == '>'))
            return text_from(at_, "a text block cannot stand inside brackets; quote the text");
        if (c == '`') return text_from(at_, "a value cannot begin with a backquote; quote it");
        std::string detail = "a value cannot begin with `";
        detail += text_.substr(at_, std::max(1U, utf8_length(text_.substr(at_, 4))));
        return text_from(at_, arena_.copy(detail + "`; quote it"));
    }

    // A name of letters that goes on with something else, or no name at all.
    Diagnosis anchor_name() const {
        if (at_ <= context_ + 1)
            return text_from(context_,
                             "`&` begins an anchor; quote the value if it is meant as text");
        std::uint32_t end = context_;
        while (!is_space_or_end(text_, end))
            ++end;
        return {kSyntax, context_, end,
                "an anchor's name is made of letters, digits, `-` and `_`; rename it",
                Masked{context_, end, true}};
    }

    Diagnosis undeclared_tag() const {
        const std::uint32_t begin = context_;
        std::uint32_t end = begin;
        while (!is_space_or_end(text_, end))
            ++end;
        return {kSyntax, begin, end, "this tag is not declared; remove it",
                Masked{begin, end, true}};
    }

    // A line of a mapping that is neither a key nor the continuation of a value.
    Diagnosis missing_colon() const {
        if (const auto quote = runaway_quote()) return unclosed(*quote);
        const std::uint32_t end = std::max(end_of_text(text_, context_, false, true), context_ + 1);
        return {kSyntax, context_, end,
                has_colon(context_, end)
                    ? kNoBlank
                    : "a key needs a `:` after it; add one, or indent the line if it continues the "
                      "value above",
                Masked{context_, end, true}};
    }

    // A value is expected where none can begin.
    Diagnosis no_content() const {
        const char c = char_at(at_);
        if (is_property(c))
            return rest("a value has at most one anchor and one tag; remove the second one");
        if (is_closing(c)) return flow_end();
        if (at_ >= size() && walk_.is_in_flow()) return end_of_flow();
        if (c != ',') return rest("a value is expected here; write one, or quote the text");
        if (!walk_.is_in_flow()) return text_from(at_, "a value cannot begin with `,`; quote it");
        return {kSyntax, at_, at_ + 1,
                "a value is missing before this `,`; write one or remove the `,`",
                Masked{at_, at_ + 1, true}};
    }

    Diagnosis escape() const {
        std::uint32_t backslash = at_;
        std::uint32_t place = context_ + 1;
        while (place < at_) {
            if (text_[place] == '\\') {
                backslash = place;
                place += 2;
            } else {
                ++place;
            }
        }
        const char c = char_at(backslash + 1);
        const std::uint32_t end =
            backslash + 1 + std::max(1U, utf8_length(text_.substr(backslash + 1, 4)));
        const std::string_view detail =
            c == 'x'   ? "`\\x` needs two hexadecimal digits after it"
            : c == 'u' ? "`\\u` needs the four hexadecimal digits of a character; use `\\U` and "
                         "eight for larger ones"
            : c == 'U' ? "`\\U` needs the eight hexadecimal digits of a character"
                       : "this is no escape; write the backslash as `\\\\`, or use single quotes";
        return {kSyntax,
                backslash,
                std::min(end, size()),
                detail,
                Masked{backslash, std::min(end, size()), false},
                c == '\''};
    }

    const YamlStop& stop_;
    std::string_view text_;
    std::string_view source_;
    std::uint32_t begin_;
    Arena& arena_;
    std::uint32_t at_;
    std::uint32_t context_; // where what was being read begins
    TokenWalk walk_;
};

} // namespace

Diagnosis diagnose(const YamlStop& stop, const YamlInput& input, Arena& arena) {
    const auto at = std::min(stop.at, static_cast<std::uint32_t>(input.text.size()));
    std::optional<Braces> helm;
    if (stop.reason != YamlStop::Reason::kBraces)
        helm = helm_on_line(input.text, at);
    else if (is_helm(input.text, at))
        helm = braces_at(input.text, at);
    if (helm.has_value()) return {DefectKind::kTemplatedSource, helm->begin, helm->end, {}, {}};
    return Diagnoser(stop, input, arena).diagnose();
}

} // namespace tiphys::doc
