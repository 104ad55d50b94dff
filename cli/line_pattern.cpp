// Regular expressions of POSIX.
#include "cli/line_pattern.h"

namespace tiphys::cli {

void LinePattern::Free::operator()(regex_t* pattern) const {
    ::regfree(pattern);
    std::default_delete<regex_t>()(pattern);
}

Result<LinePattern> LinePattern::parse(const std::string& text) {
    LinePattern parsed;
    if (text.empty()) return parsed;
    auto pattern = std::make_unique<regex_t>();
    if (::regcomp(pattern.get(), text.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
        return Error{"`" + text + "` is no regular expression"};
    }
    parsed.pattern_.reset(pattern.release());
    return parsed;
}

bool LinePattern::matches(const std::string& line) const {
    return pattern_ == nullptr || ::regexec(pattern_.get(), line.c_str(), 0, nullptr, 0) == 0;
}

} // namespace tiphys::cli
