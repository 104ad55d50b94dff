// Notations that an import has tried.
#include "codegen/tiphys/choices.h"

#include "codegen/tiphys/differences.h"

namespace tiphys::codegen {
namespace {

bool is_large(const Choice& choice) {
    return choice.path.empty() || choice.notation == "template" ||
           choice.notation == "plain template" || choice.notation == "templates";
}

} // namespace

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
    return deny_innermost(path, false);
}

bool Choices::deny_small(const std::string& path) {
    return deny_innermost(path, true);
}

bool Choices::deny_innermost(const std::string& path, bool is_small_only) {
    const Choice* innermost = nullptr;
    for (const Choice& choice : taken_) {
        if (!allows(choice.path, choice.notation)) continue;
        const bool is_around = is_within(path, choice.path);
        const bool is_closer = innermost == nullptr || choice.path.size() >= innermost->path.size();
        if (is_around && is_closer) innermost = &choice;
    }
    if (innermost == nullptr || (is_small_only && is_large(*innermost))) return false;
    denied_.push_back(*innermost);
    denied_keys_.emplace(innermost->path, innermost->notation);
    return true;
}

} // namespace tiphys::codegen
