#pragma once
// Building blocks of run_case(): the fields of a case, and of its outcome.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/expr/environment.h"
#include "compiler/expr/tree.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

/// The text of a field, or "" where there is none.
[[nodiscard]] std::string text_field(const Map& fields, std::string_view name);
[[nodiscard]] bool has_field(const Map& fields, std::string_view name);
/// The map of a field, or an empty one.
[[nodiscard]] Value map_field(const Map& fields, std::string_view name);
[[nodiscard]] std::vector<std::string> texts_field(const Map& fields, std::string_view name);

/// A JSON object, written field by field.
class Outcome {
public:
    void add_text(std::string_view name, std::string_view text);
    void add_bool(std::string_view name, bool value);
    void add_int(std::string_view name, std::int64_t value);
    void add_texts(std::string_view name, const std::vector<std::string>& texts);
    void add_json(std::string_view name, std::string_view json);
    /// `result`, and `type` as Go names it.
    void add_value(const Value& value);
    /// `name` with the text of the error, and its place as expr-lang counts: lines from 1, columns
    /// from 0, both and `from`, `to` in characters.
    void add_error(std::string_view name, std::string_view message, std::string_view text,
                   Range range);

    [[nodiscard]] std::string take();

private:
    std::string text_ = "{";
};

/// The environment of all cases: zones of this machine, fixed time, fixed chance.
[[nodiscard]] Environment case_environment();

// One function for each kind of case.
void run_expr_case(const Map& fields, Outcome& outcome);
void run_when_case(const Map& fields, Outcome& outcome);
void run_depends_case(const Map& fields, Outcome& outcome);
void run_tags_case(const Map& fields, Outcome& outcome);
void run_cron_case(const Map& fields, Outcome& outcome);
void run_name_case(const Map& fields, Outcome& outcome);
void run_quantity_case(const Map& fields, Outcome& outcome);
void run_json_path_case(const Map& fields, Outcome& outcome);
void run_sprig_case(const Map& fields, Outcome& outcome);
void run_template_case(const Map& fields, Outcome& outcome);
void run_jq_case(const Map& fields, Outcome& outcome);
void run_edit_case(const Map& fields, Outcome& outcome);

} // namespace tiphys::expr
