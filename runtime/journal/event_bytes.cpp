// The fields of everything that an event may hold. Their order is the format of the journal: what
// changes it raises the journal's version.

#include "runtime/journal/event_bytes.h"

#include "runtime/journal/bytes.h"

namespace tiphys::run {

template <class Bytes, Same<Artifact> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.name, value.path, value.global_name, value.source, value.location, value.access,
          value.archive, value.compression_level, value.mode, value.recurse_mode, value.optional,
          value.gc_strategy, value.deleted);
}

template <class Bytes, Same<ParameterValue> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.name, value.value, value.global_name);
}

template <class Bytes, Same<Outputs> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.result, value.parameters, value.artifacts);
}

template <class Bytes, Same<CacheEntry> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node_id, value.outputs, value.exit_code, value.created_ms);
}

template <class Bytes, Same<KeptNode> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.phase, value.message, value.outputs, value.exit_code, value.started_ms,
          value.finished_ms, value.original);
}

template <class Bytes, Same<ProcessReport> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.end, value.message);
}

template <class Bytes, Same<HttpResponse> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.status, value.body, value.headers, value.error);
}

template <class Bytes, Same<HttpRequest> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.method, value.url, value.headers, value.body, value.timeout_ms, value.insecure);
}

template <class Bytes, Same<TaskReport> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.phase, value.message, value.exit_code, value.result, value.parameters,
          value.artifacts, value.processes, value.http, value.keys);
}

template <class Bytes, Same<RunStarted> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.caches, value.kept);
}

template <class Bytes, Same<TaskStarted> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node);
}

template <class Bytes, Same<TaskWaiting> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node, value.reason);
}

template <class Bytes, Same<TaskFinished> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node, value.report);
}

template <class Bytes, Same<TimerFired> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.kind, value.node);
}

template <class Bytes, Same<ShutdownRequested> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.shutdown);
}

template <class Bytes, Same<SuspensionChanged> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.suspended, value.with_nodes);
}

template <class Bytes, Same<SuspendedNodeSet> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.node, value.phase, value.message, value.outputs);
}

template <class Bytes, Same<LocksChanged> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.held_outside);
}

namespace {

template <class Kind>
std::optional<EventKind> read_kind(ByteReader& reader) {
    Kind kind;
    reader(kind);
    if (!reader.good() || !reader.at_end()) return std::nullopt;
    return kind;
}

using ReadKind = std::optional<EventKind> (*)(ByteReader&);

template <class... Kinds>
std::optional<EventKind> read_any(std::size_t index, ByteReader& reader,
                                  const std::variant<Kinds...>*) {
    constexpr ReadKind kReaders[] = {read_kind<Kinds>...};
    if (index >= sizeof...(Kinds)) return std::nullopt;
    return kReaders[index](reader);
}

} // namespace

std::string event_as_bytes(const EventKind& what) {
    ByteWriter writer;
    writer(what.index());
    std::visit([&](const auto& kind) { writer(kind); }, what);
    return writer.take();
}

std::optional<EventKind> event_from_bytes(std::string_view bytes) {
    ByteReader reader(bytes);
    std::size_t index = 0;
    reader(index);
    if (!reader.good()) return std::nullopt;
    const EventKind* const all_kinds = nullptr;
    return read_any(index, reader, all_kinds);
}

std::string request_as_bytes(const HttpRequest& request) {
    ByteWriter writer;
    writer(request);
    return writer.take();
}

std::optional<HttpRequest> request_from_bytes(std::string_view bytes) {
    ByteReader reader(bytes);
    HttpRequest request;
    reader(request);
    if (!reader.good() || !reader.at_end()) return std::nullopt;
    return request;
}

} // namespace tiphys::run
