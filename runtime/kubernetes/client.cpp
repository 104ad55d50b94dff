// The client as others see it.

#include "runtime/kubernetes/client.h"

#include <limits>
#include <optional>

#include "runtime/kubernetes/exec_session.h"
#include "runtime/kubernetes/loop.h"
#include "runtime/kubernetes/watcher.h"

namespace tiphys::kube {
namespace {

/// Something is always due before: requests have timeouts.
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max() / 2;

} // namespace

Client::Client(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::open(const Access& access, const ClientOptions& options) {
    auto loop = std::make_unique<Loop>(access, options);
    if (auto opened = loop->open(); !opened) return opened.error();
    return std::make_unique<Client>(std::move(loop));
}

Response Client::call(const Request& request) {
    std::optional<Response> answer;
    send(request, [&answer](Response response) { answer = std::move(response); });
    while (!answer) {
        loop_->poll(kNoEnd, -1);
    }
    return std::move(*answer);
}

void Client::send(Request request, Answered answered) {
    auto call = std::make_unique<Call>();
    call->request = std::move(request);
    call->answered = std::move(answered);
    loop_->enqueue(std::move(call));
}

WatchId Client::watch(const WatchRequest& request, Watched watched) {
    const WatchId id = ++loop_->last_id;
    auto watcher = std::make_unique<Watcher>(*loop_, id, request, std::move(watched));
    watcher->list();
    loop_->watchers.emplace(id, std::move(watcher));
    return id;
}

void Client::end_watch(WatchId id) {
    loop_->watchers.erase(id);
}

std::uint64_t Client::stream(const Request& request, std::function<void(std::string_view)> on_bytes,
                             Answered ended) {
    TransferOptions how;
    how.user_agent = loop_->options.user_agent;
    Loop* loop = loop_.get();
    // Bytes are told from the queue, where callbacks may use the client.
    const auto id = std::make_shared<std::uint64_t>(0);
    const auto tell = std::make_shared<std::function<void(std::string_view)>>(std::move(on_bytes));
    const auto take = [loop, id, tell](std::string_view bytes) {
        loop->push([loop, id, tell, text = std::string(bytes)] {
            if (loop->find(*id) != nullptr) (*tell)(text);
        });
    };
    const auto end = [loop, request, ended = std::move(ended)](Transfer& transfer) {
        loop->count(request, transfer.response(), transfer.begun_ms);
        if (ended) ended(std::move(transfer.response()));
    };
    *id = loop->begin(request, how, {take, end});
    return *id;
}

void Client::end_stream(std::uint64_t id) {
    loop_->cancel(id);
}

void Client::exec(const ExecRequest& request, std::function<void(std::string_view)> on_output,
                  std::function<void(Result<int>)> ended) {
    const std::uint64_t id = ++loop_->last_id;
    auto session =
        std::make_unique<ExecSession>(*loop_, id, request, std::move(on_output), std::move(ended));
    session->begin();
    loop_->sessions.emplace(id, std::move(session));
}

Result<int> Client::exec(const ExecRequest& request,
                         const std::function<void(std::string_view)>& on_output) {
    std::optional<Result<int>> outcome;
    exec(request, on_output, [&outcome](Result<int> ended) { outcome = std::move(ended); });
    while (!outcome) {
        loop_->poll(kNoEnd, -1);
    }
    return std::move(*outcome);
}

void Client::poll(std::int64_t until_ms, int wake_fd) {
    loop_->poll(until_ms, wake_fd);
}

void Client::send_before(std::int64_t steady_ms) {
    loop_->send_before_ms = steady_ms;
}

const Access& Client::access() const {
    return loop_->access;
}

std::size_t Client::n_unanswered() const {
    return loop_->n_unanswered;
}

const std::map<CallKey, CallCount>& Client::counts() const {
    return loop_->counts;
}

const MissingRights& Client::missing_rights() const {
    return loop_->missing_rights;
}

} // namespace tiphys::kube
