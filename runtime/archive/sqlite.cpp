// The archive in a file of SQLite.

#include "runtime/archive/sql.h"
#include "runtime/io/files.h"
#include "runtime/journal/database.h"

namespace tiphys::archive {
namespace {

class SqliteConnection : public SqlConnection {
public:
    explicit SqliteConnection(std::unique_ptr<run::Database> database)
        : database_(std::move(database)) {}

    [[nodiscard]] SqlDialect dialect() const override { return SqlDialect::kSqlite; }

    [[nodiscard]] Result<SqlOutcome> run(const std::string& sql,
                                         std::span<const std::string> values) override {
        TIPHYS_TRY(statement, database_->prepare(sql));
        for (const std::string& value : values)
            statement.bind_text(value);
        SqlOutcome outcome;
        while (true) {
            TIPHYS_TRY(has_row, statement.step());
            if (!has_row) break;
            Row& row = outcome.rows.emplace_back();
            for (int i = 0; i < statement.n_columns(); ++i)
                row.push_back(statement.text(i));
        }
        outcome.n_changed = database_->n_changed();
        return outcome;
    }

private:
    std::unique_ptr<run::Database> database_;
};

} // namespace

Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path, bool may_create) {
    if (!may_create && !run::path_exists(path)) {
        return Error{"there is no archive at `" + path +
                     "`; `tiphys archive add` and a controller with `--archive` begin one"};
    }
    TIPHYS_TRY(database, run::Database::open(path, may_create, "the archive"));
    TIPHYS_TRY(set, database->run("PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL"));
    static_cast<void>(set);
    std::unique_ptr<SqlConnection> connection =
        std::make_unique<SqliteConnection>(std::move(database));
    return connection;
}

} // namespace tiphys::archive
