#pragma once
// A run in virtual time as a picture.

#include <string>
#include <vector>

#include "runtime/simulation_report.h"

namespace tiphys::run {

/// SVG: a bar for each pod over time with its wait before it; where there are too many pods for
/// that, the number of pods that run over time, by template.
[[nodiscard]] std::string gantt_svg(const State& state, const std::vector<PodSpan>& pods,
                                    const SimulationReport& report);

} // namespace tiphys::run
