// How many pods the tasks of a DAG have at the same time at most.
#include "analyzer/widest_set.h"

#include <algorithm>
#include <queue>

namespace tiphys::analyze {
namespace {

/// The largest flow from each element's own side to those that come after it: what chains can be
/// joined.
class Joining {
public:
    Joining(const std::vector<std::int64_t>& weights,
            const std::function<bool(std::size_t, std::size_t)>& is_before)
        : n_(weights.size()), left_(weights), right_(weights), flow_(n_ * n_), edges_(n_) {
        for (std::size_t a = 0; a < n_; ++a) {
            for (std::size_t b = 0; b < n_; ++b) {
                if (a != b && is_before(a, b)) edges_[a].push_back(b);
            }
        }
    }

    std::int64_t run() {
        std::int64_t total = 0;
        for (std::int64_t more = augment(); more > 0; more = augment())
            total += more;
        return total;
    }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    /// One breadth-first path of what is left, from any left side to any right side.
    std::int64_t augment() {
        std::vector<std::size_t> from_left(n_, kNone);  // of a right side: the left one before it
        std::vector<std::size_t> from_right(n_, kNone); // of a left side
        std::vector<bool> seen(n_, false);
        std::queue<std::size_t> open;
        for (std::size_t a = 0; a < n_; ++a) {
            seen[a] = left_[a] > 0;
            if (seen[a]) open.push(a);
        }
        while (!open.empty()) {
            const std::size_t a = open.front();
            open.pop();
            for (const std::size_t b : edges_[a]) {
                if (from_left[b] != kNone) continue;
                from_left[b] = a;
                if (right_[b] > 0) return push(b, from_left, from_right);
                for (std::size_t c = 0; c < n_; ++c) {
                    if (seen[c] || flow_[c * n_ + b] == 0) continue;
                    seen[c] = true;
                    from_right[c] = b;
                    open.push(c);
                }
            }
        }
        return 0;
    }

    std::int64_t push(std::size_t end, const std::vector<std::size_t>& from_left,
                      const std::vector<std::size_t>& from_right) {
        std::int64_t amount = right_[end];
        std::size_t b = end;
        for (;;) {
            const std::size_t a = from_left[b];
            if (from_right[a] == kNone) {
                amount = std::min(amount, left_[a]);
                break;
            }
            b = from_right[a];
            amount = std::min(amount, flow_[a * n_ + b]);
        }
        right_[end] -= amount;
        for (b = end;;) {
            const std::size_t a = from_left[b];
            flow_[a * n_ + b] += amount;
            if (from_right[a] == kNone) {
                left_[a] -= amount;
                return amount;
            }
            b = from_right[a];
            flow_[a * n_ + b] -= amount;
        }
    }

    std::size_t n_;
    std::vector<std::int64_t> left_;
    std::vector<std::int64_t> right_;
    std::vector<std::int64_t> flow_;
    std::vector<std::vector<std::size_t>> edges_;
};

} // namespace

std::int64_t widest_set(const std::vector<std::int64_t>& weights,
                        const std::function<bool(std::size_t, std::size_t)>& is_before) {
    std::int64_t total = 0;
    for (const std::int64_t weight : weights)
        total += weight;
    return total - Joining(weights, is_before).run();
}

} // namespace tiphys::analyze
