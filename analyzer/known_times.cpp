// How long a template takes by itself.
#include "analyzer/known_times.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/code_arguments.h"
#include "analyzer/containers.h"
#include "compiler/expr/duration.h"
#include "schemas/k8s.gen.h"

namespace tiphys::analyze {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number =
        !text.empty() && parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return is_number ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The words of `sleep` take a suffix. GNU coreutils: sleep.
std::int64_t sleep_argument(std::string_view text) {
    std::int64_t unit = 1;
    if (text.ends_with('m')) unit = 60;
    if (text.ends_with('h')) unit = 3'600;
    if (text.ends_with('d')) unit = 86'400;
    if (text.find_last_of("smhd") == text.size() - 1) text.remove_suffix(1);
    const auto number = whole_number(text.substr(0, text.find('.')));
    constexpr std::int64_t kMost = std::int64_t{1} << 32;
    return number.has_value() && *number >= 0 && *number < kMost ? *number * unit : 0;
}

/// Words after which a line may run more than once, or not at all.
bool has_branches(std::string_view script) {
    constexpr std::array<std::string_view, 8> kWords{"if",   "for",  "while",    "until",
                                                     "case", "exit", "function", "exec"};
    for (std::size_t at = 0; at < script.size();) {
        const std::size_t begin = script.find_first_not_of(" \t\n;&|(){}", at);
        if (begin == script.npos) return false;
        const std::size_t end =
            std::min(script.find_first_of(" \t\n;&|(){}", begin), script.size());
        const std::string_view word = script.substr(begin, end - begin);
        if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
        at = end;
    }
    return false;
}

} // namespace

std::optional<std::int64_t> seconds_of(std::string_view text) {
    if (const auto number = whole_number(text)) return number;
    const auto nanoseconds = expr::parse_go_duration_ns(text);
    if (!nanoseconds.has_value()) return std::nullopt;
    return *nanoseconds / kNanoseconds;
}

std::int64_t slept_seconds_of_script(std::string_view script) {
    const bool is_simple = script.find("||") == script.npos && script.find("<<") == script.npos &&
                           !has_branches(script);
    if (!is_simple) return 0;
    std::int64_t total = 0;
    for (std::size_t at = 0; at <= script.size();) {
        const std::size_t end = std::min(script.find_first_of("\n;&|", at), script.size());
        const std::string_view statement = trimmed(script.substr(at, end - at));
        const bool is_background = end < script.size() && script[end] == '&' &&
                                   (end + 1 == script.size() || script[end + 1] != '&');
        constexpr std::string_view kSleep = "sleep ";
        if (statement.starts_with(kSleep) && !is_background) {
            total += sleep_argument(trimmed(statement.substr(kSleep.size())));
        }
        at = end + 1;
    }
    return total;
}

std::int64_t slept_seconds(const ir::Object& container) {
    if (const auto code = code_argument(container)) {
        return code->language == CodeLanguage::kShell ? slept_seconds_of_script(code->text->text)
                                                      : 0;
    }
    const std::vector<const ir::Scalar*> words = ContainerView(container).words();
    if (words.size() == 2 && words[0]->text.ends_with("sleep")) {
        return sleep_argument(words[1]->text);
    }
    return 0;
}

std::int64_t least_seconds(const front::FlowTemplate& at) {
    const wf::Template& source = *at.source;
    // Such a pod counts as done when it is ready.
    if (ir::text_of(source.daemon()) == "true" || source.memoize() != nullptr) return 0;
    if (source.container() != nullptr) return slept_seconds(*source.container());
    if (const wf::ScriptTemplate* script = source.script()) {
        const auto code = code_source(*script);
        const bool is_shell = code.has_value() && code->language == CodeLanguage::kShell;
        return is_shell ? slept_seconds_of_script(code->text->text) : 0;
    }
    if (const wf::SuspendTemplate* suspend = source.suspend()) {
        return seconds_of(ir::text_of(suspend->duration())).value_or(0);
    }
    if (const wf::ContainerSetTemplate* set = source.container_set()) {
        std::int64_t longest = 0;
        for (const wf::ContainerNode* container : set->containers())
            longest = std::max(longest, slept_seconds(*container));
        return longest;
    }
    return 0;
}

std::optional<std::int64_t> deadline_seconds(const wf::Template& at, const wf::Template* defaults) {
    std::optional<std::int64_t> least;
    const auto take = [&](const ir::Scalar* scalar) {
        const auto seconds = scalar == nullptr ? std::nullopt : seconds_of(scalar->text);
        if (seconds.has_value() && *seconds > 0)
            least = std::min(least.value_or(*seconds), *seconds);
    };
    const bool has_deadline = at.active_deadline_seconds() != nullptr;
    take(has_deadline || defaults == nullptr ? at.active_deadline_seconds()
                                             : defaults->active_deadline_seconds());
    take(at.timeout() != nullptr || defaults == nullptr ? at.timeout() : defaults->timeout());
    return least;
}

std::int64_t backoff_seconds(const wf::RetryStrategy& retries, std::int64_t n_retries) {
    const wf::Backoff* backoff = retries.backoff();
    if (backoff == nullptr) return 0;
    std::int64_t wait = seconds_of(ir::text_of(backoff->duration())).value_or(0);
    const std::int64_t factor =
        std::clamp<std::int64_t>(whole_number(ir::text_of(backoff->factor())).value_or(1), 1, 100);
    const std::int64_t cap = seconds_of(ir::text_of(backoff->cap())).value_or(0);
    const std::int64_t end = seconds_of(ir::text_of(backoff->max_duration())).value_or(0);
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    std::int64_t total = 0;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(n_retries, 100) && total < kFar; ++i) {
        total += cap > 0 ? std::min(wait, cap) : wait;
        wait = std::min(wait * factor, kFar);
    }
    return end > 0 ? std::min(total, end) : total;
}

std::optional<std::int64_t> retry_limit(const wf::RetryStrategy& retries) {
    const auto limit = whole_number(ir::text_of(retries.limit()));
    return limit.has_value() && *limit >= 0 ? limit : std::nullopt;
}

} // namespace tiphys::analyze
