#pragma once
// Which notations an import has tried, and which of them turned out not to give back the object.

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::codegen {

/// A notation for the value at a path: `signature`, `call`, `field`.
struct Choice {
    std::string path;
    std::string_view notation;
};

/// Attempts are made until none is denied any more. Each denial takes one choice away for good, so
/// they come to an end.
class Choices {
public:
    /// Whether the notation may be used for the value at `path`; if so, remembers that it is.
    bool take(const std::string& path, std::string_view notation);
    /// Whether it may be used; remembers nothing.
    [[nodiscard]] bool allows(const std::string& path, std::string_view notation) const;
    /// Takes away the innermost choice around a path, the last of several. False where
    /// none was made there.
    bool deny(const std::string& path);
    /// The same for choices smaller than a template.
    bool deny_small(const std::string& path);
    /// The writer has found by itself that the notation does not fit.
    void withdraw(const std::string& path, std::string_view notation);
    /// Begins the next attempt.
    void restart() { taken_.clear(); }

    [[nodiscard]] const std::vector<Choice>& taken() const { return taken_; }
    /// What `deny` took away, in the order in which it did.
    [[nodiscard]] const std::vector<Choice>& denied() const { return denied_; }

    [[nodiscard]] std::size_t n_ruled_out() const { return denied_keys_.size(); }

private:
    bool deny_innermost(const std::string& path, bool is_small_only);

    std::vector<Choice> taken_;
    std::vector<Choice> denied_;
    std::set<std::pair<std::string, std::string_view>> denied_keys_;
};

} // namespace tiphys::codegen
