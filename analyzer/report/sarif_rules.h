#pragma once
// The rules of a SARIF log: those that its results name.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/report.h"

namespace tiphys::report {

/// "error", "warning" or "note".
[[nodiscard]] std::string_view sarif_level(Severity severity);

class SarifRules {
public:
    SarifRules(std::span<const Diagnostic* const> results, const Options& options);

    /// Index in `driver.rules` of a rule that one of the results names.
    [[nodiscard]] std::size_t index_of(std::string_view rule) const;
    /// The array `driver.rules`, as JSON text.
    [[nodiscard]] std::string json() const;

private:
    struct Entry {
        RuleInfo info;
        std::string url;
    };

    // Sorted by name.
    std::vector<Entry> entries_;
};

} // namespace tiphys::report
