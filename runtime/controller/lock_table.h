#pragma once
// Locks between the runs of one controller: who holds which.
// Argo: workflow/sync/sync_manager.go.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tiphys::control {

class LockTable {
public:
    using Counts = std::map<std::string, std::int64_t>;
    /// Who holds places of a lock, by its name. Argo: getHolderKey in workflow/sync.
    using Holders = std::map<std::string, std::vector<std::string>>;

    /// What a run holds now.
    void set(const std::string& run, Holders held);
    /// How many places all others hold.
    [[nodiscard]] Counts outside(const std::string& run) const;
    /// How many places of each lock are taken.
    [[nodiscard]] const Counts& held() const { return total_; }
    /// How many places of each lock were taken since the beginning.
    [[nodiscard]] const Counts& taken() const { return taken_; }
    /// Of all runs, in the order of their names.
    [[nodiscard]] std::vector<std::string> holders_of(const std::string& lock) const;

    /// Whether anything has changed since the last call.
    [[nodiscard]] bool take_news() { return std::exchange(is_news_, false); }

private:
    void count_new(const Holders& known, const Holders& held);

    bool is_news_ = false;
    std::map<std::string, Holders> held_;
    Counts total_;
    Counts taken_;
};

} // namespace tiphys::control
