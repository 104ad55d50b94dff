// Reads a YAML document by yaml-cpp's events: the wall between us and yaml-cpp, where its
// exceptions become values.
#include "compiler/doc/read_yaml.h"

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <string>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "compiler/doc/yaml_nodes.h"

namespace tiphys::doc {
namespace {

// Lets yaml-cpp read the text where it is.
class TextBuffer final : public std::streambuf {
public:
    explicit TextBuffer(std::string_view text) {
        // The buffer is only read; its interface asks for pointers to mutable bytes.
        char* begin = const_cast<char*>(text.data());
        setg(begin, begin, begin + text.size());
    }
};

// Passes yaml-cpp's events on. To stop early, it makes yaml-cpp's input end.
class Events final : public YAML::EventHandler {
public:
    Events(YamlNodes& nodes, const YamlInput& input, std::istream& stream)
        : nodes_(nodes), input_(input), stream_(stream) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
        if (is_reading()) nodes_.anchor(event(mark, "", 0));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (is_reading()) nodes_.alias(event(mark, "", 0), anchor - 1);
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (is_reading()) nodes_.null(event(mark, "", anchor));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        if (is_reading()) nodes_.scalar(event(mark, tag, anchor), value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        if (!is_reading()) return;
        const bool is_flow = style == YAML::EmitterStyle::Flow;
        nodes_.open(NodeKind::kSequence, event(mark, tag, anchor), is_flow);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        if (!is_reading()) return;
        const bool is_flow = style == YAML::EmitterStyle::Flow;
        nodes_.open(NodeKind::kMapping, event(mark, tag, anchor), is_flow);
    }
    void OnSequenceEnd() override {
        if (is_reading()) nodes_.close();
    }
    void OnMapEnd() override {
        if (is_reading()) nodes_.close();
    }

    [[nodiscard]] std::uint32_t offset(const YAML::Mark& mark) const {
        const auto at = input_.begin + static_cast<std::uint32_t>(mark.pos);
        return std::min(at, static_cast<std::uint32_t>(input_.text.size()));
    }

private:
    [[nodiscard]] YamlEvent event(const YAML::Mark& mark, std::string_view tag,
                                  YAML::anchor_t anchor) const {
        return {offset(mark), tag, anchor != 0};
    }

    bool is_reading() {
        if (nodes_.stop_reason() == YamlStop::Reason::kNone) return true;
        stream_.setstate(std::ios::eofbit);
        return false;
    }

    YamlNodes& nodes_;
    const YamlInput& input_;
    std::istream& stream_;
};

struct Complaint {
    std::string_view message;
    YamlComplaint complaint;
};

// yaml-cpp gives its reason only as text; these are its beginnings.
constexpr std::array kComplaints = {
    Complaint{"end of map not found", YamlComplaint::kEndOfMapping},
    Complaint{"end of map flow not found", YamlComplaint::kEndOfFlowMapping},
    Complaint{"end of sequence not found", YamlComplaint::kEndOfSequence},
    Complaint{"end of sequence flow not found", YamlComplaint::kEndOfFlowSequence},
    Complaint{"illegal map value", YamlComplaint::kColon},
    Complaint{"illegal map key", YamlComplaint::kKeyIndicator},
    Complaint{"illegal block entry", YamlComplaint::kBlockEntry},
    Complaint{"illegal flow end", YamlComplaint::kFlowEnd},
    Complaint{"unknown token", YamlComplaint::kUnknownToken},
    Complaint{"illegal EOF in scalar", YamlComplaint::kUnclosedQuote},
    Complaint{"illegal document indicator in scalar", YamlComplaint::kUnclosedQuote},
    Complaint{"illegal tab when looking for indentation", YamlComplaint::kTab},
    Complaint{"bad character found while scanning hex number", YamlComplaint::kEscape},
    Complaint{"invalid unicode", YamlComplaint::kEscape},
    Complaint{"unknown escape character", YamlComplaint::kEscape},
    Complaint{"the referenced anchor is not defined", YamlComplaint::kUnknownAlias},
    Complaint{"alias not found after *", YamlComplaint::kAliasName},
    Complaint{"illegal character found while scanning alias", YamlComplaint::kAliasName},
    Complaint{"anchor not found after &", YamlComplaint::kAnchorName},
    Complaint{"illegal character found while scanning anchor", YamlComplaint::kAnchorName},
    Complaint{"cannot assign multiple", YamlComplaint::kTooManyProperties},
    Complaint{"cannot set zero indentation", YamlComplaint::kBlockHeader},
    Complaint{"unexpected character in block scalar", YamlComplaint::kBlockHeader},
    Complaint{"illegal character found while scanning tag handle", YamlComplaint::kTag},
    Complaint{"tag handle with no suffix", YamlComplaint::kTag},
    Complaint{"end of verbatim tag not found", YamlComplaint::kTag},
    Complaint{"YAML directives", YamlComplaint::kDirective},
    Complaint{"bad YAML version", YamlComplaint::kDirective},
    Complaint{"YAML major version", YamlComplaint::kDirective},
    Complaint{"repeated", YamlComplaint::kDirective},
    Complaint{"TAG directives", YamlComplaint::kDirective},
};

YamlComplaint complaint_of(std::string_view message) {
    const auto* found =
        std::find_if(kComplaints.begin(), kComplaints.end(),
                     [&](const Complaint& known) { return message.starts_with(known.message); });
    return found == kComplaints.end() ? YamlComplaint::kOther : found->complaint;
}

} // namespace

YamlStop read_yaml(const YamlInput& input, Tree& tree, Arena& arena) {
    TextBuffer buffer(input.text.substr(input.begin));
    std::istream stream(&buffer);
    YamlNodes nodes(input, tree, arena);
    Events events(nodes, input, stream);
    YamlStop stop;
    try {
        YAML::Parser parser(stream);
        parser.HandleNextDocument(events);
        if (nodes.stop_reason() == YamlStop::Reason::kNone) nodes.finish();
    } catch (const YAML::Exception& error) {
        stop.reason = YamlStop::Reason::kSyntax;
        stop.complaint = complaint_of(error.msg);
        stop.at = events.offset(error.mark);
    }
    if (nodes.stop_reason() != YamlStop::Reason::kNone) {
        stop.reason = nodes.stop_reason();
        stop.complaint = nodes.complaint();
        stop.at = nodes.stopped_at();
    }
    if (stop.reason != YamlStop::Reason::kNone) {
        stop.last_token = nodes.last_token();
        stop.read_until = nodes.read_until();
        stop.brackets = nodes.open_brackets();
        nodes.abandon();
    }
    return stop;
}

} // namespace tiphys::doc
