// References to variables of containers.
#include <catch2/catch.hpp>

#include "runtime/core/env_references.h"

namespace tiphys::run {

TEST_CASE("references to variables are replaced as the kubelet does") {
    const Variables known = {{"A", "1"}, {"B", "two words"}, {"A", "last"}, {"D", "$(A)"}};
    CHECK(expand_references("x $(A) $(B)$(A)", known) == "x last two wordslast");
    CHECK(expand_references("$(NONE) $A ${A} $", known) == "$(NONE) $A ${A} $");
    CHECK(expand_references("$$(A) $$$(A) $$$$(A)", known) == "$(A) $last $$(A)");
    CHECK(expand_references("kill $$; echo $(A", known) == "kill $; echo $(A");
    CHECK(expand_references("$(D)", known) == "$(A)");
    CHECK(expand_references("$()", known) == "$()");
    CHECK(expand_references("$(date -u $(A))", known) == "$(date -u $(A))");
}

} // namespace tiphys::run
