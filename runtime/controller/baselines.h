#pragma once
// How long workflows of the same origin have taken. Argo: workflow/controller/estimation.

#include <cstdint>
#include <map>
#include <string>

#include "runtime/controller/known_workflow.h"

namespace tiphys::control {

class Baselines {
public:
    /// A workflow has ended; those that did not succeed are passed over.
    void ended(const KnownWorkflow& workflow);
    /// Seconds that the newest one with the same template, or the same CronWorkflow, has taken; 0:
    /// nothing is known.
    [[nodiscard]] std::int64_t estimate_s(const KnownWorkflow& workflow) const;

private:
    struct Entry {
        std::int64_t created_ms = 0;
        std::int64_t duration_s = 0;
    };
    /// By namespace, label and its value.
    std::map<std::string, Entry> entries_;
};

} // namespace tiphys::control
