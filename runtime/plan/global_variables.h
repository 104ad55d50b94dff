#pragma once
// The `workflow.*` variables that are known before a run begins. Argo: setGlobalParameters in
// workflow/controller/operator.go.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

struct GlobalVariables {
    std::string name;
    std::string namespace_name;
    std::string uid;
    std::int64_t created_ms = 0;
    std::string entrypoint;
    std::string service_account;
    /// Empty: not set.
    std::string priority;
    struct Parameter {
        std::string name;
        std::string value;
        std::optional<std::string> default_value;
        std::vector<std::string> enum_values;
        std::string description;
    };
    std::vector<Parameter> parameters;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
};

/// By full name.
[[nodiscard]] std::map<std::string, std::string, std::less<>>
make_global_variables(const GlobalVariables& from);

/// The bytes of base64 text; characters that are none of it are passed over.
[[nodiscard]] std::string decode_base64(std::string_view text);

[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

} // namespace tiphys::run
