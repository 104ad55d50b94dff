#pragma once
// `--grep`: which lines of logs are shown.

#include <memory>
#include <regex.h>
#include <string>

#include "compiler/base/result.h"

namespace tiphys::cli {

class LinePattern {
public:
    /// An extended regular expression; empty: all lines match. Errors: it is none.
    [[nodiscard]] static Result<LinePattern> parse(const std::string& text);
    [[nodiscard]] bool matches(const std::string& line) const;

private:
    struct Free {
        void operator()(regex_t* pattern) const;
    };
    std::unique_ptr<regex_t, Free> pattern_;
};

} // namespace tiphys::cli
