// Any text goes through the language's parser and lowering, and every place that comes of it lies
// in the file.
#include <cstdint>
#include <string>

#include "compiler/base/assert.h"
#include "compiler/front/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tiphys;
    SourceMap sources;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const front::InputFile file{sources.add("input.tiphys", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    for (const ir::Document& document : unit.documents) {
        TIPHYS_ASSERT(document.root->span.end <= size, "a value lies inside of the file");
    }
    for (const ir::Defect& defect : unit.defects) {
        TIPHYS_ASSERT(defect.span.begin <= defect.span.end && defect.span.end <= size,
                      "a place lies inside of the file");
    }
    for (const Span comment : unit.comments) {
        TIPHYS_ASSERT(sources.text(comment).starts_with('#'), "a comment begins with `#`");
    }
    return 0;
}
