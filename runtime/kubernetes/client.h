#pragma once
// Talks to an API server: many requests and watches over one connection, by one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/kubernetes/access.h"
#include "runtime/kubernetes/request.h"

namespace tiphys::kube {

struct ClientOptions {
    /// How often a request is sent at most until it has an answer other than 429 or 5xx.
    int n_attempts = 6;
    /// The pause before the second attempt; it doubles up to `longest_pause_ms`. A longer
    /// Retry-After of the server counts.
    std::int64_t first_pause_ms = 100;
    std::int64_t longest_pause_ms = 10'000;
    std::int64_t timeout_ms = 30'000;
    /// Requests under way at once; how many there really are depends on what the server bears.
    std::size_t most_in_flight = 64;
    /// Objects in one answer to a list.
    std::size_t chunk_size = 500;
    std::string user_agent = "tiphys/0.1";
};

/// Which objects are watched: `resource.name` must be empty.
struct WatchRequest {
    Resource resource;
    std::string label_selector;
    std::string field_selector;
};

using WatchId = std::uint64_t;

/// What happened to an object. Texts are valid during the call only.
struct WatchEvent {
    enum class Kind : std::uint8_t {
        kAdded,
        kModified,
        /// `object` is its last state, or empty where it vanished while nobody watched.
        kDeleted,
        /// Everything that was there has been told, and as kDeleted what no longer is.
        kSynced,
        /// The server refused or was not reached; it is tried again after a pause. `failure` holds
        /// the answer.
        kFailed
    };
    Kind kind = Kind::kAdded;
    std::string name_space;
    std::string name;
    std::string uid;
    /// JSON.
    std::string_view object;
    const Response* failure = nullptr;
};

/// A command that runs in a container, with its output.
struct ExecRequest {
    std::string name_space;
    std::string pod;
    std::string container;
    std::vector<std::string> command;
    std::int64_t timeout_ms = 60'000;
};

/// Requests that were answered, for metrics and measurements.
struct CallCount {
    std::uint64_t n_calls = 0;
    /// From sending to the end of the answer, summed up.
    std::int64_t total_ms = 0;
};
struct CallKey {
    /// As in roles: `create`, `watch`.
    std::string verb;
    /// `pods`, `workflows.argoproj.io`.
    std::string resource;
    /// 0: there was no answer.
    int status = 0;
    auto operator<=>(const CallKey&) const = default;
};

/// Verb and resource, as in CallKey.
using MissingRights = std::set<std::pair<std::string, std::string>>;

/// Callbacks run inside of poll() and call(), one after the other, and may use the client; a call()
/// within one lets others run before it returns.
class Client {
public:
    /// Does not talk to the server yet. Errors: the machine has no libcurl, or the credentials
    /// cannot be had.
    [[nodiscard]] static Result<std::unique_ptr<Client>> open(const Access& access,
                                                              const ClientOptions& options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    using Answered = std::function<void(Response)>;
    using Watched = std::function<void(const WatchEvent&)>;

    /// Waits for the answer. What fails for a moment (429, 500, 502, 503, 504, cut connections) is
    /// tried again, `Retry-After` respected.
    Response call(const Request& request);
    /// The same without waiting; it is sent in poll(). Requests go out in the order given, and
    /// answers come in any.
    void send(Request request, Answered answered);

    /// Tells what there is, then what changes, until end_watch(). It lists in chunks, goes on where
    /// a connection was cut, and lists again where the server no longer knows the place.
    WatchId watch(const WatchRequest& request, Watched watched);
    void end_watch(WatchId id);

    /// An answer as it comes: `on_bytes` for each piece of a 2xx body, then `ended` with the status
    /// (and the body of any other answer). It is not tried again.
    std::uint64_t stream(const Request& request, std::function<void(std::string_view)> on_bytes,
                         Answered ended);
    /// Neither of its functions is called after that.
    void end_stream(std::uint64_t id);

    /// Runs a command in a container; `on_output` gets what it writes to both outputs, `ended` its
    /// exit code, or an Error where it could not be run.
    void exec(const ExecRequest& request, std::function<void(std::string_view)> on_output,
              std::function<void(Result<int>)> ended);
    /// The same, waiting for its end.
    Result<int> exec(const ExecRequest& request,
                     const std::function<void(std::string_view)>& on_output);

    /// Sends what waits, and handles what comes. Returns when callbacks have run, `wake_fd` can be
    /// read (-1: none), or it is `until_ms` (Unix time in milliseconds), whichever is first.
    void poll(std::int64_t until_ms, int wake_fd = -1);

    /// Requests that are not urgent go out before that steady time (in milliseconds) only; others
    /// wait until it is set anew. What was sent by then may still come to the server.
    void send_before(std::int64_t steady_ms);

    [[nodiscard]] const Access& access() const;
    /// Requests that were given to send() and have no answer yet.
    [[nodiscard]] std::size_t n_unanswered() const;
    [[nodiscard]] const std::map<CallKey, CallCount>& counts() const;
    /// Of requests that were refused for want of them.
    [[nodiscard]] const MissingRights& missing_rights() const;

    /// What is behind it; only open() makes one.
    class Loop;
    explicit Client(std::unique_ptr<Loop> loop);

private:
    std::unique_ptr<Loop> loop_;
};

} // namespace tiphys::kube
