#pragma once
// A connection to a database, whichever holds the archive.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::archive {

/// Texts of the columns; NULL is "".
using Row = std::vector<std::string>;

struct SqlOutcome {
    std::vector<Row> rows;
    /// Rows that were inserted, changed or removed.
    std::int64_t n_changed = 0;
};

enum class SqlDialect : std::uint8_t { kSqlite, kPostgres };

class SqlConnection {
public:
    SqlConnection() = default;
    SqlConnection(const SqlConnection&) = delete;
    SqlConnection& operator=(const SqlConnection&) = delete;
    virtual ~SqlConnection() = default;

    [[nodiscard]] virtual SqlDialect dialect() const = 0;
    /// One statement. `values` are the texts of `$1`, `$2` and so on, which come in this order.
    [[nodiscard]] virtual Result<SqlOutcome> run(const std::string& sql,
                                                 std::span<const std::string> values) = 0;
    [[nodiscard]] Result<SqlOutcome> run(const std::string& sql) { return run(sql, {}); }
};

/// A file of SQLite; made where it is absent and `may_create`.
[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path,
                                                                 bool may_create);

/// `place` as libpq has it: `postgresql://user@host/database` or `host=… dbname=…`. Errors: the
/// machine has no libpq, the server is not reached or refuses. Waits at most some seconds.
[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& place);

} // namespace tiphys::archive
