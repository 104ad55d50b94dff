// The fields of ArtifactSpec::access.

#include "runtime/artifacts/access_fields.h"

#include <charconv>

namespace tiphys::run {

AccessFields::AccessFields(std::string_view json, const Secrets& secrets) : secrets_(&secrets) {
    if (json_error(json) || json_value(json).type != JsonType::kObject) return;
    members_ = json_members(json);
}

bool AccessFields::has(std::string_view name) const {
    for (const auto& [known, value] : members_) {
        if (known == name && value.type != JsonType::kNull) return true;
    }
    return false;
}

std::string AccessFields::text(std::string_view name) const {
    for (const auto& [known, value] : members_) {
        if (known != name || value.type == JsonType::kNull) continue;
        return value.type == JsonType::kString ? json_unquote(value.text) : std::string(value.text);
    }
    return "";
}

std::optional<std::int64_t> AccessFields::number(std::string_view name) const {
    const std::string digits = text(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || digits.empty()) return std::nullopt;
    return number;
}

AccessFields AccessFields::object(std::string_view name) const {
    for (const auto& [known, value] : members_) {
        if (known == name) return {value.text, *secrets_};
    }
    return {"", *secrets_};
}

std::vector<JsonValue> AccessFields::list(std::string_view name) const {
    for (const auto& [known, value] : members_) {
        if (known == name && value.type == JsonType::kArray) return json_elements(value.text);
    }
    return {};
}

std::string AccessFields::secret_name(std::string_view name) const {
    return object(name).text("name");
}

std::optional<std::string> AccessFields::secret(std::string_view name) const {
    const AccessFields selector = object(name);
    const auto found = secrets_->find(selector.text("name"));
    if (found == secrets_->end()) return std::nullopt;
    const auto value = found->second.find(selector.text("key"));
    if (value == found->second.end()) return std::nullopt;
    return value->second;
}

Result<std::string> AccessFields::needed_secret(std::string_view name) const {
    if (!has(name)) return std::string();
    const auto value = secret(name);
    if (value) return *value;
    return Error{"the Secret `" + secret_name(name) + "` with the key `" +
                 object(name).text("key") + "` is not among the given files"};
}

} // namespace tiphys::run
