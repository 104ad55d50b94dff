#pragma once
// What the kubelet tells containers about their pod. Kubernetes: pkg/api/v1/resource,
// pkg/fieldpath.

#include <map>
#include <string>

#include "runtime/plan/plan.h"

namespace tiphys::run {

/// A request or limit as text.
struct ResourceText {
    std::string text;
    /// Why there is none.
    std::string error;
};

/// `resource`: `limits.cpu` and the like, of the container of that name. `divisor`: a quantity, the
/// unit of the text; empty: one core, one byte. Parts of a unit count as a whole one. What is not
/// limited may have all of `machine`.
[[nodiscard]] ResourceText resource_text(const Template& self, const std::string& container,
                                         const std::string& resource, const std::string& divisor,
                                         const Resources& machine);

/// Labels or annotations, one to a line: `name="value"`.
[[nodiscard]] std::string lines_text(const std::map<std::string, std::string>& values);

} // namespace tiphys::run
