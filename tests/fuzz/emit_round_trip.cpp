// Whatever can be read is emitted so that it is read back as the same values.
#include <cstdint>
#include <string>
#include <string_view>

#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"
#include "codegen/read_back.h"
#include "compiler/base/assert.h"
#include "compiler/front/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tiphys;
    SourceMap sources;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const front::InputFile file{sources.add("input.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    for (const ir::Document& document : project.units().front().documents) {
        std::string yaml;
        codegen::emit_yaml(*document.root, yaml);
        TIPHYS_ASSERT(!codegen::difference_when_read_back(*document.root, yaml),
                      "emitted YAML is read back as it was");
        std::string json;
        codegen::emit_json(*document.root, codegen::JsonLayout::kPretty, json);
        TIPHYS_ASSERT(!json.empty(), "every value has a JSON form");
    }
    return 0;
}
