#pragma once
// What tests of commands read.

#include <string>

#include "compiler/base/folder_for_test.h"

namespace tiphys::cli {

/// A Workflow whose template `main` echoes `{{inputs.parameters.<name>}}`, which is not there.
inline std::string workflow_for_test(const std::string& name) {
    return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: hello-}\n"
           "spec:\n  entrypoint: main\n  templates:\n  - name: main\n"
           "    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters." +
           name + "}}']}\n";
}

} // namespace tiphys::cli
