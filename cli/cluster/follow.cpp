// Watches on one workflow.
#include "cli/cluster/follow.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <ostream>

#include "cli/cluster/pod_logs.h"
#include "cli/progress_plain.h"
#include "cli/progress_tree.h"
#include "cli/runs/execution.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::cli {
namespace {

/// Refusals that waiting does not mend.
bool is_final(const kube::Response& response) {
    return response.status == 401 || response.status == 403 || response.status == 404;
}

/// Who is waited for by name is there already: a server that is away from the first try on is named
/// instead. Later it may come back.
constexpr int kMostFirstFailures = 4;

/// What a watch has told of the workflow.
struct Told {
    std::optional<Error> error;
    /// The answer that ended it.
    std::optional<kube::Response> refusal;
    int n_failures = 0;
    bool is_absent = false;
    bool is_seen = false;
    bool is_enough = false;
};

void take(const kube::WatchEvent& event, const Follower& follower, Told& told) {
    using Kind = kube::WatchEvent::Kind;
    switch (event.kind) {
    case Kind::kAdded:
    case Kind::kModified: {
        if (told.is_enough) return;
        told.is_seen = true;
        const auto view = read_workflow(event.object);
        if (!view) {
            told.error = view.error();
        } else {
            told.is_enough = !follower.changed(*view);
        }
        return;
    }
    case Kind::kDeleted:
        told.error = Error{"workflow `" + event.name + "` was deleted"};
        return;
    case Kind::kSynced:
        told.is_absent = !told.is_seen;
        return;
    case Kind::kFailed: {
        const bool is_given_up = !told.is_seen && ++told.n_failures >= kMostFirstFailures;
        if (is_given_up || is_final(*event.failure)) told.refusal = *event.failure;
        return;
    }
    }
}

std::string outcome_text(const WorkflowView& workflow, bool with_colour) {
    const bool good = workflow.phase == "Succeeded";
    const run::Phase phase = good ? run::Phase::kSucceeded : run::Phase::kFailed;
    const PageHead& head = workflow.head;
    std::string words = std::string(phase_sign(phase)) + " " + head.name + " " + workflow.phase +
                        " (" + elapsed_text(head.finished_ms - head.started_ms) + ")";
    words = in_phase_colour(phase, words, with_colour);
    return head.message.empty() ? words : words + ": " + head.message;
}

/// Shows a workflow as it changes: on a terminal as a tree that is drawn over, elsewhere as a line
/// for each node that has changed.
class Show {
public:
    Show(Streams& streams, const NodeSelector* selector)
        : streams_(streams), selector_(selector),
          with_colour_(streams.out_is_terminal && std::getenv("NO_COLOR") == nullptr) {}

    void changed(const WorkflowView& workflow) {
        workflow_ = workflow;
        if (streams_.out_is_terminal) {
            draw();
        } else {
            write_changes();
        }
    }

    void draw() {
        if (!streams_.out_is_terminal || !workflow_) return;
        if (n_drawn_ > 0) streams_.out << "\033[" << n_drawn_ << "A\r\033[J";
        const TerminalSize size = terminal_size();
        std::vector<std::string> lines =
            tree_lines(*workflow_, unix_ms(), with_colour_, false, selector_);
        const bool is_over = is_fulfilled(*workflow_);
        if (!is_over && lines.size() + 1 > size.n_rows) {
            const std::size_t n_left_out = lines.size() + 2 - size.n_rows;
            lines.resize(size.n_rows - 2);
            lines.push_back("… " + std::to_string(n_left_out) + " more lines");
        }
        for (const std::string& line : lines) {
            streams_.out << cut_to_width(line, size.n_columns - 1) << "\n";
        }
        n_drawn_ = lines.size();
        streams_.out.flush();
    }

    int finish() {
        streams_.out << outcome_text(*workflow_, with_colour_) << "\n";
        return exit_code_of(*workflow_);
    }

private:
    void write_changes() {
        for (const NodeView& node : workflow_->nodes) {
            const bool is_leaf = node.type == "Pod" || node.type == "Suspend" ||
                                 node.type == "HTTP" || node.type == "Plugin";
            if (!is_leaf || (selector_ != nullptr && !matches(*selector_, node))) continue;
            auto& shown = shown_[node.id];
            std::pair<run::Phase, std::string> now(node.phase, node.message);
            if (shown == now) continue;
            shown = std::move(now);
            std::string line =
                std::string(phase_sign(node.phase)) + " " + short_name(*workflow_, node);
            if (node.finished_ms != 0) {
                line += " (" + elapsed_text(node.finished_ms - node.started_ms) + ")";
            }
            if (!node.message.empty()) line += ": " + node.message;
            streams_.out << line << "\n";
        }
        streams_.out.flush();
    }

    Streams& streams_;
    const NodeSelector* selector_;
    bool with_colour_;
    std::optional<WorkflowView> workflow_;
    std::map<std::string, std::pair<run::Phase, std::string>> shown_;
    std::size_t n_drawn_ = 0;
};

} // namespace

Result<Done> follow_workflow(const Cluster& cluster, const std::string& name,
                             const Follower& follower) {
    kube::WatchRequest watch;
    watch.resource = cluster.resource(kWorkflows);
    watch.field_selector = "metadata.name=" + name;
    Told told;
    const kube::WatchId id = cluster.client().watch(
        watch, [&](const kube::WatchEvent& event) { take(event, follower, told); });
    while (!told.error && !told.refusal && !told.is_absent && !told.is_enough) {
        cluster.client().poll(unix_ms() + follower.tick_ms);
        if (follower.tick) follower.tick();
    }
    cluster.client().end_watch(id);
    if (told.error) return *told.error;
    if (told.refusal) {
        kube::Request request;
        request.resource = watch.resource;
        if (told.is_seen) request.query = {{"watch", "true"}};
        return Error{kube::failure_text(cluster.client(), request, *told.refusal)};
    }
    if (told.is_absent) {
        if (auto known = cluster.check_namespace(cluster.name_space()); !known) {
            return known.error();
        }
        return Error{"there is no workflow `" + name + "` in namespace `" + cluster.name_space() +
                     "`"};
    }
    return Done{};
}

int exit_code_of(const WorkflowView& workflow) {
    return workflow.phase == "Succeeded" ? kExitFine : kExitFindings;
}

Result<int> watch_workflow(const Cluster& cluster, const std::string& name,
                           const NodeSelector* selector, Streams& streams) {
    Show show(streams, selector);
    Follower follower;
    follower.changed = [&](const WorkflowView& workflow) {
        show.changed(workflow);
        return !is_fulfilled(workflow);
    };
    follower.tick = [&] { show.draw(); };
    if (auto followed = follow_workflow(cluster, name, follower); !followed) {
        return followed.error();
    }
    return show.finish();
}

Result<int> watch_workflows(const Cluster& cluster, const std::vector<std::string>& names,
                            const NodeSelector* selector, Streams& streams) {
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        TIPHYS_TRY(code, watch_workflow(cluster, name, selector, streams));
        if (code != kExitFine) return code;
    }
    return kExitFine;
}

Result<int> follow_as_asked(const Cluster& cluster, const std::vector<std::string>& names,
                            const FollowChoice& choice, Streams& streams) {
    if (choice.is_watching) {
        TIPHYS_TRY(selector, NodeSelector::parse(choice.shown_nodes));
        const bool is_all = choice.shown_nodes.empty();
        return watch_workflows(cluster, names, is_all ? nullptr : &selector, streams);
    }
    if (choice.with_log) {
        for (const std::string& name : names) {
            LogQuery query;
            query.workflow = name;
            query.follows = true;
            TIPHYS_TRY(shown, log_workflow(cluster, query, streams));
            static_cast<void>(shown);
        }
    }
    if (!choice.is_waiting && !choice.with_log) return kExitFine;
    return wait_for_workflows(cluster, names, false, streams);
}

Result<int> wait_for_workflows(const Cluster& cluster, const std::vector<std::string>& names,
                               bool may_be_absent, Streams& streams) {
    int worst = kExitFine;
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        if (may_be_absent) {
            kube::Request request;
            request.resource = cluster.resource(kWorkflows, name);
            if (cluster.client().call(request).status == 404) continue;
        }
        std::string phase;
        Follower follower;
        follower.changed = [&](const WorkflowView& workflow) {
            phase = workflow.phase;
            worst = std::max(worst, is_fulfilled(workflow) ? exit_code_of(workflow) : kExitFine);
            return !is_fulfilled(workflow);
        };
        if (auto followed = follow_workflow(cluster, name, follower); !followed) {
            return followed.error();
        }
        streams.out << "workflow " << name << " " << phase << "\n" << std::flush;
    }
    return worst;
}

} // namespace tiphys::cli
