#pragma once
// Graphs as text for people and tools: one function for each format.

#include <string>

#include "codegen/graph/graph.h"

namespace tiphys::graph {

/// Lines for a terminal: one task a line, with rails at the left that show what waits for what.
/// Reads from top to bottom; a task hangs on the rails of what it waits for (`├▸●`, `╰▸●`) and
/// feeds the rail of what waits for it (`●─╮`, `●─┤`).
void write_text(const Graph& graph, std::string& out);

/// A digraph for Graphviz, unfolded templates as clusters.
void write_dot(const Graph& graph, std::string& out);

/// A flowchart for Mermaid, as Markdown renderers take it, unfolded templates as subgraphs.
void write_mermaid(const Graph& graph, std::string& out);

/// A picture of its own: no scripts, no fonts to load, a light background.
void write_svg(const Graph& graph, std::string& out);

} // namespace tiphys::graph
