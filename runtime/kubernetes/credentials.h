#pragma once
// What a request says about who makes it.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/kubernetes/access.h"

namespace tiphys::kube {

/// Tokens are read again when their file may have changed, or their plugin says that they end.
class Credentials {
public:
    /// Outlived by `access`, whose certificate a plugin may replace.
    explicit Credentials(Access& access) : access_(access) {}

    /// Lines of the request's head. `now_ms`: Unix time. Errors: the plugin cannot be run, or says
    /// nothing that can be used.
    [[nodiscard]] Result<std::vector<std::string>> headers(std::int64_t now_ms);
    /// The server did not take them: they are obtained anew at the next call.
    void forget() { is_known_ = false; }
    /// Whether forget() can change anything.
    [[nodiscard]] bool can_change() const {
        return !access_.token_path.empty() || access_.plugin.has_value();
    }

private:
    Result<Done> obtain(std::int64_t now_ms);
    Result<Done> ask_plugin(std::int64_t now_ms);

    Access& access_;
    std::string token_;
    bool is_known_ = false;
    std::int64_t ends_ms_ = 0;
};

} // namespace tiphys::kube
