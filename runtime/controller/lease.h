#pragma once
// Who of several controllers acts: the holder of a Lease. Argo: leaderelection of client-go with
// 15 and 10 seconds; it renews every 5, we every 2.

#include <cstdint>
#include <limits>
#include <string>

#include "runtime/controller/log.h"
#include "runtime/kubernetes/client.h"

namespace tiphys::control {

/// What a Lease object says.
struct LeaseContent;

class Lease {
public:
    /// `name_space` and `name` of the Lease object; `identity`: who we are.
    Lease(kube::Client& client, Log& log, std::string name_space, std::string name,
          std::string identity);

    /// Asks for the lease or renews it, when it is time for that.
    void tick(std::int64_t now_ms);
    /// Steady time at which tick() is wanted; far away while an answer is to come.
    [[nodiscard]] std::int64_t next_ms() const { return is_asking_ ? kFarMs : next_ms_; }

    /// We may act: nobody else has the lease, nor can get it before we stop.
    [[nodiscard]] bool is_held(std::int64_t now_ms) const { return now_ms < held_until_ms_; }
    /// Steady time until which that is so unless it is renewed.
    [[nodiscard]] std::int64_t held_until_ms() const { return held_until_ms_; }
    /// We had it, and somebody else has or had it since: who has lost it must not act again.
    [[nodiscard]] bool is_lost() const { return is_lost_; }
    /// Why it could not be had the last time, in words; empty: it could.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    /// For want of a right, which waiting does not mend.
    [[nodiscard]] bool is_refused() const { return is_refused_; }
    /// Lets others take it at once; waits for the answer.
    void give_up();

private:
    void look();
    void looked(const kube::Request& request, const kube::Response& response);
    void note(const LeaseContent& lease);
    void take(const std::string& lease);
    void taken(const kube::Request& request, const kube::Response& response, std::int64_t asked_ms);
    void complain(const char* what, const kube::Request& request, const kube::Response& response);
    [[nodiscard]] std::string body(bool is_first, std::int64_t n_transitions,
                                   const std::string& version) const;

    static constexpr std::int64_t kFarMs = std::numeric_limits<std::int64_t>::max() / 2;

    kube::Client& client_;
    Log& log_;
    std::string name_space_;
    std::string name_;
    std::string identity_;
    std::string version_;
    /// What others have written, and since when we know it.
    std::string seen_;
    std::int64_t seen_ms_ = 0;
    std::int64_t n_transitions_ = 0;
    std::string acquired_;
    /// Steady time until which we hold it.
    std::int64_t held_until_ms_ = 0;
    std::int64_t next_ms_ = 0;
    bool is_asking_ = false;
    bool was_held_ = false;
    bool is_lost_ = false;
    std::string trouble_;
    bool is_refused_ = false;
};

} // namespace tiphys::control
