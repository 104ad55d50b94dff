#pragma once
// Objects of an API server in memory: lists in pieces, merge patches, watches by labels.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tiphys::fake {

using Labels = std::map<std::string, std::string>;

/// Conditions of a label selector: `a`, `!a`, `a=b`, `a!=b`, with commas between them.
[[nodiscard]] bool matches(const std::string& selector, const Labels& labels);

/// What the server answers.
struct Outcome {
    int status = 200;
    /// JSON: the object, or a Status.
    std::string body;
};
[[nodiscard]] Outcome failure(int status, const std::string& reason, const std::string& message);

/// Objects of one resource. Safe to use from several threads.
class ObjectStore {
public:
    /// `version` and `kind` as objects and lists say them.
    ObjectStore(std::string version, std::string kind)
        : version_(std::move(version)), kind_(std::move(kind)) {}

    [[nodiscard]] Outcome create(const std::string& name_space, const std::string& json);
    [[nodiscard]] Outcome get(const std::string& key) const;
    [[nodiscard]] Outcome patch(const std::string& key, const std::string& merge);
    [[nodiscard]] Outcome remove(const std::string& key);
    void remove_all(const std::string& name_space, const std::string& selector);

    /// `limit` 0: all; `after`: the key that the piece before has ended with.
    [[nodiscard]] Outcome list(const std::string& name_space, const std::string& selector,
                               std::size_t limit, const std::string& after) const;

    struct Watch {
        std::string name_space;
        std::string selector;
        /// Position among all changes.
        std::uint64_t position = 0;
    };
    /// Nothing: changes since that version are no longer known.
    [[nodiscard]] std::shared_ptr<Watch> watch(const std::string& name_space,
                                               const std::string& selector, std::uint64_t version);
    /// Lines of the watch that have come up; empty where there was nothing for a while.
    [[nodiscard]] std::string take(Watch& watch);

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<std::string> keys() const;

private:
    struct Object {
        std::string json;
        Labels labels;
    };
    struct Change {
        std::string key;
        std::shared_ptr<const std::string> json;
        /// Nothing: it was not there.
        std::optional<Labels> before;
        std::optional<Labels> after;
    };
    void note(Change change);
    void forget_told();

    std::string version_;
    std::string kind_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Object> objects_;
    /// Changes with resource versions from `first_` on.
    std::deque<Change> changes_;
    std::uint64_t first_ = 1;
    std::vector<std::weak_ptr<Watch>> watches_;
};

} // namespace tiphys::fake
