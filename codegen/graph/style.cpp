// How the kinds of nodes look.
#include "codegen/graph/style.h"

#include <array>

namespace tiphys::graph {
namespace {

enum StyleIndex : std::size_t { kWork, kScripts, kObjects, kWaits, kCalls, kOthers, kAway, kLost };

constexpr std::array<Style, 8> kStyles{
    Style{"work", "#eef4ff", "#4a78c2"},       Style{"script", "#f3efff", "#8064c8"},
    Style{"object", "#e9f8ef", "#3f9d67"},     Style{"wait", "#fff6e0", "#c98a1b"},
    Style{"http", "#e3f7f8", "#2b95a0"},       Style{"data", "#fdeef6", "#c0568f"},
    Style{"away", "#ffffff", "#7b8794", true}, Style{"lost", "#fff5f5", "#d64545", true}};

} // namespace

const Style& style_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::kContainer:
    case NodeKind::kGroup:
    case NodeKind::kFolded:
    case NodeKind::kJoin:
        return kStyles[kWork];
    case NodeKind::kScript:
        return kStyles[kScripts];
    case NodeKind::kResource:
    case NodeKind::kTrigger:
        return kStyles[kObjects];
    case NodeKind::kSuspend:
    case NodeKind::kEvent:
        return kStyles[kWaits];
    case NodeKind::kHttp:
        return kStyles[kCalls];
    case NodeKind::kPlugin:
    case NodeKind::kData:
        return kStyles[kOthers];
    case NodeKind::kRecursion:
    case NodeKind::kExternal:
        return kStyles[kAway];
    case NodeKind::kUnknown:
        return kStyles[kLost];
    }
    return kStyles[kWork];
}

std::span<const Style> all_styles() {
    return kStyles;
}

} // namespace tiphys::graph
