// SQLite behind three small classes.

#include "runtime/journal/database.h"

#include <sqlite3.h>

namespace tiphys::run {
namespace {

/// How long another process may keep the database to itself.
constexpr int kPatienceMs = 20'000;

} // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(other.statement_), n_bound_(other.n_bound_) {
    other.statement_ = nullptr;
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

Statement& Statement::bind(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++n_bound_, value);
    return *this;
}

Statement& Statement::bind(std::string_view bytes) {
    // Null pointers would be NULL.
    const char* data = bytes.empty() ? "" : bytes.data();
    sqlite3_bind_blob64(statement_, ++n_bound_, data, bytes.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind_text(std::string_view text) {
    const char* data = text.empty() ? "" : text.data();
    sqlite3_bind_text64(statement_, ++n_bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

int Statement::n_columns() const {
    return sqlite3_column_count(statement_);
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return database_->error();
}

Result<Done> Statement::run() {
    const int code = sqlite3_step(statement_);
    const Error error = code == SQLITE_DONE ? Error{} : database_->error();
    sqlite3_reset(statement_);
    n_bound_ = 0;
    if (code != SQLITE_DONE) return error;
    return Done{};
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (bytes == nullptr) return "";
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, bool may_create,
                                                 const std::string& what) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     flags | (may_create ? SQLITE_OPEN_CREATE : 0), nullptr);
    auto database = std::make_unique<Database>(what + " `" + path + "`", handle);
    if (code != SQLITE_OK) return database->error();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kPatienceMs);
    return database;
}

Database::~Database() {
    sqlite3_close_v2(handle_);
}

Result<Done> Database::run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error();
    return Done{};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return error();
    return Statement(*this, statement);
}

std::int64_t Database::last_row() const {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::n_changed() const {
    return sqlite3_changes64(handle_);
}

Error Database::error() const {
    const int code = sqlite3_extended_errcode(handle_);
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Error{name_ + " is damaged (" + sqlite3_errmsg(handle_) +
                     "); it was left as it is: move it away to begin anew"};
    case SQLITE_FULL:
        return Error{"cannot write " + name_ + ": the disk is full"};
    case SQLITE_READONLY:
        return Error{"cannot write " + name_ + ": it is read-only"};
    case SQLITE_BUSY:
        return Error{"cannot write " + name_ + ": another process keeps it locked"};
    case SQLITE_CANTOPEN:
        return Error{"cannot open " + name_ + ": the folder is missing or cannot be written"};
    default:
        return Error{"cannot use " + name_ + ": " + sqlite3_errmsg(handle_)};
    }
}

Result<Transaction> Transaction::begin(Database& database) {
    TIPHYS_TRY(begun, database.run("BEGIN IMMEDIATE"));
    static_cast<void>(begun);
    return Transaction(database);
}

Transaction::~Transaction() {
    if (database_ == nullptr) return;
    // What failed before says more than a failure of this.
    static_cast<void>(database_->run("ROLLBACK").has_value());
}

Result<Done> Transaction::commit() {
    TIPHYS_TRY(committed, database_->run("COMMIT"));
    database_ = nullptr;
    return committed;
}

} // namespace tiphys::run
