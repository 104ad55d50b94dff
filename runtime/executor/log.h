#pragma once
// Lines on standard error about what the executor does, in the forms of Argo's. They carry
// `argo=true`, by which Argo's tools tell them from what the user's command prints.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::executor {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

struct LogSettings {
    LogLevel level = LogLevel::kInfo;
    /// One JSON object a line; otherwise `key=value` pairs.
    bool is_json = false;
};

/// For the whole program; to be called before the first line.
void set_log(LogSettings settings);

using LogFields = std::vector<std::pair<std::string_view, std::string_view>>;

void log(LogLevel level, std::string_view message, const LogFields& fields = {});

} // namespace tiphys::executor
