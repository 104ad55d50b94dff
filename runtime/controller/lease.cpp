// Taking and renewing a Lease object. What others hold is judged by our own clock: how long it has
// not changed.

#include "runtime/controller/lease.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/controller/clock.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/failure.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {

struct LeaseContent {
    bool is_object = false;
    std::string version;
    std::string holder;
    std::string acquired;
    std::string renewed;
    std::int64_t n_transitions = 0;
    std::optional<std::int64_t> duration_ms;
};

namespace {

using Json = nlohmann::json;
using run::member;
using run::text_of;

constexpr std::int64_t kDurationMs = 15'000;
constexpr std::int64_t kRenewDeadlineMs = 10'000;
/// Often: an answer that comes late must not cost the lease.
constexpr std::int64_t kRetryMs = 2'000;
/// There is time for another attempt after one that had no answer.
constexpr std::int64_t kAnswerMs = 3'000;
constexpr const char* kVersion = "coordination.k8s.io/v1";

kube::Request request_of(const std::string& method, const std::string& name_space,
                         const std::string& name) {
    kube::Request request;
    request.method = method;
    request.resource = {kVersion, "leases", name_space, name, ""};
    request.urgent_ms = kAnswerMs;
    return request;
}

std::string micro_time(std::int64_t unix_ms) {
    std::string text = run::rfc3339(unix_ms);
    text.pop_back();
    const std::string millis = std::to_string(1000 + unix_ms % 1000).substr(1);
    return text + "." + millis + "000Z";
}

LeaseContent content_of(const std::string& body) {
    LeaseContent made;
    const Json lease = Json::parse(body, nullptr, false);
    made.is_object = lease.is_object();
    made.version = text_of(member(lease, "metadata"), "resourceVersion");
    const Json& spec = member(lease, "spec");
    made.holder = text_of(spec, "holderIdentity");
    made.acquired = text_of(spec, "acquireTime");
    made.renewed = text_of(spec, "renewTime");
    const Json& transitions = member(spec, "leaseTransitions");
    if (transitions.is_number_integer()) made.n_transitions = transitions.get<std::int64_t>();
    const Json& seconds = member(spec, "leaseDurationSeconds");
    if (seconds.is_number_integer()) made.duration_ms = seconds.get<std::int64_t>() * 1000;
    return made;
}

} // namespace

Lease::Lease(kube::Client& client, Log& log, std::string name_space, std::string name,
             std::string identity)
    : client_(client), log_(log), name_space_(std::move(name_space)), name_(std::move(name)),
      identity_(std::move(identity)) {}

void Lease::tick(std::int64_t now_ms) {
    if (is_asking_ || now_ms < next_ms_) return;
    is_asking_ = true;
    next_ms_ = now_ms + kRetryMs;
    // Who has changed the lease since our own last writing is seen by its resource version.
    if (is_held(now_ms) && !version_.empty()) {
        take(identity_);
    } else {
        look();
    }
}

void Lease::look() {
    const kube::Request request = request_of("GET", name_space_, name_);
    client_.send(request,
                 [this, request](const kube::Response& answer) { looked(request, answer); });
}

/// Each trouble once: it is asked for again every few seconds.
void Lease::complain(const char* what, const kube::Request& request,
                     const kube::Response& response) {
    is_asking_ = false;
    version_.clear();
    is_refused_ = kube::missing_right(request, response).has_value();
    const std::string why = response.ok() ? kube::no_api_text(client_.access())
                                          : kube::failure_text(client_.access(), request, response);
    // The controller names rights.
    if (why != std::exchange(trouble_, why) && !is_refused_) log_.warn(what, {{"error", why}});
}

/// What a renewal refers to. What is no lease gives no version: it is looked at anew.
void Lease::note(const LeaseContent& lease) {
    version_ = lease.version;
    acquired_ = lease.acquired;
    n_transitions_ = lease.n_transitions;
}

void Lease::looked(const kube::Request& request, const kube::Response& response) {
    const std::int64_t now = steady_now_ms();
    if (response.status == 404) {
        version_.clear();
        // Nobody knows who had it meanwhile.
        if (was_held_ && !is_held(now)) {
            is_lost_ = true;
            return;
        }
        take("");
        return;
    }
    const LeaseContent lease = content_of(response.body);
    if (!response.ok() || !lease.is_object) {
        complain("the lease cannot be read", request, response);
        return;
    }
    const std::int64_t n_transitions = n_transitions_;
    note(lease);
    const std::string& holder = lease.holder;
    if (was_held_ && (holder != identity_ || n_transitions_ != n_transitions)) {
        is_lost_ = true;
        return;
    }
    if (holder == identity_) {
        take(holder);
        return;
    }
    const std::string state = holder + lease.renewed;
    if (state != std::exchange(seen_, state)) seen_ms_ = now;
    if (holder.empty() || now - seen_ms_ > lease.duration_ms.value_or(kDurationMs)) {
        take(holder);
        return;
    }
    is_asking_ = false;
    log_.debug("another controller leads", {{"identity", holder}});
}

std::string Lease::body(bool is_first, std::int64_t n_transitions,
                        const std::string& version) const {
    const std::string now = micro_time(unix_now_ms());
    Json lease = {{"apiVersion", kVersion},
                  {"kind", "Lease"},
                  {"metadata", {{"name", name_}, {"namespace", name_space_}}},
                  {"spec",
                   {{"holderIdentity", identity_},
                    {"leaseDurationSeconds", kDurationMs / 1000},
                    {"acquireTime", is_first || acquired_.empty() ? now : acquired_},
                    {"renewTime", now},
                    {"leaseTransitions", n_transitions}}}};
    if (!version.empty()) lease["metadata"]["resourceVersion"] = version;
    return lease.dump();
}

/// The resource version sees to it that only one of several gets it.
void Lease::take(const std::string& holder) {
    const bool is_ours = holder == identity_;
    const bool is_new = version_.empty();
    kube::Request request = request_of(is_new ? "POST" : "PUT", name_space_, is_new ? "" : name_);
    request.body = body(!is_ours, n_transitions_ + (is_ours || holder.empty() ? 0 : 1), version_);
    const std::int64_t asked = steady_now_ms();
    client_.send(request, [this, request, asked](const kube::Response& answer) {
        taken(request, answer, asked);
    });
}

void Lease::taken(const kube::Request& request, const kube::Response& response,
                  std::int64_t asked_ms) {
    if (!response.ok()) {
        complain("the lease was not obtained", request, response);
        return;
    }
    note(content_of(response.body));
    is_asking_ = false;
    is_refused_ = false;
    trouble_.clear();
    held_until_ms_ = asked_ms + kRenewDeadlineMs;
    if (!std::exchange(was_held_, true)) {
        log_.info("leading from now on", {{"identity", identity_}});
    }
}

void Lease::give_up() {
    if (!is_held(steady_now_ms())) return;
    held_until_ms_ = 0;
    kube::Request request = request_of("PATCH", name_space_, name_);
    request.body = "{\"spec\":{\"holderIdentity\":\"\",\"leaseDurationSeconds\":1}}";
    const kube::Response response = client_.call(request);
    if (!response.ok()) complain("the lease was not given up", request, response);
}

} // namespace tiphys::control
