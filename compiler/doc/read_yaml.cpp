// Reads a YAML document by libyaml's events: the wall between us and libyaml. The YAML reader of
// Kubernetes is a port of it to Go, so both take and refuse the same texts.
#include "compiler/doc/read_yaml.h"

#include <algorithm>
#include <array>
#include <memory>

#include <yaml.h>

#include "compiler/base/assert.h"
#include "compiler/doc/yaml_nodes.h"

namespace tiphys::doc {
namespace {

struct FreeParser {
    void operator()(yaml_parser_t* parser) const { yaml_parser_delete(parser); }
};

std::string_view text_of(const yaml_char_t* text) {
    return text == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(text));
}

// libyaml counts characters; spans count bytes.
class ByteOffsets {
public:
    ByteOffsets(std::string_view text, std::uint32_t begin) : text_(text), begin_(begin) {
        const std::string_view document = text.substr(begin);
        if (std::all_of(document.begin(), document.end(), [](char c) { return (c & 0x80) == 0; }))
            return;
        for (std::uint32_t i = 0; i < document.size(); ++i) {
            if ((document[i] & 0xc0) != 0x80) offsets_.push_back(begin + i);
        }
    }

    [[nodiscard]] std::uint32_t of(const yaml_mark_t& mark) const {
        const auto size = static_cast<std::uint32_t>(text_.size());
        if (!offsets_.empty()) return mark.index < offsets_.size() ? offsets_[mark.index] : size;
        return std::min(begin_ + static_cast<std::uint32_t>(mark.index), size);
    }

private:
    std::string_view text_;
    std::uint32_t begin_;
    std::vector<std::uint32_t> offsets_; // of each character; empty if each is one byte
};

struct Complaint {
    std::string_view context; // its beginning; empty: any
    std::string_view problem; // its beginning; empty: any
    YamlComplaint complaint;
};

// libyaml gives its reason only as text; the first that fits counts.
constexpr std::array kComplaints = {
    Complaint{"", "did not find expected key", YamlComplaint::kEndOfMapping},
    Complaint{"", "did not find expected ',' or '}'", YamlComplaint::kEndOfFlowMapping},
    Complaint{"", "did not find expected '-' indicator", YamlComplaint::kEndOfSequence},
    Complaint{"", "did not find expected ',' or ']'", YamlComplaint::kEndOfFlowSequence},
    Complaint{"", "did not find expected node content", YamlComplaint::kNoContent},
    Complaint{"", "found undefined tag handle", YamlComplaint::kUndeclaredTag},
    Complaint{"", "found character that cannot start any token", YamlComplaint::kUnknownToken},
    Complaint{"", "found a tab character", YamlComplaint::kTab},
    Complaint{"", "block sequence entries are not allowed", YamlComplaint::kBlockEntry},
    Complaint{"", "mapping keys are not allowed", YamlComplaint::kKeyIndicator},
    Complaint{"", "mapping values are not allowed", YamlComplaint::kColon},
    Complaint{"", "found unexpected ':'", YamlComplaint::kColonInWord},
    Complaint{"", "could not find expected ':'", YamlComplaint::kMissingColon},
    Complaint{"while scanning a quoted scalar", "", YamlComplaint::kUnclosedQuote},
    Complaint{"while parsing a quoted scalar", "", YamlComplaint::kEscape},
    Complaint{"while scanning an alias", "", YamlComplaint::kAliasName},
    Complaint{"while scanning an anchor", "", YamlComplaint::kAnchorName},
    Complaint{"while scanning a block scalar", "", YamlComplaint::kBlockHeader},
    Complaint{"while scanning a tag", "", YamlComplaint::kTag},
    Complaint{"while parsing a tag", "", YamlComplaint::kTag},
    Complaint{"while scanning a directive", "", YamlComplaint::kDirective},
    Complaint{"while scanning a %", "", YamlComplaint::kDirective},
    Complaint{"while parsing a %", "", YamlComplaint::kDirective},
    Complaint{"", "found duplicate %", YamlComplaint::kDirective},
    Complaint{"", "found incompatible YAML document", YamlComplaint::kDirective},
};

YamlComplaint complaint_of(std::string_view context, std::string_view problem) {
    const auto* found =
        std::find_if(kComplaints.begin(), kComplaints.end(), [&](const Complaint& known) {
            return context.starts_with(known.context) && problem.starts_with(known.problem);
        });
    return found == kComplaints.end() ? YamlComplaint::kOther : found->complaint;
}

class Reader {
public:
    Reader(const YamlInput& input, Tree& tree, Arena& arena)
        : offsets_(input.text, input.begin), nodes_(input, tree, arena) {
        const int is_ready = yaml_parser_initialize(&parser_);
        TIPHYS_ASSERT(is_ready == 1, "libyaml finds memory for its parser");
        // An empty text may have no bytes at all.
        const std::string_view document =
            input.text.empty() ? std::string_view("") : input.text.substr(input.begin);
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(
            &parser_, reinterpret_cast<const unsigned char*>(document.data()), document.size());
        begin_ = input.begin;
    }

    YamlStop read() {
        YamlStop stop;
        bool is_going_on = true;
        while (is_going_on && nodes_.stop_reason() == YamlStop::Reason::kNone) {
            yaml_event_t event;
            if (yaml_parser_parse(&parser_, &event) == 0) {
                stop = stop_of_parser();
                break;
            }
            is_going_on = take(event);
            yaml_event_delete(&event);
        }
        if (nodes_.stop_reason() != YamlStop::Reason::kNone) {
            stop.reason = nodes_.stop_reason();
            stop.at = stop.context = nodes_.stopped_at();
        }
        if (stop.reason == YamlStop::Reason::kNone) {
            nodes_.finish();
            return stop;
        }
        stop.last_token = nodes_.last_token();
        stop.read_until = nodes_.read_until();
        stop.brackets = nodes_.open_brackets();
        nodes_.abandon();
        return stop;
    }

private:
    [[nodiscard]] YamlStop stop_of_parser() const {
        YamlStop stop;
        stop.reason = YamlStop::Reason::kSyntax;
        const std::string_view problem = parser_.problem == nullptr ? "" : parser_.problem;
        const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
        stop.complaint = complaint_of(context, problem);
        stop.at = parser_.error == YAML_READER_ERROR
                      ? begin_ + static_cast<std::uint32_t>(parser_.problem_offset)
                      : offsets_.of(parser_.problem_mark);
        stop.context = context.empty() ? stop.at : offsets_.of(parser_.context_mark);
        return stop;
    }

    // False if nothing more of the document follows.
    bool take(const yaml_event_t& event) {
        YamlEvent place;
        place.begin = offsets_.of(event.start_mark);
        place.end = offsets_.of(event.end_mark);
        switch (event.type) {
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
            return true;
        case YAML_DOCUMENT_END_EVENT:
        case YAML_STREAM_END_EVENT:
            return false;
        case YAML_ALIAS_EVENT:
            nodes_.alias(place);
            return true;
        case YAML_SCALAR_EVENT:
            take_scalar(event, place);
            return true;
        case YAML_SEQUENCE_START_EVENT:
            place.has_anchor = event.data.sequence_start.anchor != nullptr;
            place.tag = text_of(event.data.sequence_start.tag);
            nodes_.open(NodeKind::kSequence, place,
                        event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
            return true;
        case YAML_MAPPING_START_EVENT:
            place.has_anchor = event.data.mapping_start.anchor != nullptr;
            place.tag = text_of(event.data.mapping_start.tag);
            nodes_.open(NodeKind::kMapping, place,
                        event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
            return true;
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            nodes_.close(place);
            return true;
        }
        return true;
    }

    void take_scalar(const yaml_event_t& event, YamlEvent place) {
        const auto& scalar = event.data.scalar;
        place.has_anchor = scalar.anchor != nullptr;
        place.tag = text_of(scalar.tag);
        const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
        switch (scalar.style) {
        case YAML_ANY_SCALAR_STYLE:
        case YAML_PLAIN_SCALAR_STYLE:
            return nodes_.scalar(place, ScalarStyle::kPlain, value);
        case YAML_SINGLE_QUOTED_SCALAR_STYLE:
            return nodes_.scalar(place, ScalarStyle::kSingleQuoted, value);
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
            return nodes_.scalar(place, ScalarStyle::kDoubleQuoted, value);
        case YAML_LITERAL_SCALAR_STYLE:
            return nodes_.scalar(place, ScalarStyle::kLiteral, value);
        case YAML_FOLDED_SCALAR_STYLE:
            return nodes_.scalar(place, ScalarStyle::kFolded, value);
        }
    }

    yaml_parser_t parser_ = {};
    std::unique_ptr<yaml_parser_t, FreeParser> owner_{&parser_};
    ByteOffsets offsets_;
    YamlNodes nodes_;
    std::uint32_t begin_ = 0;
};

} // namespace

YamlStop read_yaml(const YamlInput& input, Tree& tree, Arena& arena) {
    return Reader(input, tree, arena).read();
}

} // namespace tiphys::doc
