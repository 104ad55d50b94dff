// Lists and watches.

#include "runtime/kubernetes/watcher.h"

#include <utility>

#include "runtime/kubernetes/failure.h"
#include "runtime/plan/json_text.h"

namespace tiphys::kube {
namespace {

/// The server ends a watch after that; five minutes and some more, so that not all end at once.
constexpr std::int64_t kWatchSeconds = 300;
constexpr std::int64_t kWatchSpread = 300;
/// Bookmarks come each minute: a connection without any is dead.
constexpr std::int64_t kSilenceMs = 180'000;

constexpr int kGone = 410;

/// A member's text; empty where it is absent.
std::string_view member(std::string_view object, std::string_view key) {
    if (object.empty() || object.front() != '{') return {};
    std::string_view found;
    for (const auto& [name, value] : run::json_members(object)) {
        if (name == key) found = value.text;
    }
    return found;
}

std::string text_member(std::string_view object, std::string_view key) {
    const std::string_view text = member(object, key);
    return text.empty() || text.front() != '"' ? "" : run::json_unquote(text);
}

} // namespace

Watcher::Watcher(Client::Loop& loop, WatchId id, WatchRequest request, Client::Watched watched)
    : loop_(loop), id_(id), request_(std::move(request)), watched_(std::move(watched)) {}

Watcher::~Watcher() {
    loop_.cancel(transfer_);
}

Request Watcher::base_request() const {
    Request request;
    request.resource = request_.resource;
    if (!request_.label_selector.empty()) {
        request.query.emplace_back("labelSelector", request_.label_selector);
    }
    if (!request_.field_selector.empty()) {
        request.query.emplace_back("fieldSelector", request_.field_selector);
    }
    return request;
}

void Watcher::later(std::int64_t pause_ms, void (Watcher::*work)()) {
    loop_.after(pause_ms, [loop = &loop_, id = id_, work] {
        const auto found = loop->watchers.find(id);
        if (found != loop->watchers.end()) (found->second.get()->*work)();
    });
}

void Watcher::list() {
    ++round_;
    must_list_ = false;
    unfinished_.clear();
    list_chunk("");
}

void Watcher::list_chunk(const std::string& continuation) {
    Request request = base_request();
    if (is_chunked_) request.query.emplace_back("limit", std::to_string(loop_.options.chunk_size));
    if (!continuation.empty()) request.query.emplace_back("continue", continuation);
    TransferOptions how;
    how.user_agent = loop_.options.user_agent;
    how.timeout_ms = 2 * loop_.options.timeout_ms;
    transfer_ = loop_.begin(request, how, {nullptr, [this, request](Transfer& ended) {
                                               const Response& response = ended.response();
                                               loop_.count(request, response, ended.begun_ms);
                                               chunk_listed(ended.response());
                                           }});
}

void Watcher::chunk_listed(Response& response) {
    transfer_ = 0;
    if (response.status == kGone && is_chunked_) {
        // The place in the list is no longer known. client-go: one list without chunks then.
        is_chunked_ = false;
        list();
        return;
    }
    if (!response.ok()) {
        fail(response, true);
        return;
    }
    if (run::json_error(response.body)) {
        response.error = no_api_text(loop_.access);
        response.status = 0;
        fail(response, true);
        return;
    }
    // The callbacks may end this watch.
    const WatchId id = id_;
    Client::Loop& loop = loop_;
    const std::string body = std::move(response.body);
    const std::string_view meta = member(body, "metadata");
    const std::string_view items = member(body, "items");
    if (!items.empty() && items.front() == '[') {
        for (const run::JsonValue& item : run::json_elements(items)) {
            item_listed(item.text);
            if (loop.watchers.count(id) == 0) return;
        }
    }
    const std::string continuation = text_member(meta, "continue");
    if (!continuation.empty()) {
        list_chunk(continuation);
        return;
    }
    version_ = text_member(meta, "resourceVersion");
    listing_ended();
}

Watcher::Identity Watcher::identity_of(std::string_view object) {
    Identity identity;
    const std::string_view meta = member(object, "metadata");
    if (meta.empty() || meta.front() != '{') return identity;
    for (const auto& [name, value] : run::json_members(meta)) {
        std::string* field = name == "namespace"         ? &identity.name_space
                             : name == "name"            ? &identity.name
                             : name == "uid"             ? &identity.uid
                             : name == "resourceVersion" ? &identity.version
                                                         : nullptr;
        if (field != nullptr && value.type == run::JsonType::kString) {
            *field = run::json_unquote(value.text);
        }
    }
    return identity;
}

std::string Watcher::key_of(const Identity& identity) {
    return identity.name_space + "/" + identity.name;
}

void Watcher::tell(WatchEvent::Kind kind, const Identity& identity, std::string_view object) {
    WatchEvent event;
    event.kind = kind;
    event.name_space = identity.name_space;
    event.name = identity.name;
    event.uid = identity.uid;
    event.object = object;
    // The callback may end this watch, and itself with it.
    const Client::Watched watched = watched_;
    watched(event);
}

void Watcher::item_listed(std::string_view item) {
    const WatchId id = id_;
    Client::Loop& loop = loop_;
    const Identity identity = identity_of(item);
    const auto found = known_.find(key_of(identity));
    const bool is_known = found != known_.end();
    if (is_known && found->second.uid != identity.uid) {
        // Another object of the same name has taken its place meanwhile.
        Identity gone = identity;
        gone.uid = found->second.uid;
        known_.erase(found);
        tell(WatchEvent::Kind::kDeleted, gone, "");
        if (loop.watchers.count(id) == 0) return;
        known_[key_of(identity)] = {identity.uid, identity.version, round_};
        tell(WatchEvent::Kind::kAdded, identity, item);
        return;
    }
    if (is_known && found->second.version == identity.version) {
        found->second.round = round_;
        return;
    }
    known_[key_of(identity)] = {identity.uid, identity.version, round_};
    tell(is_known ? WatchEvent::Kind::kModified : WatchEvent::Kind::kAdded, identity, item);
}

void Watcher::listing_ended() {
    const WatchId id = id_;
    Client::Loop& loop = loop_;
    std::vector<Identity> gone;
    for (auto at = known_.begin(); at != known_.end();) {
        if (at->second.round == round_) {
            ++at;
            continue;
        }
        const std::size_t slash = at->first.find('/');
        gone.push_back(
            {at->first.substr(0, slash), at->first.substr(slash + 1), at->second.uid, ""});
        at = known_.erase(at);
    }
    n_failures_ = 0;
    is_chunked_ = true;
    watch();
    for (const Identity& identity : gone) {
        tell(WatchEvent::Kind::kDeleted, identity, "");
        if (loop.watchers.count(id) == 0) return;
    }
    tell(WatchEvent::Kind::kSynced, {}, "");
}

void Watcher::watch() {
    Request request = base_request();
    const auto spread = static_cast<std::int64_t>(id_ * 37 % kWatchSpread);
    request.query.emplace_back("watch", "true");
    request.query.emplace_back("resourceVersion", version_);
    request.query.emplace_back("allowWatchBookmarks", "true");
    request.query.emplace_back("timeoutSeconds", std::to_string(kWatchSeconds + spread));
    TransferOptions how;
    how.user_agent = loop_.options.user_agent;
    how.silence_ms = kSilenceMs;
    unfinished_.clear();
    // Bytes come from inside of libcurl, where nothing may be asked of it.
    const auto take = [this](std::string_view bytes) { take_bytes(bytes); };
    transfer_ =
        loop_.begin(request, how, {take, [this, request](Transfer& ended) {
                                       loop_.count(request, ended.response(), ended.begun_ms);
                                       watch_ended(ended);
                                   }});
}

void Watcher::take_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        unfinished_.append(bytes.substr(0, end));
        if (end == bytes.npos) return;
        bytes.remove_prefix(end + 1);
        loop_.push([loop = &loop_, id = id_, line = std::exchange(unfinished_, {})] {
            const auto found = loop->watchers.find(id);
            if (found != loop->watchers.end()) found->second->take_line(line);
        });
    }
}

void Watcher::take_line(std::string_view line) {
    if (must_list_ || line.empty() || run::json_error(line)) return;
    const std::string type = text_member(line, "type");
    const std::string_view object = member(line, "object");
    n_failures_ = 0;
    has_new_credentials_ = false;
    if (type == "ERROR") {
        watch_refused(object);
        return;
    }
    object_changed(type, object);
}

void Watcher::object_changed(std::string_view type, std::string_view object) {
    const Identity identity = identity_of(object);
    if (!identity.version.empty()) version_ = identity.version;
    if (type == "BOOKMARK") return;
    const std::string key = key_of(identity);
    const auto found = known_.find(key);
    if (type == "DELETED") {
        if (found == known_.end()) return;
        known_.erase(found);
        tell(WatchEvent::Kind::kDeleted, identity, object);
        return;
    }
    const bool is_known = found != known_.end();
    known_[key] = {identity.uid, identity.version, round_};
    tell(is_known ? WatchEvent::Kind::kModified : WatchEvent::Kind::kAdded, identity, object);
}

void Watcher::watch_refused(std::string_view status) {
    const bool is_gone = member(status, "code") == "410" ||
                         text_member(status, "reason") == "Gone" ||
                         text_member(status, "reason") == "Expired";
    must_list_ = true;
    loop_.cancel(transfer_);
    transfer_ = 0;
    if (is_gone) {
        later(0, &Watcher::list);
        return;
    }
    Response response;
    response.status = 500;
    response.body = std::string(status);
    fail(response, true);
}

void Watcher::watch_ended(Transfer& transfer) {
    transfer_ = 0;
    if (must_list_) return;
    const Response& response = transfer.response();
    if (response.status == kGone) {
        later(0, &Watcher::list);
        return;
    }
    // An end in the middle is usual: the server was restarted, or a machine between.
    const bool has_lasted = transfer.status() == 200;
    if (response.ok() || has_lasted) {
        ++n_failures_;
        later(n_failures_ <= 1 ? 0 : loop_.pause_ms(n_failures_, 0), &Watcher::watch);
        return;
    }
    fail(response, false);
}

void Watcher::fail(const Response& response, bool is_to_list) {
    ++n_failures_;
    std::int64_t pause = loop_.pause_ms(n_failures_, response.retry_after_ms);
    if (response.status == 401 && loop_.credentials.can_change()) {
        loop_.credentials.forget();
        if (!std::exchange(has_new_credentials_, true)) pause = 0;
    }
    later(pause, is_to_list ? &Watcher::list : &Watcher::watch);
    WatchEvent event;
    event.kind = WatchEvent::Kind::kFailed;
    event.failure = &response;
    const Client::Watched watched = watched_;
    watched(event);
}

} // namespace tiphys::kube
