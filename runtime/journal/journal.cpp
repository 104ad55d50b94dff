// The tables and what is done with them.

#include "runtime/journal/journal.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "runtime/journal/bytes.h"
#include "runtime/journal/event_bytes.h"

namespace tiphys::run {

template <class Bytes, Same<StoredFile> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.path, value.text, value.is_explicit, value.is_known, value.is_module);
}

template <class Bytes, Same<StoredInputs> T>
void fields(Bytes& bytes, T& value) {
    bytes(value.files, value.environment, value.entrypoint, value.parameters, value.isolation,
          value.grace_ms);
    if constexpr (!std::is_const_v<T>) {
        // Journals of earlier versions end here.
        if (bytes.at_end()) return;
    }
    bytes(value.backend, value.images, value.image_folder);
    if constexpr (!std::is_const_v<T>) {
        if (bytes.at_end()) return;
    }
    bytes(value.from, value.labels);
}

namespace {

constexpr std::int64_t kVersion = 2;

constexpr const char* kTables = R"sql(
CREATE TABLE runs(
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, namespace TEXT, uid TEXT, generate_name TEXT,
    created INTEGER, generation INTEGER, closed INTEGER, state_hash INTEGER, phase INTEGER,
    message TEXT, started INTEGER, finished INTEGER, suspended INTEGER, n_done INTEGER,
    n_all INTEGER, previous TEXT, inputs BLOB);
CREATE TABLE events(
    run INTEGER, number INTEGER, at INTEGER, what BLOB, PRIMARY KEY(run, number)) WITHOUT ROWID;
CREATE TABLE requests(id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER, what BLOB);
PRAGMA user_version = 2;
)sql";

constexpr std::string_view kColumns =
    "SELECT id, name, namespace, uid, generate_name, created, generation, closed, state_hash, "
    "phase, message, started, finished, suspended, n_done, n_all, previous, inputs FROM runs ";

std::string path_in(const std::string& folder) {
    return folder + "/journal.db";
}

RunRecord record_of(const Statement& row) {
    RunRecord record;
    record.id = row.number(0);
    record.name = row.text(1);
    record.namespace_name = row.text(2);
    record.uid = row.text(3);
    record.generate_name = row.text(4);
    record.created_ms = row.number(5);
    record.generation = row.number(6);
    record.closed = row.number(7) != 0;
    record.state_hash = static_cast<std::uint64_t>(row.number(8));
    const std::int64_t phase = row.number(9);
    const bool is_known = phase >= 0 && phase <= static_cast<std::int64_t>(RunPhase::kError);
    record.summary.phase = is_known ? static_cast<RunPhase>(phase) : RunPhase::kError;
    record.summary.message =
        is_known ? row.text(10) : "the journal is damaged: how the run stands is not known";
    record.summary.started_ms = row.number(11);
    record.summary.finished_ms = row.number(12);
    record.summary.suspended = row.number(13) != 0;
    record.summary.n_done = static_cast<std::uint32_t>(row.number(14));
    record.summary.n_all = static_cast<std::uint32_t>(row.number(15));
    record.previous = row.text(16);
    return record;
}

/// What of a run stands in columns of its own, and must be right.
std::string identity_of(const RunRecord& record) {
    std::string all;
    for (const std::string* part : {&record.name, &record.namespace_name, &record.uid,
                                    &record.generate_name, &record.previous}) {
        all += *part + '\n';
    }
    return all + std::to_string(record.created_ms);
}

Error cannot_understand(const std::string& run) {
    return Error{"the journal of run `" + run +
                 "` cannot be read: it is damaged, or was written by another version of tiphys; "
                 "`tiphys delete " +
                 run + " --force` forgets the run"};
}

/// Where the folder keeps how a run has ended, a journal that knows of nothing has lost it.
bool has_ended_runs(const std::string& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator run(folder + "/runs", error), end;
         !error && run != end; run.increment(error)) {
        if (std::filesystem::exists(run->path() / "workflow.json", error)) return true;
    }
    return false;
}

} // namespace

bool Journal::exists(const std::string& folder) {
    std::error_code error;
    return std::filesystem::exists(path_in(folder), error);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& folder, bool may_create) {
    if (may_create) {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) return Error{"cannot make `" + folder + "`: " + error.message()};
    }
    std::error_code error;
    // SQLite takes an empty file for a database that is to be made, and one of a single byte as
    // well.
    const bool is_empty = std::filesystem::file_size(path_in(folder), error) <= 1 && !error;
    if (is_empty && has_ended_runs(folder)) {
        return Error{"the journal `" + path_in(folder) + "` is empty, but there are runs in `" +
                     folder + "/runs`; put it back, or move the folder away to begin anew"};
    }
    TIPHYS_TRY(database, Database::open(path_in(folder), may_create));
    auto journal = std::make_unique<Journal>(std::move(database));
    TIPHYS_TRY(prepared, journal->prepare());
    static_cast<void>(prepared);
    return journal;
}

Result<Done> Journal::prepare() {
    const auto version = [&]() -> Result<std::int64_t> {
        TIPHYS_TRY(statement, database_->prepare("PRAGMA user_version"));
        TIPHYS_TRY(has_row, statement.step());
        return has_row ? statement.number(0) : 0;
    };
    TIPHYS_TRY(before, version());
    if (before > kVersion) {
        return Error{"the journal was written by a later version of tiphys (format " +
                     std::to_string(before) + ", this one knows " + std::to_string(kVersion) +
                     "); it was left as it is"};
    }
    // Readers do not wait for writers; a commit is safe from the end of the process, whatever ends
    // it, without waiting for the disk.
    TIPHYS_TRY(tuned, database_->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
    static_cast<void>(tuned);
    // The tables are those of version 1, whose rows have no seals.
    if (before == 1) return database_->run("PRAGMA user_version = 2");
    if (before != 0) return Done{};
    TIPHYS_TRY(transaction, Transaction::begin(*database_));
    // Another process may have been faster.
    TIPHYS_TRY(now, version());
    if (now != 0) return Done{};
    TIPHYS_TRY(made, database_->run(kTables));
    static_cast<void>(made);
    return transaction.commit();
}

Result<std::vector<RunRecord>> Journal::runs() {
    TIPHYS_TRY(rows, database_->prepare(std::string(kColumns) + "ORDER BY created DESC, id DESC"));
    std::vector<RunRecord> records;
    while (true) {
        TIPHYS_TRY(has_row, rows.step());
        if (!has_row) return records;
        records.push_back(record_of(rows));
    }
}

Result<std::optional<RunRecord>> Journal::find(const std::string& name, bool with_inputs) {
    TIPHYS_TRY(row, database_->prepare(std::string(kColumns) + "WHERE name = CAST(? AS TEXT)"));
    TIPHYS_TRY(has_row, row.bind(name).step());
    if (!has_row) return std::optional<RunRecord>();
    RunRecord record = record_of(row);
    if (!with_inputs) return std::optional<RunRecord>(std::move(record));
    const std::string bytes = row.text(17);
    const auto inputs = unsealed(bytes, identity_of(record));
    if (!inputs) return cannot_understand(name);
    ByteReader reader(*inputs);
    reader(record.inputs);
    if (!reader.good() || !reader.at_end()) return cannot_understand(name);
    return std::optional<RunRecord>(std::move(record));
}

Error Journal::unreadable(std::int64_t run) {
    auto row = database_->prepare("SELECT name FROM runs WHERE id = ?");
    if (!row) return row.error();
    const auto has_row = row->bind(run).step();
    return cannot_understand(has_row && *has_row ? row->text(0) : std::to_string(run));
}

Result<Done> Journal::add(RunRecord& record, const Event* first) {
    ByteWriter inputs;
    inputs(record.inputs);
    const std::string bytes = sealed(inputs.take(), identity_of(record));
    TIPHYS_TRY(transaction, Transaction::begin(*database_));
    TIPHYS_TRY(old, find(record.name, false));
    if (old) {
        TIPHYS_TRY(removed, remove_rows(old->id));
        static_cast<void>(removed);
    }
    TIPHYS_TRY(row,
               database_->prepare(
                   "INSERT INTO runs(name, namespace, uid, generate_name, created, generation, "
                   "closed, state_hash, phase, message, started, finished, suspended, n_done, "
                   "n_all, previous, inputs) VALUES(CAST(? AS TEXT), ?, ?, ?, ?, 1, 0, 0, 0, "
                   "'', 0, 0, 0, 0, 0, ?, ?)"));
    row.bind(record.name).bind(record.namespace_name).bind(record.uid).bind(record.generate_name);
    TIPHYS_TRY(inserted, row.bind(record.created_ms).bind(record.previous).bind(bytes).run());
    static_cast<void>(inserted);
    record.id = database_->last_row();
    if (first != nullptr) {
        TIPHYS_TRY(begun, insert_events(record.id, 0, {first, 1}));
        static_cast<void>(begun);
    }
    return transaction.commit();
}

Result<Done> Journal::restart(RunRecord& record, const Event& first) {
    ByteWriter inputs;
    inputs(record.inputs);
    const std::string bytes = sealed(inputs.take(), identity_of(record));
    TIPHYS_TRY(transaction, Transaction::begin(*database_));
    for (const char* sql :
         {"DELETE FROM events WHERE run = ?", "DELETE FROM requests WHERE run = ?"}) {
        TIPHYS_TRY(rows, database_->prepare(sql));
        TIPHYS_TRY(removed, rows.bind(record.id).run());
        static_cast<void>(removed);
    }
    TIPHYS_TRY(row, database_->prepare("UPDATE runs SET generation = generation + 1, closed = 0, "
                                       "state_hash = 0, finished = 0, message = '', phase = 1, "
                                       "inputs = ? WHERE id = ?"));
    TIPHYS_TRY(updated, row.bind(bytes).bind(record.id).run());
    static_cast<void>(updated);
    TIPHYS_TRY(inserted, insert_events(record.id, 0, {&first, 1}));
    static_cast<void>(inserted);
    ++record.generation;
    record.closed = false;
    return transaction.commit();
}

Result<Done> Journal::remove(std::int64_t run) {
    TIPHYS_TRY(transaction, Transaction::begin(*database_));
    TIPHYS_TRY(removed, remove_rows(run));
    static_cast<void>(removed);
    return transaction.commit();
}

Result<Done> Journal::remove_rows(std::int64_t run) {
    for (const char* sql :
         {"DELETE FROM events WHERE run = ?", "DELETE FROM requests WHERE run = ?",
          "DELETE FROM runs WHERE id = ?"}) {
        TIPHYS_TRY(rows, database_->prepare(sql));
        TIPHYS_TRY(removed, rows.bind(run).run());
        static_cast<void>(removed);
    }
    return Done{};
}

Result<std::vector<Event>> Journal::events(std::int64_t run, std::int64_t first) {
    TIPHYS_TRY(rows, database_->prepare("SELECT at, what, number FROM events WHERE run = ? AND "
                                        "number >= ? ORDER BY number"));
    rows.bind(run).bind(first);
    std::vector<Event> events;
    while (true) {
        TIPHYS_TRY(has_row, rows.step());
        if (!has_row) return events;
        const std::string row = rows.text(1);
        const auto bytes = unsealed(row, std::to_string(rows.number(0)));
        auto what = bytes ? event_from_bytes(*bytes) : std::nullopt;
        const bool is_next = rows.number(2) == first + static_cast<std::int64_t>(events.size());
        if (!what || !is_next) return unreadable(run);
        events.push_back({rows.number(0), std::move(*what)});
    }
}

Result<Done> Journal::request(std::int64_t run, const EventKind& what) {
    TIPHYS_TRY(row, database_->prepare("INSERT INTO requests(run, what) VALUES(?, ?)"));
    const std::string bytes = sealed(event_as_bytes(what));
    return row.bind(run).bind(bytes).run();
}

Result<std::vector<PendingRequest>> Journal::requests(std::int64_t run) {
    TIPHYS_TRY(rows, database_->prepare("SELECT id, what FROM requests WHERE run = ? ORDER BY id"));
    rows.bind(run);
    std::vector<PendingRequest> requests;
    while (true) {
        TIPHYS_TRY(has_row, rows.step());
        if (!has_row) return requests;
        const std::string row = rows.text(1);
        const auto bytes = unsealed(row);
        auto what = bytes ? event_from_bytes(*bytes) : std::nullopt;
        if (!what) return unreadable(run);
        requests.push_back({rows.number(0), std::move(*what)});
    }
}

Result<Done> Journal::insert_events(std::int64_t run, std::int64_t first,
                                    std::span<const Event> events) {
    if (!insert_event_) {
        TIPHYS_TRY(prepared, database_->prepare("INSERT INTO events VALUES(?, ?, ?, ?)"));
        insert_event_.emplace(std::move(prepared));
    }
    for (const Event& event : events) {
        const std::string bytes = sealed(event_as_bytes(event.what), std::to_string(event.now_ms));
        insert_event_->bind(run).bind(first++).bind(event.now_ms).bind(bytes);
        TIPHYS_TRY(inserted, insert_event_->run());
        static_cast<void>(inserted);
    }
    return Done{};
}

Result<Done> Journal::append(std::int64_t run, const Batch& batch) {
    if (!update_run_) {
        TIPHYS_TRY(prepared, database_->prepare(
                                 "UPDATE runs SET phase = ?, message = ?, started = ?, finished "
                                 "= ?, suspended = ?, n_done = ?, n_all = ? WHERE id = ?"));
        update_run_.emplace(std::move(prepared));
    }
    TIPHYS_TRY(transaction, Transaction::begin(*database_));
    TIPHYS_TRY(inserted, insert_events(run, batch.first, batch.events));
    static_cast<void>(inserted);
    const RunSummary& summary = batch.summary;
    update_run_->bind(static_cast<std::int64_t>(summary.phase)).bind(summary.message);
    update_run_->bind(summary.started_ms).bind(summary.finished_ms).bind(summary.suspended ? 1 : 0);
    TIPHYS_TRY(updated, update_run_->bind(summary.n_done).bind(summary.n_all).bind(run).run());
    static_cast<void>(updated);
    if (batch.last_request != 0) {
        TIPHYS_TRY(rows, database_->prepare("DELETE FROM requests WHERE run = ? AND id <= ?"));
        TIPHYS_TRY(removed, rows.bind(run).bind(batch.last_request).run());
        static_cast<void>(removed);
    }
    return transaction.commit();
}

Result<Done> Journal::close(std::int64_t run, std::uint64_t state_hash) {
    TIPHYS_TRY(row, database_->prepare("UPDATE runs SET closed = 1, state_hash = ? WHERE id = ?"));
    return row.bind(static_cast<std::int64_t>(state_hash)).bind(run).run();
}

} // namespace tiphys::run
