#pragma once
// What a runner and its keeper say to each other: messages, each after its length.

#include <optional>
#include <string>

#include "runtime/backends/process/keeper.h"

namespace tiphys::run {

struct KeeperMessage {
    enum class Kind : std::uint8_t {
        kLaunch,
        kRequest,
        kBegin, ///< what was to begin after another begins now
        kSignal,
        kForget,
        kQuit,
        kState, ///< from the keeper: what is known of a process
        kReady  ///< from the keeper: all that was known has been said
    };
    Kind kind = Kind::kReady;
    ProcessKey key;
    /// kLaunch: the process at whose end this one begins; without a node: at once.
    ProcessKey after;
    Launch launch;
    HttpRequest request;
    std::string answer_path;
    int signal = 0;
    /// kReady: of the keeper.
    int pid = 0;
    ProcessEnd end;
};

/// With its length.
[[nodiscard]] std::string message_as_bytes(const KeeperMessage& message);
/// Takes the first whole message off; nothing where it has not come completely.
[[nodiscard]] std::optional<KeeperMessage> take_message_from(std::string& bytes);

/// Names of the keeper's files in the folder of a run.
inline constexpr const char* kKeeperSocket = "keeper.sock";
inline constexpr const char* kKeeperRecords = "keeper.log";

/// A line of the records, and back: `12 0 0 1 3 20 1800 reason`.
[[nodiscard]] std::string record_line(const ProcessKey& key, const ProcessEnd& end);
[[nodiscard]] std::map<ProcessKey, ProcessEnd> read_records(const std::string& run_folder);

/// The keeper's whole life; returns when there is nothing left to keep.
void keep(int connection, int listener, int records, const std::string& run_folder);

} // namespace tiphys::run
