// The four types that are containers, seen alike.
#include "analyzer/containers.h"

namespace tiphys::analyze {

ContainerRole ContainerView::role() const {
    if (object_->type->id == wf::ScriptTemplate::kType) return ContainerRole::kScript;
    if (object_->type->id == wf::ContainerNode::kType) return ContainerRole::kSetMember;
    if (object_->type->id == wf::UserContainer::kType) return ContainerRole::kInitOrSidecar;
    return ContainerRole::kMain;
}

std::vector<const ir::Scalar*> ContainerView::words() const {
    std::vector<const ir::Scalar*> all;
    for (const ir::Scalar* word : command())
        all.push_back(word);
    for (const ir::Scalar* word : args())
        all.push_back(word);
    return all;
}

bool ContainerView::mentions(std::string_view text) const {
    for (const ir::Scalar* word : words()) {
        if (word->text.find(text) != word->text.npos) return true;
    }
    return ir::text_of(source()).find(text) != text.npos;
}

bool is_from_secret(const k8s::EnvVar& variable) {
    const k8s::EnvVarSource* from = variable.value_from();
    return from != nullptr && from->secret_key_ref() != nullptr;
}

bool has_secret_variable(const ContainerView& container, std::string_view name) {
    for (const k8s::EnvVar* variable : container.env()) {
        if (ir::text_of(variable->name()) == name) return is_from_secret(*variable);
    }
    return false;
}

bool has_whole_secret(const ContainerView& container) {
    for (const k8s::EnvFromSource* source : container.env_from()) {
        if (source->secret_ref() != nullptr) return true;
    }
    return false;
}

std::vector<ContainerView> containers_of(const wf::Template& source, bool with_others) {
    std::vector<ContainerView> all;
    if (source.container() != nullptr) all.emplace_back(*source.container());
    if (source.script() != nullptr) all.emplace_back(*source.script());
    if (source.container_set() != nullptr) {
        for (const wf::ContainerNode* node : source.container_set()->containers())
            all.emplace_back(*node);
    }
    if (!with_others) return all;
    for (const wf::UserContainer* container : source.init_containers())
        all.emplace_back(*container);
    for (const wf::UserContainer* container : source.sidecars())
        all.emplace_back(*container);
    return all;
}

} // namespace tiphys::analyze
