// From the events of a YAML parser to nodes with exact spans.
#include "compiler/doc/yaml_nodes.h"

#include <algorithm>
#include <optional>
#include <string>

#include "compiler/doc/base64.h"
#include "compiler/doc/character.h"
#include "compiler/doc/resolve.h"
#include "compiler/doc/scalar_text.h"
#include "compiler/doc/scan_scalar.h"
#include "compiler/doc/token_walk.h"

namespace tiphys::doc {
namespace {

constexpr std::string_view kBinaryTag = "tag:yaml.org,2002:binary";

} // namespace

YamlNodes::YamlNodes(const YamlInput& input, Tree& tree, Arena& arena)
    : text_(input.text), source_(input.source), masked_(input.masked), tree_(tree), arena_(arena),
      builder_(tree, arena), cursor_(input.text, input.begin, tree.comments) {}

char YamlNodes::at(std::uint32_t place) const {
    return place < text_.size() ? text_[place] : '\0';
}

void YamlNodes::stop(YamlStop::Reason reason, std::uint32_t at) {
    stop_ = reason;
    stopped_at_ = at;
}

void YamlNodes::report(std::uint32_t begin, std::uint32_t end, std::string_view detail) {
    builder_.add_defect(DefectKind::kSyntax, begin, end, detail);
}

void YamlNodes::add_anchor(std::uint32_t begin) {
    const std::string_view name = source_.substr(begin + 1, cursor_.at() - begin - 1);
    anchors_[name] = tree_.anchors.size();
    builder_.add_anchor(name, begin, cursor_.at());
}

// Walks over the tag and anchor that belong to the node of `event`, and not over those of the next.
void YamlNodes::skip_own_properties(const YamlEvent& event) {
    int n_left = (event.has_anchor ? 1 : 0) + (event.tag.empty() ? 0 : 1);
    for (; n_left > 0; --n_left) {
        cursor_.skip_spaces();
        const std::uint32_t begin = cursor_.at();
        cursor_.skip_property();
        if (at(begin) == '&') add_anchor(begin);
    }
}

void YamlNodes::alias(const YamlEvent& event) {
    cursor_.walk_to(event.begin);
    Node node;
    node.kind = NodeKind::kAlias;
    node.begin = event.begin;
    node.end = event.end;
    node.text = source_.substr(node.begin + 1, node.end - node.begin - 1);
    cursor_.set(node.end);
    const auto known = anchors_.find(node.text);
    if (known == anchors_.end()) {
        builder_.add_defect(DefectKind::kUnknownAlias, node.begin, node.end, node.text);
        return add(node);
    }
    settle_begin(node.begin);
    if (!builder_.add_alias(node, known->second)) stop(YamlStop::Reason::kLimit, node.begin);
}

void YamlNodes::scalar(const YamlEvent& event, ScalarStyle style, std::string_view value) {
    const bool is_empty = style == ScalarStyle::kPlain && value.empty();
    const bool has_properties = event.has_anchor || !event.tag.empty();
    const std::uint32_t place = is_empty ? place_of_empty(event.begin) : 0;
    cursor_.walk_to(event.begin);
    skip_own_properties(event);
    Node node;
    node.style = style;
    if (is_empty) {
        node.begin = node.end = has_properties ? cursor_.at() : place;
    } else {
        cursor_.skip_spaces();
        node.begin = cursor_.at();
        if (const Masked* masked = masked_at(node.begin))
            return add_masked(masked->begin, std::max(masked->end, event.end));
        node.end = event.end;
    }
    switch (style) {
    case ScalarStyle::kPlain:
        node.text = keep(node.begin, value);
        check_question_mark(node);
        break;
    case ScalarStyle::kSingleQuoted:
        node.text = keep(node.begin + 1, value);
        break;
    case ScalarStyle::kDoubleQuoted:
        read_double_quoted(node, value);
        break;
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
        read_block(node, value);
        break;
    }
    const bool is_masked = std::any_of(masked_.begin(), masked_.end(), [&](const Masked& masked) {
        return node.begin < masked.begin && masked.begin < node.end;
    });
    if (is_masked && !is_empty)
        node.text =
            arena_.copy(decode_scalar(source_, {tree_.file, node.begin, node.end}, style).value);
    cursor_.set(node.end);
    resolve_type(node, event.tag);
    add(node);
}

// An absent value stands behind the last indicator before `next`, the next token, or else behind
// the token before.
std::uint32_t YamlNodes::place_of_empty(std::uint32_t next) const {
    std::uint32_t place = cursor_.at();
    for (std::uint32_t at = place; at < next; ++at) {
        const char c = text_[at];
        if (c == '#') at = line_end(text_, at);
        if (c == ':' || c == '-' || c == '?') place = at + 1;
    }
    return place;
}

// The span of a block scalar ends with its last line of text; libyaml's goes on to the next token.
void YamlNodes::read_block(Node& node, std::string_view value) {
    const std::uint32_t header = read_block_header(text_, node.begin).indicators_end;
    const std::uint32_t header_line = line_end(text_, header);
    const std::size_t last = value.find_last_not_of('\n');
    const auto n_text = static_cast<std::uint32_t>(last == value.npos ? 0 : last + 1);
    if (n_text > 0 && is_blank(value[n_text - 1])) {
        // Blanks beyond the indentation are text.
        ScalarValue scanned(text_);
        node.end = scan_block(text_, node.begin, block_indentation(), node.end, scanned).end;
    } else {
        std::uint32_t end = node.end;
        while (end > header_line && is_space(text_[end - 1]))
            --end;
        node.end = end > header_line ? line_end(text_, end) : header;
    }
    node.text = keep(node.end - n_text, value);
    // The comment behind the header is walked over, the text is not.
    cursor_.set(header);
    cursor_.walk_to(std::min(header_line, node.end));
}

int YamlNodes::block_indentation() const {
    if (opened_.empty()) return -1;
    const std::uint32_t begin = opened_.back().begin;
    return static_cast<int>(begin - line_begin(text_, begin));
}

// libyaml knows JSON's `\/`, the reader of Kubernetes does not; that one knows `\'`, which is
// masked.
void YamlNodes::read_double_quoted(Node& node, std::string_view value) {
    node.text = keep(node.begin + 1, value);
    const std::string_view written = source_.substr(node.begin, node.end - node.begin);
    for (std::size_t at = 0; (at = written.find('\\', at)) != written.npos; at += 2) {
        if (written.substr(at + 1, 1) != "/") continue;
        const std::uint32_t begin = node.begin + static_cast<std::uint32_t>(at);
        return report(begin, begin + 2, "`\\/` is no escape in YAML; write `/`");
    }
}

// Argo: scannerc.go of its YAML library ends a word in brackets at `?`; libyaml reads on.
void YamlNodes::check_question_mark(const Node& node) {
    if (!is_in_flow()) return;
    const std::size_t mark = source_.substr(node.begin, node.end - node.begin).find('?', 1);
    if (mark == std::string_view::npos) return;
    report(node.begin, node.end, "a value with `?` inside brackets must be quoted");
}

// The value as a view of the source where it stands there, else a copy.
std::string_view YamlNodes::keep(std::uint32_t begin, std::string_view value) {
    const std::string_view written = source_.substr(begin, value.size());
    return written == value ? written : arena_.copy(value);
}

void YamlNodes::resolve_type(Node& node, std::string_view tag) {
    const bool is_plain = node.style == ScalarStyle::kPlain;
    if (tag.empty()) {
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

bool YamlNodes::is_in_flow() const {
    return !opened_.empty() && tree_.node(builder_.collection_at(opened_.size() - 1)).is_flow;
}

void YamlNodes::add(const Node& node) {
    last_token_ = node.begin;
    settle_begin(node.begin);
    builder_.add(node);
}

// What was masked as a plain word is text as written, with what libyaml took for its continuation.
void YamlNodes::add_masked(std::uint32_t begin, std::uint32_t end) {
    Node node;
    node.begin = begin;
    node.end = end;
    node.text =
        arena_.copy(decode_scalar(source_, {tree_.file, begin, end}, ScalarStyle::kPlain).value);
    cursor_.set(node.end);
    add(node);
}

const Masked* YamlNodes::masked_at(std::uint32_t place) const {
    const auto found = std::find_if(masked_.begin(), masked_.end(), [&](const Masked& masked) {
        return masked.begin == place && !masked.is_blank;
    });
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
    node.is_flow = is_flow;
    cursor_.walk_to(event.begin);
    skip_own_properties(event);
    cursor_.skip_spaces();
    node.begin = node.end = cursor_.at();
    // A pair in a list, `[a: b]`, is a mapping without brackets; its event is empty.
    const bool has_bracket = node.is_flow && event.end > node.begin &&
                             at(node.begin) == (kind == NodeKind::kMapping ? '{' : '[');
    if (has_bracket && text_.substr(node.begin, 2) == "{{")
        return stop(YamlStop::Reason::kBraces, node.begin);
    settle_begin(node.begin);
    if (!builder_.open(node)) return stop(YamlStop::Reason::kLimit, node.begin);
    opened_.push_back({node.begin, has_bracket});
    if (has_bracket) {
        last_token_ = node.begin;
        cursor_.set(node.begin + 1);
    }
}

void YamlNodes::close(const YamlEvent& event) {
    const Node& collection = builder_.collection();
    std::uint32_t end =
        builder_.has_children() ? builder_.node_at(builder_.last_child()).end : collection.begin;
    if (opened_.back().has_bracket) {
        cursor_.walk_to(event.begin);
        end = event.end;
        cursor_.set(end);
    }
    opened_.pop_back();
    builder_.close(end);
}

std::vector<std::uint32_t> YamlNodes::open_brackets() const {
    std::vector<std::uint32_t> brackets;
    for (const Opened& opened : opened_) {
        if (opened.has_bracket) brackets.push_back(opened.begin);
    }
    return brackets;
}

void YamlNodes::abandon() {
    builder_.close_all();
}

void YamlNodes::finish() {
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
