// Lines on standard error.

#include "runtime/executor/log.h"

#include <array>
#include <chrono>
#include <string>
#include <unistd.h>

#include "runtime/plan/json_text.h"
#include "runtime/plan/time_text.h"

namespace tiphys::executor {
namespace {

LogSettings& settings_in_use() {
    static LogSettings settings;
    return settings;
}

constexpr std::array<std::string_view, 4> kJsonNames = {"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 4> kTextNames = {"DEBUG", "INFO", "WARN", "ERROR"};

std::string now_text() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return run::rfc3339(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string quoted_where_needed(std::string_view text) {
    const bool is_plain =
        !text.empty() && text.find_first_of(" \"=\n\t\r") == std::string_view::npos;
    return is_plain ? std::string(text) : run::go_quote(text);
}

std::string text_line(LogLevel level, std::string_view message, const LogFields& fields) {
    std::string line = "time=" + now_text() + " level=";
    line += kTextNames[static_cast<std::size_t>(level)];
    line += " msg=" + quoted_where_needed(message) + " argo=true";
    for (const auto& [name, value] : fields) {
        line += " " + std::string(name) + "=" + quoted_where_needed(value);
    }
    return line + "\n";
}

std::string json_line(LogLevel level, std::string_view message, const LogFields& fields) {
    std::string line = "{\"time\":\"" + now_text() + "\",\"level\":\"";
    line += kJsonNames[static_cast<std::size_t>(level)];
    line += "\",\"msg\":" + run::json_quote(message) + ",\"argo\":true";
    for (const auto& [name, value] : fields) {
        line += "," + run::json_quote(name) + ":" + run::json_quote(value);
    }
    return line + "}\n";
}

} // namespace

void set_log(LogSettings settings) {
    settings_in_use() = settings;
}

void log(LogLevel level, std::string_view message, const LogFields& fields) {
    const LogSettings& settings = settings_in_use();
    if (level < settings.level) return;
    const std::string line =
        settings.is_json ? json_line(level, message, fields) : text_line(level, message, fields);
    // One write a line: containers write to the same pipe. Where nobody listens, nothing is lost.
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

} // namespace tiphys::executor
