// Fields that users may set where they have to refer to a template.

#include "runtime/controller/restrictions.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::member;

/// Argo: allowedUserOverrideFields in workflow/util/merge.go.
constexpr std::array<std::string_view, 14> kAllowed = {"activeDeadlineSeconds",
                                                       "archiveLogs",
                                                       "arguments",
                                                       "artifactGC",
                                                       "entrypoint",
                                                       "metrics",
                                                       "podGC",
                                                       "priority",
                                                       "shutdown",
                                                       "suspend",
                                                       "ttlStrategy",
                                                       "volumeClaimGC",
                                                       "workflowMetadata",
                                                       "workflowTemplateRef"};
/// What would make the pods that delete artifacts others than the template says.
constexpr std::array<const char*, 3> kNeverInGarbage = {"podMetadata", "podSpecPatch",
                                                        "serviceAccountName"};

bool is_in(std::string_view name, std::string_view list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view word = list.substr(0, comma);
        while (word.starts_with(' '))
            word.remove_prefix(1);
        while (word.ends_with(' '))
            word.remove_suffix(1);
        if (word == name) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

bool is_set(const Json& value) {
    return !value.is_null() && value != "";
}

} // namespace

std::string refused_by_restrictions(std::string_view referencing, std::string_view spec,
                                    std::string_view allowed) {
    if (referencing != "Strict" && referencing != "Secure") return "";
    const Json written = Json::parse(spec, nullptr, false);
    if (!member(written, "workflowTemplateRef").is_object()) {
        return "workflows must use workflowTemplateRef to be executed when the controller is in "
               "reference mode";
    }
    std::vector<std::string> wrong;
    for (const auto& [name, value] : written.items()) {
        const bool is_known = std::find(kAllowed.begin(), kAllowed.end(), name) != kAllowed.end();
        if (is_set(value) && !is_known && !is_in(name, allowed)) wrong.push_back(name);
    }
    for (const char* name : kNeverInGarbage) {
        if (is_set(member(member(written, "artifactGC"), name))) {
            wrong.push_back(std::string("artifactGC.") + name);
        }
    }
    if (wrong.empty()) return "";
    std::string names;
    for (const std::string& name : wrong) {
        names += (names.empty() ? "" : " ") + name;
    }
    return "fields [" + names +
           "] are not permitted when using workflowTemplateRef with templateReferencing "
           "restriction";
}

} // namespace tiphys::control
