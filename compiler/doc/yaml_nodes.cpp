// From the events of a YAML parser to nodes with exact spans.
#include "compiler/doc/yaml_nodes.h"

#include <algorithm>
#include <optional>
#include <string>

#include "compiler/doc/base64.h"
#include "compiler/doc/character.h"
#include "compiler/doc/resolve.h"
#include "compiler/doc/token_walk.h"

namespace tiphys::doc {
namespace {

// The end of the plain scalar at `at` whose folded value is known: the same characters, with any
// white space between them.
std::uint32_t end_of_plain(std::string_view text, std::uint32_t at, std::string_view value) {
    std::uint32_t end = at;
    for (const char c : value) {
        if (is_space(c)) continue;
        while (at < text.size() && is_space(text[at]))
            ++at;
        if (at >= text.size() || text[at] != c) break;
        end = ++at;
    }
    return end;
}

bool is_anchor_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

constexpr std::string_view kBinaryTag = "tag:yaml.org,2002:binary";
constexpr std::string_view kTabDetail = "a tab cannot indent; use spaces";

bool has_tag(const YamlEvent& event) {
    return !event.tag.empty() && event.tag != "?";
}

} // namespace

YamlNodes::YamlNodes(const YamlInput& input, Tree& tree, Arena& arena)
    : text_(input.text), source_(input.source), masked_(input.masked), tree_(tree), arena_(arena),
      builder_(tree, arena), cursor_(input.text, input.begin, tree.comments), value_(input.source) {
}

char YamlNodes::at(std::uint32_t place) const {
    return place < text_.size() ? text_[place] : '\0';
}

void YamlNodes::stop(YamlStop::Reason reason, std::uint32_t at) {
    stop_ = reason;
    stopped_at_ = at;
}

void YamlNodes::stop_for(YamlComplaint complaint, std::uint32_t at) {
    complaint_ = complaint;
    stop(YamlStop::Reason::kSyntax, at);
}

void YamlNodes::report(std::uint32_t begin, std::uint32_t end, std::string_view detail) {
    builder_.add_defect(DefectKind::kSyntax, begin, end, detail);
}

void YamlNodes::anchor(const YamlEvent& event) {
    cursor_.walk_to(event.at);
    cursor_.walk_to_anchor();
    const std::uint32_t begin = cursor_.at();
    cursor_.skip_property();
    const std::string_view name = source_.substr(begin + 1, cursor_.at() - begin - 1);
    builder_.add_anchor(name, begin, cursor_.at());
    if (!is_anchor_name(name)) {
        report(begin, cursor_.at(),
               "an anchor's name is made of letters, digits, `-` and `_`; rename it");
    }
}

void YamlNodes::alias(const YamlEvent& event, std::size_t number) {
    cursor_.walk_to(event.at);
    Node node;
    node.kind = NodeKind::kAlias;
    node.begin = cursor_.at();
    cursor_.skip_property();
    node.end = cursor_.at();
    node.text = source_.substr(node.begin + 1, node.end - node.begin - 1);
    settle_begin(node.begin);
    if (!builder_.add_alias(node, number)) stop(YamlStop::Reason::kLimit, node.begin);
}

void YamlNodes::null(const YamlEvent& event) {
    if (builder_.place() == Place::kRoot) return null_root();
    std::uint32_t place = std::max(event.at, cursor_.at());
    if (event.has_anchor) place = skip_spaces_and_comments(text_, place);
    const std::uint32_t end = null_word_end(place);
    if (end == place) return add_empty(event, event.has_anchor ? cursor_.at() : place_of_empty());
    cursor_.walk_to(place);
    cursor_.set(end);
    Node node;
    node.type = ScalarType::kNull;
    node.begin = place;
    node.end = end;
    node.text = source_.substr(place, end - place);
    add(node);
}

// A document of nothing but an anchor, a tag (which makes it text) or a written null.
void YamlNodes::null_root() {
    cursor_.skip_spaces();
    const bool is_tagged = cursor_.peek() == '!';
    cursor_.skip_properties();
    Node node;
    node.type = is_tagged ? ScalarType::kString : ScalarType::kNull;
    node.begin = cursor_.at();
    node.end = null_word_end(node.begin);
    node.text = source_.substr(node.begin, node.end - node.begin);
    cursor_.set(node.end);
    add(node);
}

// Where a written null stands at `place`: its end. An absent value comes with the place of the next
// token, which may be a key `null`.
std::uint32_t YamlNodes::null_word_end(std::uint32_t place) const {
    const std::string_view left = text_.substr(place, 5);
    const bool is_word =
        left.starts_with("null") || left.starts_with("Null") || left.starts_with("NULL");
    const std::uint32_t end = place + (is_word ? 4U : left.starts_with('~') ? 1U : 0U);
    if (end == place) return place;
    const std::uint32_t next = skip_blanks(text_, end);
    const char c = at(next);
    const bool is_key = c == ':';
    const bool ends = next >= text_.size() || is_break(c) || (c == '#' && next > end) ||
                      (is_in_flow() && is_flow_indicator(c));
    if (is_key) return builder_.place() == Place::kKey ? end : place;
    return ends ? end : place;
}

std::uint32_t YamlNodes::place_of_empty() {
    const std::uint32_t before = cursor_.at();
    const Place place = builder_.place();
    if (place == Place::kRoot) return before;
    cursor_.skip_spaces();
    const bool in_flow = is_in_flow();
    const auto take = [&](char indicator) {
        if (cursor_.peek() != indicator) return false;
        cursor_.step();
        return true;
    };
    if (place == Place::kValue) {
        const bool has_colon =
            cursor_.peek() == ':' && (in_flow || is_space_or_end(text_, cursor_.at() + 1));
        if (has_colon) cursor_.step();
        const std::uint32_t end = has_colon ? cursor_.at() : before;
        check_colon(builder_.last_child(), end);
        return end;
    }
    if (place == Place::kItem && !in_flow) {
        take('-');
        return cursor_.at();
    }
    if (in_flow && builder_.has_children() && take(',')) cursor_.skip_spaces();
    if (place == Place::kKey) {
        take('?');
    } else {
        report(cursor_.at(), cursor_.at() + 1,
               "a value is missing before this `,`; write one or remove the `,`");
    }
    return cursor_.at();
}

// The key of an absent value. yaml-cpp takes a line without a colon for a key, and `{a:}` for a key
// `a`; Kubernetes does not.
void YamlNodes::check_colon(NodeId id, std::uint32_t value_begin) {
    const Node& key = builder_.node_at(id);
    const bool is_plain = key.kind == NodeKind::kScalar && key.style == ScalarStyle::kPlain;
    const bool has_colon = value_begin > key.end;
    if (is_in_flow()) {
        if (has_colon && is_plain && is_flow_indicator(at(value_begin)))
            report(value_begin - 1, value_begin,
                   "this `:` is part of the key for Kubernetes; put a blank after it");
        return;
    }
    if (has_colon || is_explicit(id)) return;
    report(
        key.begin, key.end,
        "a key needs a `:` after it; add one, or indent the line if it continues the value above");
}

// True if the key stands after a `?`: then it needs no colon.
bool YamlNodes::is_explicit(NodeId id) {
    std::uint32_t from = builder_.collection().begin;
    for (NodeId child = builder_.collection().first_child; child != id;
         child = builder_.node_at(child).next_sibling)
        from = builder_.node_at(child).end;
    const std::uint32_t key = builder_.node_at(id).begin;
    for (std::uint32_t place = from; place < key; ++place) {
        if (at(place) == '?' && is_space_or_end(text_, place + 1)) return true;
    }
    return false;
}

// Walks over the tag and anchor that belong to the node of `event`, and not over those of the next.
// anchor() has passed the anchor, and a tag before it.
void YamlNodes::skip_own_properties(const YamlEvent& event) {
    if (event.has_anchor) {
        if (at(event.at) != '&' || !has_tag(event)) return;
        cursor_.skip_spaces();
    }
    if (cursor_.peek() != '!') return;
    const std::uint32_t begin = cursor_.at();
    cursor_.skip_property();
    const std::uint32_t end = cursor_.at();
    const bool ends = is_space_or_end(text_, end) || (is_in_flow() && is_flow_indicator(at(end)));
    if (!ends) report(begin, end, "a blank is missing after this tag; add one");
}

// False if there is nothing but anchor and tag: then the empty value was added.
bool YamlNodes::skip_to_content(const YamlEvent& event, std::string_view value) {
    skip_own_properties(event);
    const std::uint32_t properties_end = cursor_.at();
    if (value.empty()) {
        const std::uint32_t content = skip_spaces_and_comments(text_, properties_end);
        const std::string_view two = text_.substr(content, 2);
        const bool is_block = two.starts_with('|') || two.starts_with('>');
        if (two != "\"\"" && two != "''" && !is_block) {
            add_empty(event, properties_end);
            return false;
        }
    }
    cursor_.skip_spaces();
    return true;
}

void YamlNodes::scalar(const YamlEvent& event, std::string_view value) {
    cursor_.walk_to(event.at);
    const bool has_properties = cursor_.at() > event.at || cursor_.peek() == '!';
    if (has_properties && !skip_to_content(event, value)) return;
    Node node;
    node.begin = cursor_.at();
    if (const Masked* masked = masked_at(node.begin)) return add_masked(*masked);
    const char first = cursor_.peek();
    if (first == '"' || first == '\'') {
        node.style = first == '"' ? ScalarStyle::kDoubleQuoted : ScalarStyle::kSingleQuoted;
        read_quoted(node, value);
    } else if (first == '|' || first == '>') {
        node.style = first == '|' ? ScalarStyle::kLiteral : ScalarStyle::kFolded;
        read_block(node);
    } else {
        read_plain(node, value);
    }
    cursor_.set(node.end);
    resolve_type(node, event.tag);
    add(node);
}

void YamlNodes::resolve_type(Node& node, std::string_view tag) {
    const bool is_plain = node.style == ScalarStyle::kPlain;
    if (tag.empty() || tag == "?") {
        node.type = is_plain ? resolve_plain(node.text) : ScalarType::kString;
        if (node.type == ScalarType::kFloat) check_float(node);
        return;
    }
    const TaggedScalar tagged = resolve_tagged(tag, node.text);
    node.type = tagged.type;
    if (node.type == ScalarType::kFloat && tagged.fits) check_float(node);
    if (tag == kBinaryTag)
        decode_binary(node);
    else if (!tagged.fits)
        report(node.begin, node.end, "the tag before this value does not fit it; remove the tag");
    else if (tag.front() == '!' && tag.find('!', 1) != tag.npos)
        report(node.begin, node.end, "the tag before this value is not declared; remove the tag");
}

void YamlNodes::check_float(const Node& node) {
    if (builder_.place() == Place::kKey || to_json(node.text, node.type).has_value()) return;
    report(node.begin, node.end,
           "there is no such number in JSON; quote it if it is meant as text");
}

void YamlNodes::decode_binary(Node& node) {
    const std::optional<std::string> bytes = decode_base64(node.text);
    if (!bytes.has_value()) {
        report(node.begin, node.end,
               "this is not base64, which `!!binary` asks for; remove the tag");
        return;
    }
    node.text = arena_.copy(*bytes);
}

std::string_view YamlNodes::keep(const ScalarValue& value) {
    return value.is_view() ? value.text() : arena_.copy(value.text());
}

void YamlNodes::read_plain(Node& node, std::string_view value) {
    if (at(node.begin) == ':' && is_in_flow())
        report(node.begin, node.begin + 1, "a key is missing before this `:`; quote the text");
    if (text_.substr(node.begin, value.size()) == value) {
        node.end = node.begin + static_cast<std::uint32_t>(value.size());
        node.text = source_.substr(node.begin, value.size());
        return;
    }
    node.end = end_of_plain(text_, node.begin, value);
    value_.clear();
    scan_plain(text_, node.begin, node.end, value_);
    node.text = keep(value_);
}

void YamlNodes::read_quoted(Node& node, std::string_view value) {
    const char quote = text_[node.begin];
    const std::uint32_t inner = node.begin + 1;
    const auto close = inner + static_cast<std::uint32_t>(value.size());
    // Where the value equals the source up to a closing quote there are neither escapes nor folds.
    if (at(close) == quote && (quote == '"' || at(close + 1) != quote) &&
        source_.substr(inner, value.size()) == value) {
        node.end = close + 1;
        node.text = source_.substr(inner, value.size());
        return;
    }
    value_.clear();
    const QuotedEnd end = quote == '"' ? scan_double_quoted(source_, node.begin, value_)
                                       : scan_single_quoted(source_, node.begin, value_);
    node.end = end.end;
    node.text = keep(value_);
    if (end.slash_escape > 0)
        report(end.slash_escape, end.slash_escape + 2, "`\\/` is no escape in YAML; write `/`");
    // yaml-cpp overlooks the end of the text behind a line break.
    if (!end.is_closed) stop_for(YamlComplaint::kUnclosedQuote, node.begin);
}

void YamlNodes::read_block(Node& node) {
    value_.clear();
    const BlockEnd end = scan_block(text_, node.begin, block_indentation(),
                                    static_cast<std::uint32_t>(text_.size()), value_);
    node.end = end.end;
    node.text = keep(value_);
    if (end.tab > 0) report(end.tab, end.tab + 1, kTabDetail);
    const BlockHeader header = read_block_header(text_, node.begin);
    cursor_.set(header.indicators_end);
    cursor_.walk_to(std::min(line_end(text_, header.indicators_end), header.body_begin));
}

bool YamlNodes::is_in_flow() const {
    return !opened_.empty() && tree_.node(builder_.collection_at(opened_.size() - 1)).is_flow;
}

int YamlNodes::block_indentation() const {
    if (opened_.empty()) return -1;
    const std::uint32_t begin = opened_.back().begin;
    return static_cast<int>(begin - line_begin(text_, begin));
}

void YamlNodes::add(const Node& node) {
    last_token_ = node.begin;
    settle_begin(node.begin);
    builder_.add(node);
}

void YamlNodes::add_empty(const YamlEvent& event, std::uint32_t place) {
    Node node;
    node.begin = node.end = place;
    resolve_type(node, event.tag);
    add(node);
}

void YamlNodes::add_masked(const Masked& masked) {
    Node node;
    node.begin = masked.begin;
    node.end = masked.end;
    node.kind = masked.is_alias ? NodeKind::kAlias : NodeKind::kScalar;
    const std::uint32_t text_begin = masked.begin + (masked.is_alias ? 1 : 0);
    node.text = source_.substr(text_begin, masked.end - text_begin);
    cursor_.set(node.end);
    add(node);
}

const Masked* YamlNodes::masked_at(std::uint32_t place) const {
    const auto found = std::find_if(masked_.begin(), masked_.end(),
                                    [&](const Masked& masked) { return masked.begin == place; });
    return found == masked_.end() ? nullptr : &*found;
}

// A block mapping's first key may have an anchor or tag, which stand outside of its span.
void YamlNodes::settle_begin(std::uint32_t first_child) {
    if (opened_.empty() || opened_.back().has_bracket || builder_.has_children()) return;
    Node& collection = builder_.collection();
    const char c = at(collection.begin);
    if (first_child > collection.begin && (c == '&' || c == '!')) collection.begin = first_child;
}

void YamlNodes::open(NodeKind kind, const YamlEvent& event, bool is_flow) {
    Node node;
    node.kind = kind;
    node.is_flow = is_flow || is_in_flow();
    cursor_.walk_to(event.at);
    if (event.has_anchor || has_tag(event)) {
        skip_own_properties(event);
        cursor_.skip_spaces();
    }
    node.begin = cursor_.at();
    const bool is_pair_key = node.is_flow && !opened_.empty() && opened_.back().has_bracket &&
                             opened_.back().begin == event.at && !builder_.has_children();
    if (is_pair_key) {
        // `[{a: b}: c]`: the bracket belongs to the key, not to the pair around it.
        opened_.back().has_bracket = false;
        node.begin = event.at;
    }
    node.end = node.begin;
    const bool has_bracket =
        node.is_flow && at(node.begin) == (kind == NodeKind::kMapping ? '{' : '[');
    if (has_bracket && text_.substr(node.begin, 2) == "{{")
        return stop(YamlStop::Reason::kBraces, node.begin);
    settle_begin(node.begin);
    if (!builder_.open(node)) return stop(YamlStop::Reason::kLimit, node.begin);
    opened_.push_back({node.begin, has_bracket});
    if (has_bracket) {
        last_token_ = node.begin;
        cursor_.set(node.begin + 1);
    }
    cursor_.set_in_flow(node.is_flow);
}

void YamlNodes::close() {
    const Node& collection = builder_.collection();
    std::uint32_t end =
        builder_.has_children() ? builder_.node_at(builder_.last_child()).end : collection.begin;
    if (opened_.back().has_bracket) {
        const char bracket = collection.kind == NodeKind::kMapping ? '}' : ']';
        cursor_.skip_spaces();
        while (!cursor_.is_at_end() && cursor_.peek() != bracket) {
            cursor_.step();
            cursor_.skip_spaces();
        }
        end = std::min(cursor_.at() + 1, static_cast<std::uint32_t>(text_.size()));
        cursor_.set(end);
    }
    opened_.pop_back();
    builder_.close(end);
    cursor_.set_in_flow(is_in_flow());
}

std::vector<std::uint32_t> YamlNodes::open_brackets() const {
    std::vector<std::uint32_t> brackets;
    for (const Opened& opened : opened_) {
        if (opened.has_bracket) brackets.push_back(opened.begin);
    }
    return brackets;
}

void YamlNodes::abandon() {
    report_tabs();
    builder_.close_all();
}

void YamlNodes::report_tabs() {
    for (const std::uint32_t tab : cursor_.tabs())
        report(tab, tab + 1, kTabDetail);
}

void YamlNodes::finish() {
    finish_text();
    report_tabs();
}

void YamlNodes::finish_text() {
    cursor_.skip_spaces();
    bool is_ended = false;
    while (text_.substr(cursor_.at(), 3) == "..." && is_first_on_line(text_, cursor_.at())) {
        is_ended = true;
        cursor_.set(cursor_.at() + 3);
        cursor_.skip_spaces();
    }
    if (cursor_.is_at_end()) return;
    const std::uint32_t begin = cursor_.at();
    report(
        begin, line_end(text_, begin),
        is_ended
            ? "what stands behind `...` is ignored by Kubernetes; begin a new document with `---`"
            : "the document ends before this; indent it like the lines above, or begin a "
              "new document with `---`");
}

} // namespace tiphys::doc
