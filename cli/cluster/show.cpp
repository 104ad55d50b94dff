// Tables and pages.
#include "cli/cluster/show.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/cluster/workflow_view.h"
#include "cli/progress_plain.h"
#include "cli/runs/execution.h"
#include "cli/runs/run_objects.h"
#include "cli/table.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;

struct Listed {
    WorkflowView view;
    std::string object;
};

/// `a,b`: both hold.
void add_condition(std::string& selector, const std::string& condition) {
    selector += (selector.empty() ? "" : ",") + condition;
}

/// Argo: listWorkflows in cmd/argo/commands/list.go.
ListQuery selectors_of(const WorkflowQuery& query) {
    ListQuery list = query.selectors;
    const RunFilter& filter = query.filter;
    const std::string prefix = "workflows.argoproj.io/";
    if (!filter.phases.empty()) {
        std::string phases;
        for (const std::string& phase : filter.phases) {
            phases += (phases.empty() ? "" : ",") + phase;
        }
        add_condition(list.labels, prefix + "phase in (" + phases + ")");
    }
    if (filter.completed) add_condition(list.labels, prefix + "completed=true");
    if (filter.running) add_condition(list.labels, prefix + "completed!=true");
    if (filter.resubmitted) add_condition(list.labels, prefix + "resubmitted-from-workflow");
    return list;
}

std::string parameters_text(const WorkflowView& view) {
    std::string text;
    for (const auto& [name, value] : view.head.parameters) {
        text += (text.empty() ? "" : ",") + name + "=" + value;
    }
    return text;
}

TableRow row_of(const WorkflowView& view, const ListForm& form) {
    const PageHead& head = view.head;
    const std::int64_t end = head.finished_ms != 0 ? head.finished_ms : unix_ms();
    TableRow row;
    if (form.with_namespaces) row.push_back(head.namespace_name);
    row.insert(row.end(), {head.name, head.status, age_text(unix_ms() - head.created_ms),
                           head.started_ms == 0 ? "-" : elapsed_text(end - head.started_ms),
                           head.progress.empty() ? "-" : head.progress});
    if (form.output == "wide") row.push_back(parameters_text(view));
    row.push_back(in_one_line(head.message));
    return row;
}

} // namespace

Result<std::vector<std::string>> chosen_workflows(const Cluster& cluster,
                                                  const WorkflowQuery& query) {
    const RunFilter& filter = query.filter;
    TIPHYS_TRY(ages, age_limits(filter));
    TIPHYS_TRY(objects, cluster.list(kWorkflows, selectors_of(query)));
    std::vector<Listed> listed;
    const std::int64_t now = unix_ms();
    for (std::string& object : objects) {
        TIPHYS_TRY(view, read_workflow(object));
        const PageHead& head = view.head;
        const bool is_young =
            ages.older_ms > 0 && (head.finished_ms == 0 || now - head.finished_ms < ages.older_ms);
        const bool is_old = ages.since_ms > 0 && now - head.created_ms > ages.since_ms;
        if (is_young || is_old || !head.name.starts_with(filter.prefix)) continue;
        listed.push_back({std::move(view), std::move(object)});
    }
    std::stable_sort(listed.begin(), listed.end(), [](const Listed& a, const Listed& b) {
        return a.view.head.created_ms > b.view.head.created_ms;
    });
    std::vector<std::string> chosen;
    for (Listed& each : listed) {
        chosen.push_back(std::move(each.object));
    }
    return chosen;
}

void write_objects(const std::vector<std::string>& objects, bool as_yaml, bool is_list,
                   Streams& streams) {
    json all = json::array();
    for (const std::string& object : objects) {
        if (as_yaml) {
            streams.out << (is_list ? "---\n" : "") << json_as_yaml(object);
        } else {
            all.push_back(json::parse(object, nullptr, false));
        }
    }
    if (as_yaml) return;
    const bool is_one = !is_list && all.size() == 1;
    streams.out << (is_one ? all[0] : all).dump(2) << "\n";
}

int write_workflows(const std::vector<std::string>& objects, const ListForm& form,
                    Streams& streams) {
    if (form.output == "json" || form.output == "yaml") {
        write_objects(objects, form.output == "yaml", true, streams);
        return kExitFine;
    }
    std::vector<TableRow> rows;
    if (!form.without_headers) {
        TableRow head;
        if (form.with_namespaces) head.emplace_back("NAMESPACE");
        head.insert(head.end(), {"NAME", "STATUS", "AGE", "DURATION", "PROGRESS"});
        if (form.output == "wide") head.emplace_back("PARAMETERS");
        head.emplace_back("MESSAGE");
        rows.push_back(std::move(head));
    }
    for (const std::string& object : objects) {
        const auto view = read_workflow(object);
        if (!view) return fail(streams, view.error().message);
        if (form.output == "name") {
            streams.out << view->head.name << "\n";
        } else {
            rows.push_back(row_of(*view, form));
        }
    }
    if (form.output == "name") return kExitFine;
    if (objects.empty()) {
        streams.err << "tiphys: there are no such workflows\n";
        return kExitFine;
    }
    write_table(rows, streams.out);
    return kExitFine;
}

Result<Done> write_workflow(const std::string& object, const GetForm& form, Streams& streams) {
    if (form.output == "json" || form.output == "yaml") {
        // Whatever there is where nodes cannot be had.
        const auto plain = with_plain_nodes(object);
        write_objects({plain.has_value() ? *plain : object}, form.output == "yaml", false, streams);
        return Done{};
    }
    TIPHYS_TRY(view, read_workflow(object));
    if (form.output == "name") {
        streams.out << view.head.name << "\n";
        return Done{};
    }
    TIPHYS_TRY(selector, NodeSelector::parse(form.selector));
    const bool with_colour =
        streams.out_is_terminal && !form.without_colour && std::getenv("NO_COLOR") == nullptr;
    if (form.output != "short") {
        write_head(view.head, unix_ms(), streams.out);
        if (!view.nodes.empty()) streams.out << "\n";
    }
    for (const std::string& line : tree_lines(view, unix_ms(), with_colour, form.output == "wide",
                                              form.selector.empty() ? nullptr : &selector)) {
        streams.out << line << "\n";
    }
    return Done{};
}

Result<int> get_workflows(const Cluster& cluster, const std::vector<std::string>& names,
                          const GetForm& form, Streams& streams) {
    bool is_first = true;
    for (const std::string& wanted : names) {
        TIPHYS_TRY(name, cluster.workflow_name(wanted));
        TIPHYS_TRY(object, cluster.get(kWorkflows, name));
        if (!is_first && form.output.empty()) streams.out << "\n";
        is_first = false;
        if (auto written = write_workflow(object, form, streams); !written) {
            return written.error();
        }
    }
    return kExitFine;
}

} // namespace tiphys::cli
