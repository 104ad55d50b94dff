// What a keystroke costs in a file of 5,000 lines: reading it again, all rules, the report.
#include <iostream>
#include <sstream>

#include "cli/lint_outputs.h"
#include "tests/bench/frame/measure.h"

namespace tiphys::bench {
namespace {

constexpr int kLines = 5'000;
constexpr int kKeystrokes = 25;

/// A Workflow of about `n_lines` lines: a DAG of tasks that pass parameters on to scripts.
std::string long_workflow(int n_lines) {
    std::string dag = "  - name: main\n    dag:\n      tasks:\n";
    std::string templates;
    int n = 5;
    for (int i = 0; n < n_lines; ++i) {
        const std::string number = std::to_string(i);
        dag += "      - name: task-" + number + "\n        template: work-" + number + "\n";
        if (i > 0) dag += "        depends: task-" + std::to_string(i - 1) + ".Succeeded\n";
        dag += "        arguments:\n          parameters:\n          - {name: text, value: '" +
               number + "'}\n";
        templates += "  - name: work-" + number +
                     "\n    inputs:\n      parameters:\n      - name: text\n    script:\n"
                     "      image: alpine:3.20\n      command: [sh]\n      env:\n"
                     "      - {name: TEXT, value: '{{inputs.parameters.text}}'}\n"
                     "      source: |\n        set -eu\n";
        for (int line = 0; line < 20; ++line)
            templates += "        echo \"$TEXT\"\n";
        n += 37;
    }
    return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: long-}\n"
           "spec:\n  entrypoint: main\n  templates:\n" +
           dag + templates;
}

int run() {
    std::istringstream in(long_workflow(kLines));
    std::ostringstream out;
    cli::Streams streams{in, out, out, false};
    cli::LintOptions options;
    options.paths = {"-"};
    options.is_without_config = true;
    options.outputs = {{report::Format::kJsonLines, ""}};
    Result<cli::LintSession> session = cli::LintSession::open(options, streams);
    if (!session.has_value()) {
        std::cerr << session.error().message << "\n";
        return 2;
    }
    const FileId file = session->stdin_file();
    std::string text = session->sources().map.file(file).text;
    const auto keystroke = [&] {
        text.insert(text.size() / 2, "x");
        session->reread(file, text);
        out.str("");
        cli::write_reports(options, *session, session->judge(), streams);
    };
    const double cost = measure_call(keystroke, kKeystrokes);
    print_figure("keystroke in a file of 5,000 lines", cost, "ms", "< 40", cost < 40);
    return 0;
}

} // namespace
} // namespace tiphys::bench

int main() {
    return tiphys::bench::run();
}
