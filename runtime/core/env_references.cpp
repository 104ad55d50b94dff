// Replacing references to variables.

#include "runtime/core/env_references.h"

#include <algorithm>

namespace tiphys::run {

std::string expand_references(std::string_view text, const Variables& known) {
    std::string out;
    while (true) {
        const std::size_t dollar = text.find('$');
        if (dollar == text.npos || dollar + 1 == text.size()) return out.append(text);
        out.append(text.substr(0, dollar));
        text.remove_prefix(dollar);
        const std::size_t close = text[1] == '(' ? text.find(')') : text.npos;
        if (close == text.npos) {
            // Of two dollars one is left; any other character stays behind its own.
            out.append(text[1] == '$' ? "$" : text.substr(0, 2));
            text.remove_prefix(2);
            continue;
        }
        const std::string_view name = text.substr(2, close - 2);
        const auto found = std::find_if(known.rbegin(), known.rend(),
                                        [&](const auto& each) { return each.first == name; });
        out.append(found == known.rend() ? text.substr(0, close + 1) : found->second);
        text.remove_prefix(close + 1);
    }
}

} // namespace tiphys::run
