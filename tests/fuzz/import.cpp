// Whatever decodes goes to the language, and compiles to the same objects.
#include "codegen/tiphys/import.h"

#include <cstdint>
#include <string>

#include "codegen/tiphys/differences.h"
#include "compiler/base/assert.h"
#include "compiler/front/language.h"
#include "compiler/front/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tiphys;
    SourceMap sources;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const front::InputFile file{sources.add("input.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    const codegen::Imported imported = codegen::import_unit(unit, sources);
    if (!imported.impossible.empty()) return 0;
    const FileId id = sources.add("input.tiphys", imported.text);
    const ir::SourceUnit made =
        front::read_language({id, "input.tiphys", sources.file(id).text}, {}, {});
    const std::vector<const ir::Document*> wanted = codegen::importable(unit);
    TIPHYS_ASSERT(wanted.size() == made.documents.size(), "no object is lost or added");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        TIPHYS_ASSERT(codegen::differences(*wanted[i]->root, *made.documents[i].root).empty(),
                      "every object comes back as it was");
    }
    return 0;
}
