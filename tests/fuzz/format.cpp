// Any text is formatted: formatting the result again changes nothing, and it means what the text
// meant.
#include "compiler/syntax/format.h"

#include <cstdint>
#include <string>

#include "codegen/emit_yaml.h"
#include "compiler/base/assert.h"
#include "compiler/front/load.h"
#include "compiler/syntax/parse.h"

namespace {

using namespace tiphys;

bool is_read_whole(const std::string& text) {
    Arena arena;
    return syntax::parse(FileId{0}, text, arena).defects.empty();
}

std::string lowered(const std::string& text) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.tiphys", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    std::string out;
    for (const ir::Document& document : project.units().front().documents)
        codegen::emit_yaml(*document.root, out);
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string formatted = syntax::format_source(text);
    TIPHYS_ASSERT(syntax::format_source(formatted) == formatted, "the style is a fixed point");
    if (!is_read_whole(text)) return 0;
    TIPHYS_ASSERT(is_read_whole(formatted), "what was read is read again");
    TIPHYS_ASSERT(lowered(text) == lowered(formatted), "the style changes no meaning");
    return 0;
}
