// Requests, limits, labels and annotations as text.

#include "runtime/core/pod_values.h"

#include <algorithm>

#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

std::int64_t or_all(std::int64_t limit, std::int64_t machine) {
    return limit == 0 ? machine : limit;
}

std::string in_units(std::int64_t amount, std::int64_t unit) {
    return std::to_string((amount + unit - 1) / unit);
}

} // namespace

ResourceText resource_text(const Template& self, const std::string& container,
                           const std::string& resource, const std::string& divisor,
                           const Resources& machine) {
    const auto found =
        std::find_if(self.containers.begin(), self.containers.end(),
                     [&](const ContainerSpec& candidate) { return candidate.name == container; });
    if (found == self.containers.end()) return {"", "container " + container + " not found"};
    // A divisor of zero is none.
    Resources unit;
    set_request(unit, "cpu", divisor);
    set_request(unit, "memory", divisor);
    if (unit.cpu_millis == 0) unit.cpu_millis = 1000;
    if (unit.memory_bytes == 0) unit.memory_bytes = 1;
    if (resource == "limits.cpu") {
        return {in_units(or_all(found->limits.cpu_millis, machine.cpu_millis), unit.cpu_millis),
                ""};
    }
    if (resource == "limits.memory") {
        const std::int64_t limit = or_all(found->limits.memory_bytes, machine.memory_bytes);
        return {in_units(limit, unit.memory_bytes), ""};
    }
    if (resource == "requests.cpu") {
        return {in_units(found->requests.cpu_millis, unit.cpu_millis), ""};
    }
    if (resource == "requests.memory") {
        return {in_units(found->requests.memory_bytes, unit.memory_bytes), ""};
    }
    return {"", "unsupported container resource : " + resource};
}

std::string lines_text(const std::map<std::string, std::string>& values) {
    std::string text;
    for (const auto& [name, value] : values) {
        if (!text.empty()) text += '\n';
        text += name + "=" + go_quote(value);
    }
    return text;
}

} // namespace tiphys::run
