#pragma once
// The graph of a workflow as it is drawn: tasks and steps with what runs before what, templates
// unfolded into groups. Every drawing format is a rendering of these structures.

#include <cstdint>
#include <string>
#include <vector>

namespace tiphys::graph {

/// What a node does, which decides on its colour and shape.
enum class NodeKind : std::uint8_t {
    kContainer,
    kScript,
    kResource,
    kSuspend,
    kHttp,
    kPlugin,
    kData,
    kGroup,     ///< unfolded: `inner` holds what it runs
    kFolded,    ///< runs further tasks that are not drawn, for depth or size
    kRecursion, ///< calls a template that is drawn around it
    kExternal,  ///< a template of an object that is not in the project
    kUnknown,   ///< a template that does not exist, or that only the run can tell
    kEvent,     ///< an event dependency of a Sensor
    kTrigger,   ///< what a Sensor does, where it does not run a workflow
    kJoin       ///< no task: all of one group of steps before all of the next
};

enum class EdgeKind : std::uint8_t {
    kAfter, ///< `to` waits for `from`
    kHook,  ///< `to` is a hook or exit handler of `from`
    kBack   ///< `to` waits for `from`, and with that for itself
};

/// Between nodes of one group, by their index.
struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
    EdgeKind kind = EdgeKind::kAfter;
    /// The result waited for where it is not success, or the hook's name and condition.
    std::string label;
};

enum class GroupKind : std::uint8_t { kDag, kSteps, kContainerSet, kSensor, kPlain };

struct Node;

/// Nodes in source order, and the edges between them, ordered by `to`. Without the edges of kind
/// kBack there is no cycle. No edge leads from a node to itself.
struct Group {
    GroupKind kind = GroupKind::kPlain;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
};

struct Node {
    NodeKind kind = NodeKind::kContainer;
    /// The task's or step's name; the template's where nothing calls it by a name.
    std::string name;
    /// What it runs: `echo · container`.
    std::string detail;
    /// `×3`, `×inputs.parameters.files`; empty without a loop.
    std::string loop;
    /// The condition `when`, as written; empty without one.
    std::string when;
    /// `depends`, as written, where edges and their labels do not say all of it.
    std::string depends;
    /// One group where the kind is kGroup.
    std::vector<Group> inner;
};

struct Graph {
    /// The object's kind and name.
    std::string kind;
    std::string name;
    /// What is drawn of it: `entrypoint main`, `schedule 0 * * * *`.
    std::string subtitle;
    Group root;
};

} // namespace tiphys::graph
