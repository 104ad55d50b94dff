// The intended differences between the tables and what Argo publishes.
#include <sstream>

#include "tests/drift/drift.h"

namespace tiphys::drift {

Exceptions::Exceptions(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string name;
        words >> name;
        if (!name.empty() && name[0] != '#') names_.insert(name);
    }
}

bool Exceptions::covers(std::string_view name) {
    const auto found = names_.find(name);
    if (found == names_.end()) return false;
    used_.insert(*found);
    return true;
}

std::vector<std::string> Exceptions::unused() const {
    std::vector<std::string> unused;
    for (const std::string& name : names_) {
        if (!used_.contains(name)) unused.push_back(name);
    }
    return unused;
}

std::string name_of(const schema::Type& type) {
    std::string package;
    switch (type.package) {
    case schema::Package::kWorkflow:
        package = "workflow";
        break;
    case schema::Package::kEvents:
        package = "events";
        break;
    case schema::Package::kK8s:
        package = "k8s";
        break;
    }
    return package + "." + std::string(type.name);
}

} // namespace tiphys::drift
