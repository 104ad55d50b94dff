// Names and values, one each line.
#include "cli/runs/page_head.h"

#include <ostream>
#include <string_view>

#include "cli/progress_plain.h"
#include "cli/runs/run_filter.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

void write_line(std::string_view name, const std::string& value, std::ostream& out) {
    if (value.empty()) return;
    constexpr std::size_t kWidth = 13;
    const std::size_t n_blanks = name.size() + 2 > kWidth ? 1 : kWidth - 1 - name.size();
    out << name << ":" << std::string(n_blanks, ' ') << value << "\n";
}

void write_values(std::string_view name,
                  const std::vector<std::pair<std::string, std::string>>& values,
                  std::ostream& out) {
    if (values.empty()) return;
    out << name << ":\n";
    for (const auto& [key, value] : values) {
        out << "  " << key << ": " << in_one_line(value) << "\n";
    }
}

} // namespace

std::string in_one_line(const std::string& value) {
    constexpr std::size_t kLongest = 60;
    std::string line = value.substr(0, value.find('\n'));
    if (line.size() > kLongest) line.resize(kLongest);
    return line.size() < value.size() ? line + "…" : line;
}

void write_head(const PageHead& head, std::int64_t now_ms, std::ostream& out) {
    write_line("Name", head.name, out);
    write_line("Namespace", head.namespace_name, out);
    write_line("Account", head.service_account, out);
    write_line("Status", head.status, out);
    write_line("Message", head.message, out);
    write_line("Repeats", head.repeats, out);
    write_line("Created",
               run::rfc3339(head.created_ms) + " (" + age_text(now_ms - head.created_ms) + " ago)",
               out);
    if (head.started_ms != 0) {
        const std::int64_t end = head.finished_ms != 0 ? head.finished_ms : now_ms;
        write_line("Duration", elapsed_text(end - head.started_ms), out);
    }
    write_line("Progress", head.progress, out);
    write_values("Parameters", head.parameters, out);
    write_values("Outputs", head.outputs, out);
    write_line("Go on with", head.go_on, out);
}

} // namespace tiphys::cli
