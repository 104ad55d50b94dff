// Making Event objects.

#include "runtime/controller/event_recorder.h"

#include <nlohmann/json.hpp>

#include "runtime/controller/clock.h"
#include "runtime/controller/labels.h"
#include "runtime/kubernetes/failure.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;

/// The API server's limit.
constexpr std::size_t kLongestMessage = 1024;
/// So many unanswered requests mean that the server has more important things to do.
constexpr std::size_t kMostUnanswered = 500;
constexpr std::int64_t kSilenceMs = 60'000;

std::string hexadecimal(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (; number != 0; number /= 16) {
        text.insert(text.begin(), kDigits[number % 16]);
    }
    return text;
}

} // namespace

void EventRecorder::record(const RecordedEvent& event) {
    const std::int64_t now = unix_now_ms();
    if (client_.n_unanswered() > kMostUnanswered || now < silent_until_ms_) return;
    const std::string time = run::rfc3339(now);
    // Names as client-go makes them, unique within this process and after it.
    const std::string name =
        event.workflow + "." +
        hexadecimal(static_cast<std::uint64_t>(now) * 1'000'000 + n_recorded_++ % 1'000'000);
    Json object = {{"apiVersion", "v1"},
                   {"kind", "Event"},
                   {"metadata", {{"name", name}, {"namespace", event.name_space}}},
                   {"involvedObject",
                    {{"apiVersion", kWorkflowVersion},
                     {"kind", "Workflow"},
                     {"name", event.workflow},
                     {"namespace", event.name_space},
                     {"uid", event.uid}}},
                   {"reason", event.reason},
                   {"message", event.message.substr(0, kLongestMessage)},
                   {"type", event.is_warning ? "Warning" : "Normal"},
                   {"source", {{"component", "workflow-controller"}}},
                   {"firstTimestamp", time},
                   {"lastTimestamp", time},
                   {"count", 1}};
    for (const auto& [key, value] : event.annotations) {
        object["metadata"]["annotations"][key] = value;
    }
    kube::Request request;
    request.method = "POST";
    request.resource = {"v1", "events", event.name_space, "", ""};
    request.body = object.dump(-1, ' ', false, Json::error_handler_t::replace);
    client_.send(std::move(request), [this](const kube::Response& response) {
        const bool is_refused = kube::missing_right({}, response).has_value();
        if (is_refused) silent_until_ms_ = unix_now_ms() + kSilenceMs;
    });
}

} // namespace tiphys::control
