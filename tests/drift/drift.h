#pragma once
// Comparison of the schema tables with what Argo publishes: nothing missing, nothing invented,
// every difference intended and written down in schemas/drift_exceptions.txt.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/tables.h"

namespace tiphys::drift {

/// The intended differences: `package.Type` or `package.Type.field`.
class Exceptions {
public:
    explicit Exceptions(std::string_view text);

    /// Whether the difference is intended; remembers that the line was needed.
    bool covers(std::string_view name);
    /// Lines that nothing needed.
    [[nodiscard]] std::vector<std::string> unused() const;

private:
    std::set<std::string, std::less<>> names_;
    std::set<std::string, std::less<>> used_;
};

/// `workflow.Template`.
[[nodiscard]] std::string name_of(const schema::Type& type);

/// Compares with a JSON schema's definitions. Each difference is a line of text.
[[nodiscard]] std::vector<std::string> compare_with_json_schema(const std::string& json_text,
                                                                Exceptions& exceptions);

/// Compares the fields and enumerations below a custom resource definition with the tables.
[[nodiscard]] std::vector<std::string> compare_with_crd(const std::string& yaml_text,
                                                        Exceptions& exceptions);

} // namespace tiphys::drift
