#pragma once
// Runs one recorded case: what Argo's libraries made of an input, and what we make of it.

#include <string>
#include <string_view>

namespace tiphys::expr {

/// `json_line` is one case as JSON; its keys tell of which kind it is:
///   expr, env, mode                 an expression of expr-lang
///   when                            a `when`, and the same text for a CronWorkflow
///   depends, results, …             a `depends` with results of tasks
///   template, params, mode          tags in a JSON text
///   schedule, timezone, after       a cron schedule
///   kind, text                      a name or duration
///   text                            a quantity
///   event, template                 a Go template of a Sensor: its syntax
///   program, input                  a program of jq: its syntax
///   op, path, json                  an edit by sjson: whether it is refused
///   path, json (a text)             a path of gjson, which refuses nothing
///   path, json (any other)          a JSONPath
///   name                            a function of sprig
/// The outcome is a JSON object with the fields that the recordings have for outcomes: `result`
/// and `type`, or `compileError`, `runtimeError`, `stage` and `error`. Texts of errors are ours.
[[nodiscard]] std::string run_case(std::string_view json_line);

} // namespace tiphys::expr
