// Any text goes through reading and decoding, and every place that comes of it lies in the file.
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/assert.h"
#include "compiler/front/load.h"

namespace {

void check_span(tiphys::Span span, tiphys::FileId file, std::size_t size) {
    TIPHYS_ASSERT(span.file == file, "a place belongs to the file");
    TIPHYS_ASSERT(span.begin <= span.end && span.end <= size, "a place lies inside of the file");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tiphys;
    SourceMap sources;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const front::InputFile file{sources.add("input.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    for (const ir::Document& document : unit.documents) {
        check_span(document.span, file.file, size);
        check_span(document.root->span, file.file, size);
    }
    for (const ir::Defect& defect : unit.defects) {
        check_span(defect.span, file.file, size);
        if (defect.other.is_known()) check_span(defect.other, file.file, size);
    }
    for (const Span comment : unit.comments) {
        check_span(comment, file.file, size);
        TIPHYS_ASSERT(sources.text(comment).starts_with('#'), "a comment begins with `#`");
    }
    return 0;
}
