// Semantic versions and constraints as Masterminds/semver has them.
#include "compiler/expr/semver.h"
namespace tiphys::expr {
Value find_version_method(const Value&, std::string_view) {
    return {};
}
} // namespace tiphys::expr
