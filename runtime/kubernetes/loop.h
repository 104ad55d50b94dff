#pragma once
// The one thread behind a client: transfers, timers, and what is to be told.

#include <cstdint>
#include <curl/curl.h>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/credentials.h"
#include "runtime/kubernetes/transfer.h"

namespace tiphys::kube {

class Watcher;
class ExecSession;

/// Unix time in milliseconds.
[[nodiscard]] std::int64_t unix_now_ms();

/// A call that was sent, or waits for its turn or its next attempt.
struct Call {
    Request request;
    Client::Answered answered;
    int n_attempts = 0;
    bool has_new_credentials = false;
};

/// A socket that somebody but libcurl reads and writes.
struct ForeignSocket {
    int file = -1;
    bool wants_to_write = false;
    std::function<void()> ready;
};

class Client::Loop {
public:
    Loop(const Access& chosen, const ClientOptions& wishes);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] Result<Done> open();

    /// Sends a request at once; `on_end` of the transfer is called from the queue. Null where there
    /// are no credentials; `error` says why. Returns its id, by which it can be cancelled.
    struct Hooks {
        std::function<void(std::string_view)> on_bytes;
        std::function<void(Transfer&)> on_end;
    };
    std::uint64_t begin(const Request& request, const TransferOptions& options, Hooks hooks);
    void cancel(std::uint64_t transfer);
    [[nodiscard]] Transfer* find(std::uint64_t transfer);

    /// To be done next, and then callbacks have run.
    void push(std::function<void()> work) { ready_.push_back(std::move(work)); }
    /// To be done `pause_ms` from now, if `is_told` as something that callbacks came of.
    void after(std::int64_t pause_ms, std::function<void()> work);

    void enqueue(std::unique_ptr<Call> call);
    void poll(std::int64_t until_ms, int wake_fd);
    void count(const Request& request, const Response& response, std::int64_t begun_ms);
    /// Grows with each attempt.
    [[nodiscard]] std::int64_t pause_ms(int n_attempts, std::int64_t retry_after_ms) const;

    Access access;
    ClientOptions options;
    Credentials credentials;
    std::map<WatchId, std::unique_ptr<Watcher>> watchers;
    std::map<std::uint64_t, std::unique_ptr<ExecSession>> sessions;
    std::map<std::uint64_t, ForeignSocket> sockets;
    std::map<CallKey, CallCount> counts;
    MissingRights missing_rights;
    std::uint64_t last_id = 0;
    std::size_t n_unanswered = 0;
    /// Steady time; see Client::send_before().
    std::int64_t send_before_ms = std::numeric_limits<std::int64_t>::max();

private:
    std::deque<std::unique_ptr<Call>>& queue_of(const Call& call);
    void send_waiting();
    void attempt(std::shared_ptr<Call> call);
    void attempt_ended(const std::shared_ptr<Call>& call, Transfer& transfer);
    void answer(const std::shared_ptr<Call>& call, Response response);
    void adapt(const Response& response, std::int64_t begun_ms);
    /// While the server cannot be reached, one request at a time asks whether it can again.
    void hold_back(bool is_out_of_reach, std::int64_t begun_ms);
    void run_timers();
    bool run_ready();
    void take_messages();
    /// False if `wake_fd` can be read.
    bool wait(std::int64_t until_ms, int wake_fd);

    CURLM* multi_ = nullptr;
    std::map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
    std::deque<std::unique_ptr<Call>> waiting_;
    std::deque<std::unique_ptr<Call>> urgent_;
    /// Steady time. An urgent request had no answer: until then, others do not rely on the
    /// connection that is there.
    std::int64_t doubtful_until_ms_ = 0;
    std::deque<std::function<void()>> ready_;
    std::multimap<std::int64_t, std::function<void()>> timers_;
    std::size_t n_in_flight_ = 0;
    /// How many may be in flight; grows with answers, and halves when the server has enough.
    double window_ = 16;
    bool has_had_enough_ = false;
    std::int64_t narrowed_ms_ = 0;
    int n_out_of_reach_ = 0;
    std::int64_t held_since_ms_ = 0;
    std::int64_t held_until_ms_ = 0;
};

} // namespace tiphys::kube
