// Why a text is not YAML.
#include "analyzer/yaml_reasons.h"

namespace tiphys::analyze {

YamlReason yaml_reason(std::string_view detail) {
    if (detail.empty()) return {"the text cannot be read from here on", {}};
    const std::size_t at = detail.find("; ");
    if (at == detail.npos) return {detail, {}};
    return {detail.substr(0, at), detail.substr(at + 2)};
}

} // namespace tiphys::analyze
