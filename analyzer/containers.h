#pragma once
// The four types that are containers (of a template, a set, a script, beside the main one), seen
// alike.

#include "analyzer/context.h"
#include "schemas/k8s.gen.h"

namespace tiphys::analyze {

/// What a container is in its pod.
enum class ContainerRole : std::uint8_t { kMain, kScript, kSetMember, kInitOrSidecar };

class ContainerView {
public:
    /// Of an object of one of the four types.
    explicit ContainerView(const ir::Object& object) : object_(&object) {}

    [[nodiscard]] const ir::Object& object() const { return *object_; }
    [[nodiscard]] ContainerRole role() const;
    [[nodiscard]] const ir::Scalar* image() const { return scalar("image"); }
    [[nodiscard]] const ir::Scalar* image_pull_policy() const { return scalar("imagePullPolicy"); }
    /// Of scripts only.
    [[nodiscard]] const ir::Scalar* source() const { return scalar("source"); }
    [[nodiscard]] ir::ListOf<ir::Scalar> command() const { return list<ir::Scalar>("command"); }
    [[nodiscard]] ir::ListOf<ir::Scalar> args() const { return list<ir::Scalar>("args"); }
    [[nodiscard]] ir::ListOf<k8s::EnvVar> env() const { return list<k8s::EnvVar>("env"); }
    [[nodiscard]] ir::ListOf<k8s::EnvFromSource> env_from() const {
        return list<k8s::EnvFromSource>("envFrom");
    }
    [[nodiscard]] ir::ListOf<k8s::VolumeMount> volume_mounts() const {
        return list<k8s::VolumeMount>("volumeMounts");
    }
    [[nodiscard]] const k8s::SecurityContext* security_context() const {
        return ir::object_as<k8s::SecurityContext>(object_->field("securityContext"));
    }
    /// The words that are run, those of the command first.
    [[nodiscard]] std::vector<const ir::Scalar*> words() const;
    /// Whether a word or the script's source holds the text.
    [[nodiscard]] bool mentions(std::string_view text) const;

private:
    [[nodiscard]] const ir::Scalar* scalar(std::string_view name) const {
        return ir::scalar_as(object_->field(name));
    }
    template <class T>
    [[nodiscard]] ir::ListOf<T> list(std::string_view name) const {
        return ir::ListOf<T>(object_->field(name));
    }
    const ir::Object* object_;
};

/// Whether an environment variable takes its value from a Secret.
[[nodiscard]] bool is_from_secret(const k8s::EnvVar& variable);
/// Whether the container's variable of that name does.
[[nodiscard]] bool has_secret_variable(const ContainerView& container, std::string_view name);
/// Whether all keys of some Secret become variables of the container.
[[nodiscard]] bool has_whole_secret(const ContainerView& container);

/// The containers that a template runs itself, main ones first; with `with_others` its init
/// containers and sidecars too.
[[nodiscard]] std::vector<ContainerView> containers_of(const wf::Template& source,
                                                       bool with_others);

template <auto kFunction>
void call_with_container(const ir::Object& object, Context& context) {
    kFunction(ContainerView(object), context);
}

/// The checks of every container, of `void function(const ContainerView&, Context&)`, and `more`.
template <auto kFunction, class... More>
consteval std::array<Check, 8> on_containers(More... more) {
    const auto check = [](schema::TypeId type) {
        return Check{.subject = Check::Subject::kObject,
                     .type = type,
                     .on_object = call_with_container<kFunction>};
    };
    return {check(k8s::Container::kType), check(wf::UserContainer::kType),
            check(wf::ScriptTemplate::kType), check(wf::ContainerNode::kType), more...};
}

} // namespace tiphys::analyze
