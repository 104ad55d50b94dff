// What to write instead of a name that does not exist.
#include "analyzer/suggest.h"

#include <algorithm>

#include "compiler/base/nearest.h"

namespace tiphys::analyze {
namespace {

constexpr std::size_t kMostNamesListed = 8;

/// `message1` is more often a second message than a misspelt `message`.
bool differ_in_digits_only(std::string_view a, std::string_view b) {
    const auto without_digits = [](std::string_view text) {
        std::string letters;
        for (char c : text) {
            if (c < '0' || c > '9') letters += c;
        }
        return letters;
    };
    return without_digits(a) == without_digits(b);
}

} // namespace

Meant meant_name(std::string_view written, std::span<const std::string_view> candidates) {
    const std::string_view name = nearest_name(written, candidates);
    // The same name elsewhere (in another namespace, of another kind) is no better one.
    if (name.empty() || name == written) return {};
    const std::size_t distance = edit_distance(written, name);
    if (distance >= written.size()) return {};
    // Names of one or two letters are always near to each other.
    bool is_certain = distance <= 2 && written.size() > 2 * distance && name.size() > 2 &&
                      !differ_in_digits_only(written, name);
    for (std::string_view other : candidates) {
        const bool is_near = other != name && edit_distance(written, other) <= distance + 1;
        if (is_near) is_certain = false;
    }
    return {name, is_certain};
}

std::string quoted_list(std::span<const std::string_view> names) {
    const std::size_t n_shown = names.size() > kMostNamesListed ? kMostNamesListed : names.size();
    std::string list;
    for (std::size_t i = 0; i < n_shown; ++i) {
        const bool is_last = i + 1 == names.size();
        if (i > 0) list += is_last ? " and " : ", ";
        list.append("`").append(names[i]).append("`");
    }
    if (n_shown < names.size()) {
        list += " and " + std::to_string(names.size() - n_shown) + " more";
    }
    return list;
}

void suggest(Finding finding, Span span, std::string_view written,
             std::span<const std::string_view> candidates, std::string_view what) {
    const Meant meant = meant_name(written, candidates);
    if (meant.name.empty()) {
        if (!candidates.empty()) finding.help(std::string(what) + " " + quoted_list(candidates));
        return;
    }
    const std::string name(meant.name);
    finding.help("did you mean `" + name + "`?");
    const std::string title = "write `" + name + "`";
    if (meant.is_certain) {
        finding.safe_fix(title, {{span, name}});
    } else {
        finding.unsafe_fix(title, {{span, name}});
    }
}

} // namespace tiphys::analyze
