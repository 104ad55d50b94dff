// Edits, patches and deletions.
#include "cli/cluster/change.h"

#include <algorithm>
#include <functional>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/cluster/again.h"
#include "cli/cluster/submission.h"
#include "cli/runs/execution.h"
#include "runtime/io/json_fields.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::object_at;
using run::text_of;

using Names = std::vector<std::string>;

json metadata_of(const std::string& object) {
    return object_at(json::parse(object, nullptr, false), "metadata");
}

/// Does it with each and says `workflow NAME ‹done›`.
Result<int> with_each(const Cluster& cluster, const Names& names, std::string_view done,
                      Streams& streams,
                      const std::function<Result<Done>(const std::string& name)>& work) {
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        if (auto worked = work(name); !worked) return worked.error();
        streams.out << "workflow " << name << " " << done << "\n";
    }
    return kExitFine;
}

Result<int> edit_each(const Cluster& cluster, const Names& names, std::string_view done,
                      Streams& streams, const ObjectEdit& edit) {
    return with_each(cluster, names, done, streams, [&](const std::string& name) -> Result<Done> {
        TIPHYS_TRY(edited, cluster.edit(kWorkflows, name, edit));
        static_cast<void>(edited);
        return Done{};
    });
}

/// The words for what a trial would do.
std::string words_for(std::string_view done, bool is_trial) {
    return (is_trial ? "would be " : "") + std::string(done);
}

Result<Names> unfinished_workflows(const Cluster& cluster, const ShutdownWishes& wishes) {
    return meant_workflows(cluster, wishes.names, wishes.selectors,
                           "workflows.argoproj.io/completed!=true");
}

/// Argo: patchShutdownStrategy.
Result<int> shut_down(const Cluster& cluster, const ShutdownWishes& wishes, const char* strategy,
                      std::string_view done, Streams& streams) {
    const std::string patch = json{{"spec", {{"shutdown", strategy}}}}.dump();
    TIPHYS_TRY(names, unfinished_workflows(cluster, wishes));
    const auto work = [&](const std::string& name) -> Result<Done> {
        TIPHYS_TRY(object, cluster.get(kWorkflows, name));
        if (auto running = check_running(object); !running) return running;
        if (wishes.is_trial) return Done{};
        TIPHYS_TRY(patched, cluster.patch(kWorkflows, name, patch));
        static_cast<void>(patched);
        return Done{};
    };
    return with_each(cluster, names, words_for(done, wishes.is_trial), streams, work);
}

/// Fails the suspend nodes that match.
Result<int> fail_nodes(const Cluster& cluster, const ShutdownWishes& wishes,
                       const std::string& selector, const std::string& message, Streams& streams) {
    TIPHYS_TRY(names, unfinished_workflows(cluster, wishes));
    const NodeChange change{"Failed", message, {}};
    if (!wishes.is_trial) return set_nodes(cluster, names, selector, change, streams);
    TIPHYS_TRY(parsed, NodeSelector::parse(selector));
    const auto look = [&](const std::string& name) -> Result<Done> {
        TIPHYS_TRY(object, cluster.get(kWorkflows, name));
        TIPHYS_TRY(edited, nodes_set(object, parsed, change, unix_ms()));
        static_cast<void>(edited);
        return Done{};
    };
    return with_each(cluster, names, words_for("updated", true), streams, look);
}

Result<Done> remove_pods(const Cluster& cluster, const Names& pods) {
    for (const std::string& pod : pods) {
        kube::Request request;
        request.method = "DELETE";
        request.resource = cluster.resource(kPods, pod);
        const kube::Response response = cluster.client().call(request);
        // Many are gone already: the controller cleans up.
        if (response.ok() || response.status == 404) continue;
        return Error{"cannot delete pod `" + pod + "`: " + response.message()};
    }
    return Done{};
}

GetForm form_of(const std::string& output) {
    GetForm form;
    form.output = output;
    return form;
}

Result<Done> release(const Cluster& cluster, const std::string& name) {
    TIPHYS_TRY(patched, cluster.patch(kWorkflows, name, R"({"metadata":{"finalizers":null}})"));
    static_cast<void>(patched);
    return Done{};
}

} // namespace

Result<int> suspend_workflows(const Cluster& cluster, const Names& names, Streams& streams) {
    return edit_each(cluster, names, "suspended", streams,
                     [](const std::string& object) { return suspended(object); });
}

Result<int> resume_workflows(const Cluster& cluster, const Names& names,
                             const std::string& selector, Streams& streams) {
    TIPHYS_TRY(parsed, NodeSelector::parse(selector));
    return edit_each(cluster, names, "resumed", streams, [&](const std::string& object) {
        return resumed(object, selector.empty() ? nullptr : &parsed, unix_ms());
    });
}

Result<Names> meant_workflows(const Cluster& cluster, Names names, ListQuery query,
                              const std::string& labels) {
    if (!query.chooses()) return names;
    query.labels += (query.labels.empty() || labels.empty() ? "" : ",") + labels;
    TIPHYS_TRY(objects, cluster.list(kWorkflows, query));
    for (const std::string& object : objects) {
        std::string name = text_of(metadata_of(object), "name");
        const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
        if (!is_known) names.push_back(std::move(name));
    }
    if (names.empty()) return Error{"there are no such workflows"};
    return names;
}

Result<int> stop_workflows(const Cluster& cluster, const ShutdownWishes& wishes,
                           const std::string& selector, const std::string& message,
                           Streams& streams) {
    if (selector.empty()) return shut_down(cluster, wishes, "Stop", "stopped", streams);
    return fail_nodes(cluster, wishes, selector, message, streams);
}

Result<int> terminate_workflows(const Cluster& cluster, const ShutdownWishes& wishes,
                                Streams& streams) {
    return shut_down(cluster, wishes, "Terminate", "terminated", streams);
}

Result<int> set_nodes(const Cluster& cluster, const Names& names, const std::string& selector,
                      const NodeChange& change, Streams& streams) {
    TIPHYS_TRY(parsed, NodeSelector::parse(selector));
    return edit_each(cluster, names, "updated", streams, [&](const std::string& object) {
        return nodes_set(object, parsed, change, unix_ms());
    });
}

Result<Names> retry_workflows(const Cluster& cluster, const Names& names, const RetryWishes& wishes,
                              Streams& streams) {
    TIPHYS_TRY(selector, NodeSelector::parse(wishes.selector));
    TIPHYS_TRY(parameters, parse_parameters(wishes.parameters));
    const bool restarts = wishes.restarts_successful && !wishes.selector.empty();
    const auto edit = [&](const std::string& object) -> Result<std::string> {
        TIPHYS_TRY(again, retried(object, restarts ? &selector : nullptr, parameters, unix_ms()));
        // A pod of the same name would be taken for the new one.
        if (auto removed = remove_pods(cluster, again.pods); !removed) return removed.error();
        return again.workflow;
    };
    Names done;
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        TIPHYS_TRY(edited, cluster.edit(kWorkflows, name, edit));
        if (wishes.output.empty()) {
            streams.out << "workflow " << name << " retried\n";
        } else if (auto written = write_workflow(edited, form_of(wishes.output), streams);
                   !written) {
            return written.error();
        }
        done.push_back(std::move(name));
    }
    return done;
}

Result<Names> resubmit_workflows(const Cluster& cluster, const Names& names,
                                 const ResubmitWishes& wishes, Streams& streams) {
    TIPHYS_TRY(given, parse_parameters(wishes.parameters));
    Names copies;
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        TIPHYS_TRY(object, cluster.get(kWorkflows, name));
        constexpr std::size_t kSuffix = 5;
        TIPHYS_TRY(copy, resubmitted(object, wishes.is_memoized, random_letters(kSuffix), given,
                                     unix_ms()));
        if (wishes.priority) {
            Overrides overrides;
            overrides.priority = wishes.priority;
            TIPHYS_TRY(changed, with_overrides(copy, overrides));
            copy = std::move(changed);
        }
        TIPHYS_TRY(made, cluster.create(kWorkflows, copy));
        copies.push_back(text_of(metadata_of(made), "name"));
        if (wishes.output.empty()) {
            streams.out << "workflow " << name << " resubmitted as " << copies.back() << "\n";
        } else if (auto written = write_workflow(made, form_of(wishes.output), streams); !written) {
            return written.error();
        }
    }
    return copies;
}

Result<int> delete_workflows(const Cluster& cluster, const DeleteWishes& wishes, Streams& streams) {
    std::vector<std::pair<std::string, std::string>> chosen;
    for (const std::string& wanted : wishes.names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        chosen.emplace_back(cluster.name_space(), name);
    }
    if (wishes.names.empty()) {
        TIPHYS_TRY(objects, chosen_workflows(cluster, wishes.query));
        for (const std::string& object : objects) {
            const json meta = metadata_of(object);
            chosen.emplace_back(text_of(meta, "namespace"), text_of(meta, "name"));
        }
    }
    for (const auto& [name_space, name] : chosen) {
        if (!wishes.is_trial) {
            if (wishes.is_forced) {
                if (auto released = release(cluster, name); !released) return released.error();
            }
            if (auto removed = cluster.remove(kWorkflows, name, name_space); !removed) {
                return removed.error();
            }
        }
        streams.out << "workflow " << name << (wishes.is_trial ? " would be" : "") << " deleted\n";
    }
    if (chosen.empty()) streams.err << "tiphys: there are no such workflows\n";
    return kExitFine;
}

} // namespace tiphys::cli
