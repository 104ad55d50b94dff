// From yaml-cpp's events to nodes with exact spans.
#include "compiler/doc/yaml_events.h"

#include <algorithm>

#include "compiler/doc/character.h"
#include "compiler/doc/resolve.h"

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

} // namespace

YamlEvents::YamlEvents(const YamlInput& input, Tree& tree, Arena& arena)
    : text_(input.text), source_(input.source), begin_(input.begin), masked_(input.masked),
      tree_(tree), arena_(arena), builder_(tree, arena),
      cursor_(input.text, input.begin, tree.comments), value_(input.source) {}

void YamlEvents::OnDocumentStart(const YAML::Mark& /*mark*/) {}
void YamlEvents::OnDocumentEnd() {}

std::uint32_t YamlEvents::offset(const YAML::Mark& mark) const {
    const auto place = begin_ + static_cast<std::uint32_t>(mark.pos);
    return std::min(place, static_cast<std::uint32_t>(text_.size()));
}

char YamlEvents::at(std::uint32_t place) const {
    return place < text_.size() ? text_[place] : '\0';
}

void YamlEvents::OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) {
    cursor_.walk_to(offset(mark));
    cursor_.walk_to_anchor();
    const std::uint32_t begin = cursor_.at();
    cursor_.skip_property();
    const std::string_view name = source_.substr(begin + 1, cursor_.at() - begin - 1);
    builder_.add_anchor(name, begin, cursor_.at());
    if (!is_anchor_name(name)) {
        builder_.add_defect(DefectKind::kSyntax, begin, cursor_.at(),
                            "an anchor's name is made of letters, digits, `-` and `_`; rename it");
    }
}

void YamlEvents::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    cursor_.walk_to(offset(mark));
    Node node;
    node.kind = NodeKind::kAlias;
    node.begin = cursor_.at();
    cursor_.skip_property();
    node.end = cursor_.at();
    node.text = source_.substr(node.begin + 1, node.end - node.begin - 1);
    settle_begin(node.begin);
    if (!builder_.add_alias(node, anchor - 1))
        throw StopReading{YamlStop::Reason::kLimit, node.begin};
}

void YamlEvents::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    std::uint32_t place = std::max(offset(mark), cursor_.at());
    if (anchor != 0) {
        while (is_space(at(place)))
            ++place;
    }
    if (const std::uint32_t end = null_word_end(place); end > place) {
        cursor_.walk_to(place);
        cursor_.set(end);
        Node node;
        node.type = ScalarType::kNull;
        node.begin = place;
        node.end = end;
        node.text = source_.substr(place, end - place);
        add_scalar(node);
        return;
    }
    add_empty(ScalarType::kNull, anchor != 0 ? cursor_.at() : place_of_empty());
}

// Where a written null stands at `place`: its end. yaml-cpp reports an absent value by the place of
// the next token, which may be a key `null`.
std::uint32_t YamlEvents::null_word_end(std::uint32_t place) const {
    const std::string_view left = text_.substr(place);
    const bool is_word =
        left.starts_with("null") || left.starts_with("Null") || left.starts_with("NULL");
    const std::uint32_t end = place + (is_word ? 4U : left.starts_with('~') ? 1U : 0U);
    if (end == place) return place;
    const bool ends = is_space_or_end(text_, end) || at(end) == ':' || is_flow_indicator(at(end));
    if (!ends) return place;
    const bool is_key = at(skip_blanks(text_, end)) == ':';
    return is_key && builder_.place() != Place::kKey ? place : end;
}

std::uint32_t YamlEvents::place_of_empty() {
    const std::uint32_t before = cursor_.at();
    const Place place = builder_.place();
    if (place == Place::kRoot) return before;
    cursor_.skip_spaces();
    const bool in_flow = is_in_flow();
    const auto take = [&](char indicator) {
        if (cursor_.peek() != indicator) return false;
        cursor_.set(cursor_.at() + 1);
        return true;
    };
    if (place == Place::kValue) {
        const bool has_colon =
            cursor_.peek() == ':' && (in_flow || is_space_or_end(text_, cursor_.at() + 1));
        return has_colon && take(':') ? cursor_.at() : before;
    }
    if (place == Place::kItem && !in_flow) {
        take('-');
        return cursor_.at();
    }
    if (in_flow && take(',')) cursor_.skip_spaces();
    if (place == Place::kKey)
        take('?');
    else
        builder_.add_defect(DefectKind::kSyntax, cursor_.at(), cursor_.at() + 1,
                            "a value is missing before this `,`; write one or remove the `,`");
    return cursor_.at();
}

void YamlEvents::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                          const std::string& value) {
    const std::uint32_t marked = offset(mark);
    cursor_.walk_to(marked);
    if (cursor_.at() > marked || cursor_.peek() == '&' || cursor_.peek() == '!') {
        while (cursor_.peek() == '&' || cursor_.peek() == '!')
            cursor_.skip_property();
        const std::uint32_t properties_end = cursor_.at();
        cursor_.skip_properties();
        const char c = cursor_.peek();
        const std::string_view two = text_.substr(cursor_.at(), 2);
        const bool is_written = two == "\"\"" || two == "''" || c == '|' || c == '>';
        if (value.empty() && !is_written) {
            Node node;
            node.begin = node.end = properties_end;
            resolve_type(node, tag);
            return add_scalar(node);
        }
    }
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
    resolve_type(node, tag);
    add_scalar(node);
}

void YamlEvents::resolve_type(Node& node, const std::string& tag) {
    const bool is_plain = node.style == ScalarStyle::kPlain;
    if (tag.empty() || tag == "?") {
        node.type = is_plain ? resolve_plain(node.text) : ScalarType::kString;
        return;
    }
    const TaggedScalar tagged = resolve_tagged(tag, node.text);
    node.type = tagged.type;
    if (!tagged.fits) {
        builder_.add_defect(DefectKind::kSyntax, node.begin, node.end,
                            "the tag before this value does not fit it; remove the tag");
    }
}

std::string_view YamlEvents::keep(const ScalarValue& value) {
    return value.is_view() ? value.text() : arena_.copy(value.text());
}

void YamlEvents::read_plain(Node& node, const std::string& value) {
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

void YamlEvents::read_quoted(Node& node, const std::string& value) {
    const char quote = text_[node.begin];
    const std::uint32_t inner = node.begin + 1;
    const auto close = inner + static_cast<std::uint32_t>(value.size());
    if (text_.substr(inner, value.size()) == value && at(close) == quote &&
        (quote == '"' || at(close + 1) != quote)) {
        node.end = close + 1;
        node.text = source_.substr(inner, value.size());
        return;
    }
    value_.clear();
    node.end = quote == '"' ? scan_double_quoted(text_, node.begin, value_)
                            : scan_single_quoted(text_, node.begin, value_);
    node.text = keep(value_);
}

void YamlEvents::read_block(Node& node) {
    value_.clear();
    node.end = scan_block(text_, node.begin, block_indentation(), value_);
    node.text = keep(value_);
    const BlockHeader header = read_block_header(text_, node.begin);
    cursor_.set(header.indicators_end);
    cursor_.walk_to(std::min(line_end(text_, header.indicators_end), header.body_begin));
}

bool YamlEvents::is_in_flow() const {
    return !opened_.empty() && tree_.node(builder_.collection_at(opened_.size() - 1)).is_flow;
}

int YamlEvents::block_indentation() const {
    if (opened_.empty()) return -1;
    const std::uint32_t begin = opened_.back().begin;
    return static_cast<int>(begin - line_begin(text_, begin));
}

void YamlEvents::add_scalar(Node node) {
    settle_begin(node.begin);
    builder_.add(node);
}

void YamlEvents::add_empty(ScalarType type, std::uint32_t place) {
    Node node;
    node.type = type;
    node.begin = node.end = place;
    add_scalar(node);
}

void YamlEvents::add_masked(const Masked& masked) {
    Node node;
    node.begin = masked.begin;
    node.end = masked.end;
    node.kind = masked.is_alias ? NodeKind::kAlias : NodeKind::kScalar;
    const std::uint32_t text_begin = masked.begin + (masked.is_alias ? 1 : 0);
    node.text = source_.substr(text_begin, masked.end - text_begin);
    cursor_.set(node.end);
    add_scalar(node);
}

const Masked* YamlEvents::masked_at(std::uint32_t place) const {
    const auto found = std::find_if(masked_.begin(), masked_.end(),
                                    [&](const Masked& masked) { return masked.begin == place; });
    return found == masked_.end() ? nullptr : &*found;
}

// A block mapping's first key may have an anchor or tag, which stand outside of its span.
void YamlEvents::settle_begin(std::uint32_t first_child) {
    if (opened_.empty() || opened_.back().has_bracket || builder_.has_children()) return;
    Node& collection = builder_.collection();
    const char c = at(collection.begin);
    if (first_child > collection.begin && (c == '&' || c == '!')) collection.begin = first_child;
}

void YamlEvents::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                 YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    open(NodeKind::kSequence, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
}

void YamlEvents::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            YAML::EmitterStyle::value style) {
    open(NodeKind::kMapping, mark, tag, anchor, style == YAML::EmitterStyle::Flow || is_in_flow());
}

void YamlEvents::open(NodeKind kind, const YAML::Mark& mark, const std::string& tag,
                      YAML::anchor_t anchor, bool is_flow) {
    Node node;
    node.kind = kind;
    node.is_flow = is_flow;
    const std::uint32_t marked = offset(mark);
    cursor_.walk_to(marked);
    const bool has_tag = !tag.empty() && tag != "?";
    if (anchor != 0 || has_tag) {
        cursor_.skip_spaces();
        if (has_tag && cursor_.peek() == '!') {
            cursor_.skip_property();
            cursor_.skip_spaces();
        }
    }
    node.begin = cursor_.at();
    const bool is_pair_key = is_flow && !opened_.empty() && opened_.back().has_bracket &&
                             opened_.back().begin == marked && !builder_.has_children();
    if (is_pair_key) {
        // `[{a: b}: c]`: the bracket belongs to the key, not to the pair around it.
        opened_.back().has_bracket = false;
        node.begin = marked;
    }
    node.end = node.begin;
    const char bracket = kind == NodeKind::kMapping ? '{' : '[';
    const bool has_bracket = is_flow && at(node.begin) == bracket;
    if (has_bracket && text_.substr(node.begin, 2) == "{{")
        throw StopReading{YamlStop::Reason::kBraces, node.begin};
    settle_begin(node.begin);
    if (!builder_.open(node)) throw StopReading{YamlStop::Reason::kLimit, node.begin};
    opened_.push_back({node.begin, has_bracket});
    if (has_bracket) cursor_.set(node.begin + 1);
}

void YamlEvents::OnSequenceEnd() {
    close();
}
void YamlEvents::OnMapEnd() {
    close();
}

void YamlEvents::close() {
    const Node& collection = builder_.collection();
    std::uint32_t end =
        builder_.has_children() ? builder_.node_at(builder_.last_child()).end : collection.begin;
    if (opened_.back().has_bracket) {
        const char bracket = collection.kind == NodeKind::kMapping ? '}' : ']';
        cursor_.skip_spaces();
        while (!cursor_.is_at_end() && cursor_.peek() != bracket) {
            cursor_.set(cursor_.at() + 1);
            cursor_.skip_spaces();
        }
        cursor_.set(cursor_.at() + 1);
        end = std::min(cursor_.at(), static_cast<std::uint32_t>(text_.size()));
    }
    opened_.pop_back();
    builder_.close(end);
}

void YamlEvents::finish() {
    cursor_.skip_spaces();
    if (cursor_.is_at_end()) return;
    const std::uint32_t begin = cursor_.at();
    builder_.add_defect(DefectKind::kSyntax, begin, line_end(text_, begin),
                        "the document ends before this; indent it like the lines above, or begin "
                        "a new document with `---`");
}

} // namespace tiphys::doc
