// Reads a YAML document by yaml-cpp's events: the wall between us and yaml-cpp, where its
// exceptions become values.
#include "compiler/doc/read_yaml.h"

#include <array>
#include <exception>
#include <istream>
#include <streambuf>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "compiler/doc/yaml_events.h"

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

// yaml-cpp gives its reason as text; this finds the constant that it was made of.
std::string_view known_message(std::string_view message) {
    using namespace std::string_view_literals;
    constexpr std::array kMessages = {
        "YAML directives must have exactly one argument"sv,
        "bad YAML version"sv,
        "YAML major version too large"sv,
        "repeated YAML directive"sv,
        "TAG directives must have exactly two arguments"sv,
        "repeated TAG directive"sv,
        "illegal character found while scanning tag handle"sv,
        "tag handle with no suffix"sv,
        "end of verbatim tag not found"sv,
        "end of map not found"sv,
        "end of map flow not found"sv,
        "end of sequence not found"sv,
        "end of sequence flow not found"sv,
        "cannot assign multiple tags to the same node"sv,
        "cannot assign multiple anchors to the same node"sv,
        "bad character found while scanning hex number"sv,
        "invalid unicode"sv,
        "unknown escape character"sv,
        "unknown token"sv,
        "illegal document indicator in scalar"sv,
        "illegal EOF in scalar"sv,
        "illegal tab when looking for indentation"sv,
        "illegal flow end"sv,
        "illegal block entry"sv,
        "illegal map key"sv,
        "illegal map value"sv,
        "alias not found after *"sv,
        "anchor not found after &"sv,
        "illegal character found while scanning alias"sv,
        "illegal character found while scanning anchor"sv,
        "cannot set zero indentation for a block scalar"sv,
        "unexpected character in block scalar"sv,
        "the referenced anchor is not defined"sv,
    };
    for (const std::string_view known : kMessages) {
        if (message.starts_with(known)) return known;
    }
    return "";
}

} // namespace

YamlStop read_yaml(const YamlInput& input, Tree& tree, Arena& arena) {
    TextBuffer buffer(input.text.substr(input.begin));
    std::istream stream(&buffer);
    YamlEvents events(input, tree, arena);
    YamlStop stop;
    try {
        YAML::Parser parser(stream);
        parser.HandleNextDocument(events);
        events.finish();
    } catch (const StopReading& stopped) {
        stop.reason = stopped.reason;
        stop.at = stopped.at;
    } catch (const YAML::Exception& error) {
        stop.message = known_message(error.msg);
        stop.at = input.begin + static_cast<std::uint32_t>(error.mark.pos);
        const bool is_alias = stop.message == "the referenced anchor is not defined";
        stop.reason = is_alias ? YamlStop::Reason::kUnknownAlias : YamlStop::Reason::kSyntax;
    }
    stop.read_until = events.read_until();
    if (stop.reason != YamlStop::Reason::kNone) events.abandon();
    return stop;
}

} // namespace tiphys::doc
