// Tables and texts of archived workflows.
#include "cli/archive_output.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/progress_plain.h"
#include "cli/runs/run_objects.h"
#include "cli/table.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using archive::ArchivedWorkflow;

std::string duration_text(const ArchivedWorkflow& workflow) {
    const auto started = run::parse_rfc3339_ms(workflow.started_at);
    const auto finished = run::parse_rfc3339_ms(workflow.finished_at);
    if (!started.has_value() || !finished.has_value() || *started == 0) return "-";
    return elapsed_text(*finished - *started);
}

std::string labels_text(const ArchivedWorkflow& workflow) {
    std::string text;
    for (const auto& [key, value] : workflow.labels)
        text += (text.empty() ? "" : ",") + key + "=" + value;
    return text;
}

void write_rows(const std::vector<ArchivedWorkflow>& workflows, bool is_wide, std::ostream& out) {
    std::vector<TableRow> rows = {
        {"NAMESPACE", "NAME", "STATUS", "STARTED", "DURATION", "PROGRESS", "UID"}};
    if (is_wide) rows.back().emplace_back("LABELS");
    rows.back().emplace_back("MESSAGE");
    for (const ArchivedWorkflow& workflow : workflows) {
        rows.push_back({workflow.name_space, workflow.name, workflow.phase, workflow.started_at,
                        duration_text(workflow), workflow.progress, workflow.uid});
        if (is_wide) rows.back().push_back(labels_text(workflow));
        rows.back().push_back(workflow.message);
    }
    write_table(rows, out);
}

nlohmann::ordered_json as_json(const ArchivedWorkflow& workflow) {
    return {{"apiVersion", "argoproj.io/v1alpha1"},
            {"kind", "Workflow"},
            {"metadata",
             {{"name", workflow.name},
              {"namespace", workflow.name_space},
              {"uid", workflow.uid},
              {"creationTimestamp", workflow.created_at},
              {"labels", workflow.labels}}},
            {"status",
             {{"phase", workflow.phase},
              {"startedAt", workflow.started_at},
              {"finishedAt", workflow.finished_at},
              {"progress", workflow.progress},
              {"message", workflow.message}}}};
}

} // namespace

void write_archived(const std::vector<ArchivedWorkflow>& workflows, const std::string& form,
                    std::ostream& out) {
    if (form == "json") {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const ArchivedWorkflow& workflow : workflows)
            list.push_back(as_json(workflow));
        out << list.dump(2) << "\n";
        return;
    }
    if (form == "name") {
        for (const ArchivedWorkflow& workflow : workflows)
            out << workflow.name << "\n";
        return;
    }
    if (!workflows.empty()) write_rows(workflows, form == "wide", out);
}

void write_object(const std::string& object, const std::string& form, std::ostream& out) {
    if (form != "json") {
        out << "---\n" << json_as_yaml(object);
        return;
    }
    const auto json = nlohmann::ordered_json::parse(object, nullptr, false);
    out << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

Result<std::int64_t> add_objects(archive::Archive& archive, const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) return Error{"that is no JSON; `-o json` prints objects so"};
    const bool is_list = json.is_object() && json.contains("items") && json["items"].is_array();
    const nlohmann::json objects = is_list           ? json["items"]
                                   : json.is_array() ? json
                                                     : nlohmann::json::array({json});
    for (const nlohmann::json& object : objects) {
        TIPHYS_TRY(put, archive.put(object.dump()));
        static_cast<void>(put);
    }
    return static_cast<std::int64_t>(objects.size());
}

} // namespace tiphys::cli
