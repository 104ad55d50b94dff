#pragma once
// The lines above the tree of a run or workflow.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace tiphys::cli {

/// What is empty or zero is not shown. Times: Unix, in milliseconds.
struct PageHead {
    std::string name;
    std::string namespace_name;
    std::string service_account;
    std::string status;
    std::string message;
    /// The run that this one repeats.
    std::string repeats;
    std::int64_t created_ms = 0;
    std::int64_t started_ms = 0;
    std::int64_t finished_ms = 0;
    std::string progress;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<std::pair<std::string, std::string>> outputs;
    /// The command that lets it go on.
    std::string go_on;
};

void write_head(const PageHead& head, std::int64_t now_ms, std::ostream& out);

/// The first line of a value, cut where it is long.
[[nodiscard]] std::string in_one_line(const std::string& value);

} // namespace tiphys::cli
