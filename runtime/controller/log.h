#pragma once
// What the controller tells its operator: one JSON object per line, with the keys of Argo's logs.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace tiphys::control {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// `debug`, `info`, `warn` (also `warning`), `error`; anything else is `info`.
[[nodiscard]] LogLevel log_level_named(std::string_view name);

[[nodiscard]] std::string_view log_level_name(LogLevel level);

class Log {
public:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    /// Lines below `level` are left out. `as_json` false: `time level message key=value`.
    Log(std::ostream& out, LogLevel level, bool as_json)
        : out_(out), level_(level), as_json_(as_json) {}

    void debug(std::string_view message, Fields fields = {});
    void info(std::string_view message, Fields fields = {});
    void warn(std::string_view message, Fields fields = {});
    void error(std::string_view message, Fields fields = {});

    /// How many lines of each level there were.
    [[nodiscard]] const std::map<LogLevel, std::int64_t>& counts() const { return counts_; }

private:
    void write(LogLevel level, std::string_view message, Fields fields);

    std::ostream& out_;
    LogLevel level_;
    bool as_json_;
    std::map<LogLevel, std::int64_t> counts_;
};

} // namespace tiphys::control
