// Notations that an import has tried.
#include "codegen/tiphys/choices.h"

#include "codegen/tiphys/differences.h"

namespace tiphys::codegen {

bool Choices::take(const std::string& path, std::string_view notation) {
    if (!allows(path, notation)) return false;
    taken_.push_back({path, notation});
    return true;
}

bool Choices::allows(const std::string& path, std::string_view notation) const {
    return !denied_keys_.contains({path, notation});
}

void Choices::withdraw(const std::string& path, std::string_view notation) {
    denied_keys_.emplace(path, notation);
}

bool Choices::deny(const std::string& path) {
    const Choice* innermost = nullptr;
    for (const Choice& choice : taken_) {
        if (!allows(choice.path, choice.notation)) continue;
        const bool is_around = is_within(path, choice.path);
        const bool is_closer = innermost == nullptr || choice.path.size() >= innermost->path.size();
        if (is_around && is_closer) innermost = &choice;
    }
    if (innermost == nullptr) return false;
    denied_.push_back(*innermost);
    denied_keys_.emplace(innermost->path, innermost->notation);
    return true;
}

} // namespace tiphys::codegen
