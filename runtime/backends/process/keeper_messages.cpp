// Messages and records as bytes.

#include "runtime/backends/process/keeper_messages.h"

#include <cstring>
#include <sstream>

#include "runtime/io/files.h"
#include "runtime/journal/bytes.h"
#include "runtime/journal/event_bytes.h"

namespace tiphys::run {

template <class Bytes, Same<ProcessKey> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node, value.index, value.attempt);
}

template <class Bytes, Same<ProcessEnd> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.kind, value.code, value.cpu_ms, value.memory_kib, value.reason);
}

template <class Bytes, Same<MountStep> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.kind, value.source, value.target, value.options, value.may_fail);
}

template <class Bytes, Same<Launch> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.executable, value.argv, value.env, value.working_dir, value.stdout_path,
          value.stderr_path, value.own_mounts, value.own_user, value.is_root_inside,
          value.own_processes, value.mounts, value.root);
}

std::string message_as_bytes(const KeeperMessage& message) {
    ByteWriter writer;
    writer(message.kind, message.key, message.after, message.launch,
           request_as_bytes(message.request), message.answer_path, message.signal, message.pid,
           message.end);
    const std::string body = writer.take();
    const std::uint64_t size = body.size();
    std::string bytes(sizeof size, '\0');
    std::memcpy(bytes.data(), &size, sizeof size);
    return bytes + body;
}

std::optional<KeeperMessage> take_message_from(std::string& bytes) {
    std::uint64_t size = 0;
    if (bytes.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, bytes.data(), sizeof size);
    if (bytes.size() - sizeof size < size) return std::nullopt;
    const std::string body = bytes.substr(sizeof size, size);
    bytes.erase(0, sizeof size + size);
    ByteReader reader(body);
    KeeperMessage message;
    std::string request;
    reader(message.kind, message.key, message.after, message.launch, request, message.answer_path,
           message.signal, message.pid, message.end);
    message.request = request_from_bytes(request).value_or(HttpRequest{});
    return message;
}

std::string record_line(const ProcessKey& key, const ProcessEnd& end) {
    std::string line;
    for (const auto number :
         {std::uint64_t{key.node}, std::uint64_t{key.index}, std::uint64_t{key.attempt},
          static_cast<std::uint64_t>(end.kind), static_cast<std::uint64_t>(end.code),
          static_cast<std::uint64_t>(end.cpu_ms), static_cast<std::uint64_t>(end.memory_kib)}) {
        line += std::to_string(number) + " ";
    }
    for (const char c : end.reason) {
        line += c == '\n' ? ' ' : c;
    }
    return line + "\n";
}

std::map<ProcessKey, ProcessEnd> read_records(const std::string& run_folder) {
    std::map<ProcessKey, ProcessEnd> known;
    const auto text = read_file(run_folder + "/" + kKeeperRecords);
    if (!text) return known;
    std::istringstream lines(*text);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        ProcessKey key;
        ProcessEnd end;
        int kind = 0;
        words >> key.node >> key.index >> key.attempt >> kind >> end.code;
        if (!(words >> end.cpu_ms >> end.memory_kib)) continue;
        words.get();
        std::getline(words, end.reason);
        end.kind = static_cast<ProcessEnd::Kind>(kind);
        known[key] = end;
    }
    return known;
}

} // namespace tiphys::run
