// Transfers, timers and the queue of callbacks.

#include "runtime/kubernetes/loop.h"

#include <algorithm>
#include <chrono>

#include "runtime/io/curl_library.h"
#include "runtime/kubernetes/exec_session.h"
#include "runtime/kubernetes/failure.h"
#include "runtime/kubernetes/watcher.h"

namespace tiphys::kube {
namespace {

using run::curl_library;

/// For timers: does not jump.
std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// By then a dead connection has been noticed.
constexpr std::int64_t kDoubtfulMs = 30'000;

bool is_momentary(const Response& response) {
    switch (response.status) {
    case 0:
        return !response.is_distrusted;
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}

/// Whether nobody has acted on it, or acting twice is harmless.
bool may_repeat(const Call& call, const Response& response, bool was_not_sent) {
    if (call.request.is_repeatable || call.request.method != "POST") return true;
    // API priority and fairness refuses before anything is done.
    return response.status == 429 || was_not_sent;
}

} // namespace

std::int64_t unix_now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Client::Loop::Loop(const Access& chosen, const ClientOptions& wishes)
    : access(chosen), options(wishes), credentials(access) {}

Client::Loop::~Loop() {
    sessions.clear();
    watchers.clear();
    while (!transfers_.empty()) {
        cancel(transfers_.begin()->first);
    }
    if (multi_ != nullptr) curl_library()->multi_cleanup(multi_);
}

Result<Done> Client::Loop::open() {
    if (curl_library() == nullptr) {
        return Error{"cannot talk to a cluster: libcurl 4 is not installed"};
    }
    multi_ = curl_library()->multi_init();
    if (auto known = credentials.headers(unix_now_ms()); !known) return known.error();
    return Done{};
}

std::uint64_t Client::Loop::begin(const Request& request, const TransferOptions& how, Hooks hooks) {
    const std::uint64_t id = ++last_id;
    auto lines = credentials.headers(unix_now_ms());
    const std::vector<std::string> none;
    auto transfer = std::make_unique<Transfer>(access, request, lines ? *lines : none, how);
    transfer->on_bytes = std::move(hooks.on_bytes);
    transfer->on_end = std::move(hooks.on_end);
    transfer->begun_ms = steady_ms();
    Transfer& added = *transfer;
    transfers_.emplace(id, std::move(transfer));
    if (lines) {
        curl_library()->multi_add_handle(multi_, added.easy());
        return id;
    }
    added.response().error = lines.error().message;
    push([this, id] {
        if (Transfer* failed = find(id)) failed->on_end(*failed);
        cancel(id);
    });
    return id;
}

void Client::Loop::cancel(std::uint64_t transfer) {
    const auto found = transfers_.find(transfer);
    if (found == transfers_.end()) return;
    curl_library()->multi_remove_handle(multi_, found->second->easy());
    transfers_.erase(found);
}

Transfer* Client::Loop::find(std::uint64_t transfer) {
    const auto found = transfers_.find(transfer);
    return found == transfers_.end() ? nullptr : found->second.get();
}

void Client::Loop::after(std::int64_t pause_ms, std::function<void()> work) {
    timers_.emplace(steady_ms() + pause_ms, std::move(work));
}

std::int64_t Client::Loop::pause_ms(int n_attempts, std::int64_t retry_after_ms) const {
    std::int64_t pause = options.first_pause_ms;
    for (int i = 1; i < n_attempts && pause < options.longest_pause_ms; ++i) {
        pause *= 2;
    }
    return std::max(std::min(pause, options.longest_pause_ms), retry_after_ms);
}

std::deque<std::unique_ptr<Call>>& Client::Loop::queue_of(const Call& call) {
    return call.request.urgent_ms > 0 ? urgent_ : waiting_;
}

void Client::Loop::enqueue(std::unique_ptr<Call> call) {
    ++n_unanswered;
    auto& queue = queue_of(*call);
    queue.push_back(std::move(call));
}

void Client::Loop::send_waiting() {
    while (!urgent_.empty()) {
        std::shared_ptr<Call> call = std::move(urgent_.front());
        urgent_.pop_front();
        attempt(std::move(call));
    }
    if (steady_ms() >= send_before_ms) return;
    if (n_out_of_reach_ > 0 && (n_in_flight_ > 0 || steady_ms() < held_until_ms_)) return;
    const double most = static_cast<double>(options.most_in_flight);
    const auto allowed = static_cast<std::size_t>(std::max(1.0, std::min(window_, most)));
    while (!waiting_.empty() && n_in_flight_ < (n_out_of_reach_ > 0 ? 1 : allowed)) {
        std::shared_ptr<Call> call = std::move(waiting_.front());
        waiting_.pop_front();
        attempt(std::move(call));
    }
}

void Client::Loop::attempt(std::shared_ptr<Call> call) {
    ++n_in_flight_;
    ++call->n_attempts;
    TransferOptions how;
    how.user_agent = options.user_agent;
    const Request& request = call->request;
    const bool is_urgent = request.urgent_ms > 0;
    how.timeout_ms = is_urgent ? request.urgent_ms : options.timeout_ms;
    how.has_new_connection = is_urgent && steady_ms() < doubtful_until_ms_;
    begin(request, how, {nullptr, [this, call](Transfer& ended) { attempt_ended(call, ended); }});
}

void Client::Loop::attempt_ended(const std::shared_ptr<Call>& call, Transfer& transfer) {
    --n_in_flight_;
    Response& response = transfer.response();
    count(call->request, response, transfer.begun_ms);
    adapt(response, transfer.begun_ms);
    hold_back(transfer.was_not_sent(), transfer.begun_ms);
    const bool is_urgent = call->request.urgent_ms > 0;
    if (is_urgent && response.status == 0) doubtful_until_ms_ = steady_ms() + kDoubtfulMs;
    const auto again = [this, call] {
        queue_of(*call).push_front(std::make_unique<Call>(std::move(*call)));
    };
    if (response.status == 401 && credentials.can_change() && !call->has_new_credentials) {
        call->has_new_credentials = true;
        credentials.forget();
        again();
        return;
    }
    const bool is_again = !is_urgent && is_momentary(response) &&
                          call->n_attempts < options.n_attempts &&
                          may_repeat(*call, response, transfer.was_not_sent());
    if (!is_again) {
        answer(call, std::move(response));
        return;
    }
    after(pause_ms(call->n_attempts, response.retry_after_ms), again);
}

void Client::Loop::answer(const std::shared_ptr<Call>& call, Response response) {
    --n_unanswered;
    if (call->answered) call->answered(std::move(response));
}

void Client::Loop::adapt(const Response& response, std::int64_t begun_ms) {
    const bool is_enough = response.status == 0 || response.status == 429 || response.status >= 500;
    const double most = static_cast<double>(options.most_in_flight);
    if (!is_enough) {
        window_ = std::min(most, window_ + (has_had_enough_ ? 1 / window_ : 1));
        return;
    }
    // What was sent before the last halving says nothing about the window since.
    if (begun_ms < narrowed_ms_) return;
    has_had_enough_ = true;
    narrowed_ms_ = steady_ms();
    window_ = std::max(1.0, window_ / 2);
}

void Client::Loop::hold_back(bool is_out_of_reach, std::int64_t begun_ms) {
    if (!is_out_of_reach) {
        n_out_of_reach_ = 0;
        return;
    }
    // Those that were sent together fail together.
    if (n_out_of_reach_ > 0 && begun_ms < held_since_ms_) return;
    const std::int64_t pause = pause_ms(++n_out_of_reach_, 0);
    held_since_ms_ = steady_ms();
    held_until_ms_ = held_since_ms_ + pause;
    after(pause, [] {});
}

void Client::Loop::count(const Request& request, const Response& response, std::int64_t begun_ms) {
    CallCount& number =
        counts[{verb_of(request), resource_words(request.resource), response.status}];
    ++number.n_calls;
    number.total_ms += steady_ms() - begun_ms;
    if (const auto right = missing_right(request, response)) {
        missing_rights.insert({right->verb, right->resource});
    }
}

void Client::Loop::run_timers() {
    const std::int64_t now = steady_ms();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const std::function<void()> work = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        work();
    }
}

bool Client::Loop::run_ready() {
    bool has_run = false;
    while (!ready_.empty()) {
        const std::function<void()> work = std::move(ready_.front());
        ready_.pop_front();
        work();
        has_run = true;
    }
    return has_run;
}

void Client::Loop::take_messages() {
    int n_left = 0;
    while (const CURLMsg* message = curl_library()->multi_info_read(multi_, &n_left)) {
        if (message->msg != CURLMSG_DONE) continue;
        void* owner = nullptr;
        curl_library()->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        const CURLcode code = message->data.result;
        const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                        [&](const auto& one) { return one.second.get() == owner; });
        if (found == transfers_.end()) continue;
        const std::uint64_t id = found->first;
        found->second->finish(code);
        push([this, id] {
            Transfer* ended = find(id);
            if (ended == nullptr) return;
            const std::function<void(Transfer&)> on_end = std::move(ended->on_end);
            if (on_end) on_end(*ended);
            // Bytes of a bare connection are still to come.
            if (sockets.count(id) == 0) cancel(id);
        });
    }
}

bool Client::Loop::wait(std::int64_t until_ms, int wake_fd) {
    std::int64_t timeout = std::max<std::int64_t>(0, until_ms - unix_now_ms());
    if (!timers_.empty()) {
        timeout =
            std::min(timeout, std::max<std::int64_t>(0, timers_.begin()->first - steady_ms()));
    }
    constexpr std::int64_t kLongestMs = 60'000;
    std::vector<curl_waitfd> files;
    if (wake_fd >= 0) files.push_back({wake_fd, CURL_WAIT_POLLIN, 0});
    std::vector<std::uint64_t> owners;
    for (const auto& [id, socket] : sockets) {
        const int events = CURL_WAIT_POLLIN | (socket.wants_to_write ? CURL_WAIT_POLLOUT : 0);
        files.push_back({socket.file, static_cast<short>(events), 0});
        owners.push_back(id);
    }
    curl_library()->multi_poll(multi_, files.empty() ? nullptr : files.data(),
                               static_cast<unsigned>(files.size()),
                               static_cast<int>(std::min(timeout, kLongestMs)), nullptr);
    const std::size_t n_before = files.size() - owners.size();
    for (std::size_t i = 0; i < owners.size(); ++i) {
        if (files[i + n_before].revents == 0) continue;
        const auto found = sockets.find(owners[i]);
        if (found == sockets.end()) continue;
        const std::function<void()> ready = found->second.ready;
        ready();
    }
    return n_before == 0 || files[0].revents == 0;
}

void Client::Loop::poll(std::int64_t until_ms, int wake_fd) {
    while (true) {
        run_timers();
        send_waiting();
        int n_running = 0;
        curl_library()->multi_perform(multi_, &n_running);
        take_messages();
        if (run_ready()) {
            // What callbacks have asked for goes out before the caller does something else.
            send_waiting();
            curl_library()->multi_perform(multi_, &n_running);
            return;
        }
        if (unix_now_ms() >= until_ms) return;
        if (!wait(until_ms, wake_fd)) return;
    }
}

} // namespace tiphys::kube
