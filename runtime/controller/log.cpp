// Lines of the controller's log.

#include "runtime/controller/log.h"

#include "runtime/controller/clock.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {

std::string_view log_level_name(LogLevel level) {
    switch (level) {
    case LogLevel::kDebug:
        return "debug";
    case LogLevel::kInfo:
        return "info";
    case LogLevel::kWarning:
        return "warn";
    case LogLevel::kError:
        return "error";
    }
    return "";
}

LogLevel log_level_named(std::string_view name) {
    if (name == "debug") return LogLevel::kDebug;
    if (name == "warn" || name == "warning") return LogLevel::kWarning;
    if (name == "error") return LogLevel::kError;
    return LogLevel::kInfo;
}

void Log::debug(std::string_view message, Fields fields) {
    write(LogLevel::kDebug, message, fields);
}

void Log::info(std::string_view message, Fields fields) {
    write(LogLevel::kInfo, message, fields);
}

void Log::warn(std::string_view message, Fields fields) {
    write(LogLevel::kWarning, message, fields);
}

void Log::error(std::string_view message, Fields fields) {
    write(LogLevel::kError, message, fields);
}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
    if (level < level_) return;
    ++counts_[level];
    const std::string time = run::rfc3339(unix_now_ms());
    std::string line;
    if (as_json_) {
        line = "{\"time\":" + run::json_quote(time) + ",\"level\":\"" +
               std::string(log_level_name(level)) + "\",\"msg\":" + run::json_quote(message);
        for (const auto& [key, value] : fields) {
            line += "," + run::json_quote(key) + ":" + run::json_quote(value);
        }
        line += "}";
    } else {
        line = time + " " + std::string(log_level_name(level)) + " " + std::string(message);
        for (const auto& [key, value] : fields) {
            line += " " + std::string(key) + "=" + std::string(value);
        }
    }
    out_ << line << "\n" << std::flush;
}

} // namespace tiphys::control
