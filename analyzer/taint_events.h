#pragma once
// What events may write into workflows: the parameters of triggers, and those of event bindings.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/taint_graph.h"
#include "schemas/events.gen.h"

namespace tiphys::analyze {

/// A parameter of a trigger whose object stands in the Sensor, and the path in that object.
struct TriggerWrite {
    const events::TriggerParameter* parameter = nullptr;
    /// The embedded object.
    const ir::Object* object = nullptr;
    /// The path without the way to the object in the trigger, cut at its dots.
    std::vector<std::string> path;
};

/// Of all triggers of a Sensor, in source order.
[[nodiscard]] std::vector<TriggerWrite> trigger_writes(const events::Sensor& sensor);

/// A value that somebody outside chooses: who, and in words.
struct EventValue {
    TaintSource source = TaintSource::kEvent;
    std::string words;
};

/// What an event brings; nothing for constants, the event's own context, numbers and ids that the
/// sender's platform makes, and values that a filter of the dependency ties down.
[[nodiscard]] std::optional<EventValue> event_value(const events::Sensor& sensor,
                                                    const events::TriggerParameter& parameter,
                                                    const ir::Project& project, FileId asking);

/// The value that a path leads to, numbers and `#(name=="x")` followed; null where it leads
/// nowhere.
[[nodiscard]] const ir::Value* follow_queries(const ir::Value& root,
                                              std::span<const std::string> path);

/// Variables of the workflows in a Sensor, or of the one that a WorkflowEventBinding submits, that
/// events fill.
struct EventSeeds {
    const front::Flow* root = nullptr;
    std::vector<TaintSeed> seeds;
};
[[nodiscard]] std::vector<EventSeeds> event_seeds(front::FlowSet& flows,
                                                  const ir::Document& document);

} // namespace tiphys::analyze
