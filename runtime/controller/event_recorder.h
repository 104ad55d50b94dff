#pragma once
// Kubernetes Events about workflows, as Argo emits them.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/kubernetes/client.h"

namespace tiphys::control {

struct RecordedEvent {
    std::string workflow;
    std::string name_space;
    std::string uid;
    std::string reason;
    std::string message;
    bool is_warning = false;
    std::vector<std::pair<std::string, std::string>> annotations;
};

/// Events that the server does not take are dropped: nothing depends on them. Without the right to
/// make any, none are sent for a minute.
class EventRecorder {
public:
    explicit EventRecorder(kube::Client& client) : client_(client) {}

    void record(const RecordedEvent& event);

private:
    kube::Client& client_;
    std::uint64_t n_recorded_ = 0;
    std::int64_t silent_until_ms_ = 0;
};

} // namespace tiphys::control
