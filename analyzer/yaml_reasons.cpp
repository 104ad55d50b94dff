// Why a text is not YAML, in words that help.
#include "analyzer/yaml_reasons.h"

#include <array>
#include <utility>

namespace tiphys::analyze {
namespace {

using Row = std::pair<std::string_view, YamlReason>;

/// The reasons of the YAML library, and ours.
constexpr std::array kReasons = {
    Row{"illegal map value",
        {"a `:` stands where no key is", "put a value that holds `: ` in quotes, or indent the "
                                         "lines of a mapping alike"}},
    Row{"illegal map key",
        {"a key stands where none is expected", "indent the keys of a mapping alike"}},
    Row{"illegal block entry",
        {"a `-` stands where no list is expected",
         "begin a list on the line below its key, with its dashes below each other"}},
    Row{"illegal flow end", {"a bracket closes here that was not opened", ""}},
    Row{"end of map not found",
        {"this line does not belong to the mapping before it",
         "indent the keys of a mapping alike; write `key: value` with a blank after the colon"}},
    Row{"end of map flow not found",
        {"a `{` before this place is not closed", "close it with `}`, or put the text in quotes"}},
    Row{"end of sequence not found",
        {"this line does not belong to the list before it", "indent the dashes of a list alike"}},
    Row{"end of sequence flow not found",
        {"a `[` before this place is not closed", "close it with `]`, or put the text in quotes"}},
    Row{"illegal EOF in scalar",
        {"a quote is not closed", "close it, and double quotes inside of it"}},
    Row{"illegal document indicator in scalar",
        {"a line `---` or `...` stands inside of quotes", "close the quote before it"}},
    Row{"illegal tab when looking for indentation",
        {"a tab stands in the indentation", "indent with blanks"}},
    Row{"unknown escape character",
        {"this escape is not known in double quotes",
         "write `\\\\` for a backslash, or use single quotes"}},
    Row{"bad character found while scanning hex number",
        {"an escape holds a character that is no hexadecimal digit", ""}},
    Row{"invalid unicode", {"an escape stands for no character", ""}},
    Row{"unknown token", {"this character cannot begin a value", "put the value in quotes"}},
    Row{"alias not found after *",
        {"a name must follow the `*`", "put a value that begins with `*` in quotes"}},
    Row{"anchor not found after &",
        {"a name must follow the `&`", "put a value that begins with `&` in quotes"}},
    Row{"illegal character found while scanning alias",
        {"the name after `*` holds a character that it cannot",
         "put a value that begins with `*` in quotes"}},
    Row{"illegal character found while scanning anchor",
        {"the name after `&` holds a character that it cannot",
         "put a value that begins with `&` in quotes"}},
    Row{"cannot assign multiple tags to the same node", {"a value has two tags", ""}},
    Row{"cannot assign multiple anchors to the same node", {"a value has two anchors", ""}},
    Row{"cannot set zero indentation for a block scalar",
        {"the indentation after `|` or `>` cannot be 0", ""}},
    Row{"unexpected character in block scalar",
        {"something stands behind `|` or `>`", "begin the text on the next line"}},
    Row{"tag handle with no suffix",
        {"a name must follow the `!`", "put a value that begins with `!` in quotes"}},
    Row{"end of verbatim tag not found", {"a tag `!<` is not closed", ""}},
    Row{"illegal character found while scanning tag handle",
        {"the tag holds a character that it cannot", "put a value that begins with `!` in quotes"}},
};

} // namespace

YamlReason yaml_reason(std::string_view detail) {
    for (const auto& [text, reason] : kReasons) {
        if (detail.starts_with(text)) return reason;
    }
    if (detail.empty()) return {"the text breaks off or is out of place here", ""};
    return {detail, ""};
}

} // namespace tiphys::analyze
