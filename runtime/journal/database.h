#pragma once
// SQLite as far as the journal needs it. Every failure is an Error in words for the user.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tiphys::run {

class Database;

/// One prepared statement. Values are bound from the left; columns are read from 0.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(std::int64_t value);
    /// The text must live until the statement has been run.
    Statement& bind(std::string_view bytes);
    /// The same, as a text that SQL compares with texts.
    Statement& bind_text(std::string_view text);
    /// True while there is a row.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that gives no rows, and makes it ready to be bound again.
    [[nodiscard]] Result<Done> run();
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] int n_columns() const;

private:
    friend class Database;
    Statement(Database& database, sqlite3_stmt* statement)
        : database_(&database), statement_(statement) {}

    Database* database_;
    sqlite3_stmt* statement_;
    int n_bound_ = 0;
};

class Database {
public:
    /// Makes the file where it is absent and `may_create`. `what` names it in errors.
    [[nodiscard]] static Result<std::unique_ptr<Database>>
    open(const std::string& path, bool may_create, const std::string& what = "the journal");
    /// For open(): owns the handle.
    Database(std::string name, sqlite3* handle) : name_(std::move(name)), handle_(handle) {}
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    [[nodiscard]] Result<Done> run(const char* sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// Of the row that was inserted last.
    [[nodiscard]] std::int64_t last_row() const;
    /// Rows that the last statement inserted, changed or removed.
    [[nodiscard]] std::int64_t n_changed() const;
    /// What went wrong just now.
    [[nodiscard]] Error error() const;

private:
    /// ``the journal `PATH` ``
    std::string name_;
    sqlite3* handle_;
};

/// Everything until commit() happens at once, or not at all.
class Transaction {
public:
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(other.database_) {
        other.database_ = nullptr;
    }
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    [[nodiscard]] Result<Done> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}

    Database* database_;
};

} // namespace tiphys::run
