// "Did you mean": the known name that is nearest to what was written.
#include "compiler/base/nearest.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace tiphys {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[b.size()];
}

std::string_view nearest_name(std::string_view written,
                              std::span<const std::string_view> candidates) {
    // Names longer than any Kubernetes allows are not misspelt ones.
    if (written.empty() || written.size() > 256) return {};
    const std::string lower = lower_case(written);
    const std::size_t most = std::max<std::size_t>(1, written.size() / 3);
    std::string_view best;
    std::size_t best_distance = most + 1;
    for (std::string_view candidate : candidates) {
        const std::size_t difference = candidate.size() > written.size()
                                           ? candidate.size() - written.size()
                                           : written.size() - candidate.size();
        if (difference >= best_distance || candidate.empty()) continue;
        const std::size_t distance = edit_distance(lower, lower_case(candidate));
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

} // namespace tiphys
