#pragma once
// Texts from outside that end where they are executed, or decide what is: from events and
// submitters through parameters, templates and outputs to scripts, manifests and images.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/front/flow.h"

namespace tiphys::analyze {

/// Who chooses a text, the least capable first.
enum class TaintSource : std::uint8_t {
    kCaller,    ///< whoever calls a template; those that are known pass harmless texts
    kOutput,    ///< an earlier step, out of what others gave it
    kNetwork,   ///< the answer of a server
    kSubmitter, ///< whoever submits the workflow, or resumes it
    kEvent,     ///< whoever can send an event
    kAnyone     ///< whoever reaches an endpoint that asks for no secret
};

/// Where a text ends.
enum class Sink : std::uint8_t {
    kScript, ///< a script or the argument of `sh -c`
    kManifest,
    kPodSpecPatch,
    kHttpUrl,
    kHttpText, ///< body or header
    kExpression,
    kImage,
    kTemplateName,
    kServiceAccount
};

/// A tag in a dangerous place whose text comes from outside.
struct TaintedText {
    Sink sink = Sink::kScript;
    TaintSource source = TaintSource::kCaller;
    const ir::Scalar* scalar = nullptr;
    /// The tag, in bytes of the scalar's value.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    /// The variable that is pasted, as in a simple tag.
    std::string name;
    bool is_json = false;
    /// The object that holds the scalar, and the template around it (null at the workflow's level).
    const ir::Object* owner = nullptr;
    const front::FlowTemplate* inside = nullptr;
    /// From the source on, without the tag itself.
    std::vector<RelatedPlace> path;
    /// The parameter of a trigger or event binding that lets the text in, or null.
    const ir::Object* event_parameter = nullptr;
};

/// Of all workflows that a document specifies, triggers or submits, in the order of the sources'
/// capability, then of the places.
[[nodiscard]] std::vector<TaintedText> find_taints(front::FlowSet& flows,
                                                   const ir::Document& document);

} // namespace tiphys::analyze
