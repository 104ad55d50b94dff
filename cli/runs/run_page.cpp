// The head of the page, and the tree below it.
#include "cli/runs/run_page.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/progress_plain.h"
#include "cli/progress_tree.h"
#include "cli/runs/page_head.h"
#include "cli/runs/state_folder.h"
#include "runtime/backends/process/keeper_messages.h"
#include "runtime/journal/run_log.h"

namespace tiphys::cli {
namespace {

/// What all processes of a node used.
struct ResourceUse {
    std::int64_t cpu_ms = 0;
    std::int64_t memory_kib = 0;
};

std::map<run::NodeId, ResourceUse> uses_of(const std::string& folder) {
    std::map<run::NodeId, ResourceUse> uses;
    for (const auto& [key, end] : run::read_records(folder)) {
        ResourceUse& use = uses[key.node];
        use.cpu_ms += end.cpu_ms;
        use.memory_kib = std::max(use.memory_kib, end.memory_kib);
    }
    return uses;
}

std::string size_text(std::int64_t kib) {
    if (kib < 1024) return std::to_string(kib) + " KiB";
    return std::to_string(kib / 1024) + " MiB";
}

class Page {
public:
    Page(const std::string& state_path, const LoadedRun& loaded, const run::State& state,
         const PageOptions& options, std::ostream& out)
        : state_path_(state_path), record_(loaded.record), state_(state), options_(options),
          out_(out) {}

    void write() {
        if (!options_.is_short) {
            write_head(head(), unix_ms(), out_);
            out_ << "\n";
        }
        TreeView view;
        view.with_colour = options_.with_colour;
        const std::string folder = run_folder(state_path_, record_.name);
        const std::map<run::NodeId, ResourceUse> uses = uses_of(folder);
        view.shown = [this](run::NodeId id) {
            return options_.selector == nullptr || options_.selector->matches(state_, id);
        };
        view.details = [this, &uses](run::NodeId id) {
            const auto found = uses.find(id);
            return details_of(id, found == uses.end() ? nullptr : &found->second);
        };
        const std::int64_t now = state_.finished_ms != 0 ? state_.finished_ms : unix_ms();
        for (const std::string& line : tree_lines(state_, now, view)) {
            out_ << line << "\n";
        }
    }

private:
    [[nodiscard]] PageHead head() const {
        PageHead head;
        head.name = record_.name;
        head.namespace_name = record_.namespace_name;
        head.status = status_text(state_path_, record_);
        head.message = state_.message;
        head.repeats = record_.previous;
        head.created_ms = record_.created_ms;
        head.started_ms = state_.started_ms;
        head.finished_ms = state_.finished_ms;
        run::RunSummary summary;
        run::count_done(state_, summary);
        head.progress = std::to_string(summary.n_done) + "/" + std::to_string(summary.n_all);
        head.parameters = record_.inputs.parameters;
        for (const run::ParameterValue& output : state_.global_outputs.parameters) {
            head.outputs.emplace_back(output.name, output.value.value_or(""));
        }
        if (is_interrupted(state_path_, record_)) {
            head.go_on = "tiphys run --resume " + record_.name;
        } else if (record_.summary.suspended) {
            head.go_on = "tiphys resume " + record_.name;
        }
        return head;
    }

    /// Why it waits, and in the wide form what it was given, what it gave and what it took.
    std::string details_of(run::NodeId id, const ResourceUse* use) const {
        const run::Node& node = state_.nodes[id];
        std::string text;
        const bool waits = node.phase == run::Phase::kPending && node.message == 0;
        if (waits && !record_.closed) {
            text = is_live(state_path_, record_) ? "waits for a free place (`--jobs`)"
                                                 : "not begun when the run was interrupted";
        }
        const bool asks = node.type == run::NodeType::kSuspend &&
                          node.phase == run::Phase::kRunning && node.message == 0;
        if (asks) text = "waits for `tiphys resume " + record_.name + "`";
        if (!options_.is_wide) return text;
        const auto add = [&](const std::string& more) {
            text += (text.empty() ? "" : "  ") + more;
        };
        if (use != nullptr) {
            add("cpu " + elapsed_text(use->cpu_ms) + ", memory " + size_text(use->memory_kib));
        }
        if (const run::Outputs* outputs = run::outputs_of(state_, id)) {
            if (outputs->result) add("result=" + in_one_line(*outputs->result));
            for (const run::ParameterValue& output : outputs->parameters) {
                add(output.name + "=" + in_one_line(output.value.value_or("")));
            }
            for (const run::Artifact& artifact : outputs->artifacts) {
                add(artifact.name + "→" + artifact.location);
            }
        }
        return text;
    }

    const std::string& state_path_;
    const run::RunRecord& record_;
    const run::State& state_;
    const PageOptions& options_;
    std::ostream& out_;
};

} // namespace

void write_page(const std::string& state_path, const LoadedRun& loaded, const run::State& state,
                const PageOptions& options, std::ostream& out) {
    Page(state_path, loaded, state, options, out).write();
}

} // namespace tiphys::cli
