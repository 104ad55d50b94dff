// Any text is read as a shell script in both dialects, and every place lies in the text.
#include <cstdint>
#include <string>

#include "analyzer/shell/script.h"
#include "compiler/base/assert.h"

namespace {

using namespace tiphys;

void check_range(shell::Range range, std::size_t size) {
    TIPHYS_ASSERT(range.begin <= range.end && range.end <= size, "a place lies inside of the text");
}

void check_script(const std::string& text, shell::Dialect dialect) {
    const shell::Script script = shell::parse(text, dialect);
    for (const shell::Command& command : script.commands) {
        check_range(command.range, text.size());
        for (const shell::Word& word : command.words) {
            check_range(word.range, text.size());
            TIPHYS_ASSERT(word.commands.end <= script.commands.size(), "its commands exist");
            for (const shell::Variable& variable : word.variables)
                check_range(variable.range, text.size());
        }
    }
    for (const shell::Statement& statement : script.statements)
        check_range(statement.range, text.size());
    if (script.error) check_range(script.error->range, text.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_script(text, shell::Dialect::kBash);
    check_script(text, shell::Dialect::kPosix);
    return 0;
}
