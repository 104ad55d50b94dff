#pragma once
// One watch: lists, watches, and starts again where it was cut. client-go:
// tools/cache/reflector.go.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/loop.h"

namespace tiphys::kube {

class Watcher {
public:
    Watcher(Client::Loop& loop, WatchId id, WatchRequest request, Client::Watched watched);
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    /// From the first chunk on.
    void list();

private:
    /// An object that was told.
    struct Known {
        std::string uid;
        std::string version;
        /// The listing that it was seen in last.
        std::uint64_t round = 0;
    };
    /// What identifies an object.
    struct Identity {
        std::string name_space;
        std::string name;
        std::string uid;
        std::string version;
    };

    [[nodiscard]] Request base_request() const;
    void list_chunk(const std::string& continuation);
    void chunk_listed(Response& response);
    void item_listed(std::string_view item);
    void listing_ended();
    void watch();
    void take_bytes(std::string_view bytes);
    void take_line(std::string_view line);
    void object_changed(std::string_view type, std::string_view object);
    void watch_refused(std::string_view status);
    void watch_ended(Transfer& transfer);
    void fail(const Response& response, bool is_to_list);
    void tell(WatchEvent::Kind kind, const Identity& identity, std::string_view object);
    /// Calls `work` of this watcher later, unless it has been ended.
    void later(std::int64_t pause_ms, void (Watcher::*work)());
    [[nodiscard]] static Identity identity_of(std::string_view object);
    [[nodiscard]] static std::string key_of(const Identity& identity);

    Client::Loop& loop_;
    WatchId id_;
    WatchRequest request_;
    Client::Watched watched_;
    std::map<std::string, Known> known_;
    std::uint64_t round_ = 0;
    std::string version_;
    std::string unfinished_;
    std::uint64_t transfer_ = 0;
    int n_failures_ = 0;
    bool is_chunked_ = true;
    bool must_list_ = false;
    bool has_new_credentials_ = false;
};

} // namespace tiphys::kube
