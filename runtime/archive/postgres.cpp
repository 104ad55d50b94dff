// The archive in PostgreSQL, through libpq, which is loaded when it is needed.

#include <array>
#include <cstdlib>
#include <libpq-fe.h>
#include <optional>

#include "runtime/archive/sql.h"
#include "runtime/io/shared_library.h"

namespace tiphys::archive {
namespace {

/// What holds where the place does not say otherwise: a server that does not answer must not hold
/// up the controller.
constexpr const char* kKeys[] = {"connect_timeout", "tcp_user_timeout", "application_name",
                                 "dbname", nullptr};
constexpr std::array<const char*, 3> kDefaults = {"5", "10000", "tiphys"};
constexpr const char* kSettings =
    "SET statement_timeout = '30s'; SET client_min_messages = warning";

struct PostgresLibrary {
    decltype(&::PQconnectdbParams) connect;
    decltype(&::PQfinish) finish;
    decltype(&::PQreset) reset;
    decltype(&::PQstatus) status;
    decltype(&::PQerrorMessage) error_message;
    decltype(&::PQhost) host;
    decltype(&::PQdb) database;
    decltype(&::PQexec) run;
    decltype(&::PQexecParams) run_with;
    decltype(&::PQresultStatus) result_status;
    decltype(&::PQresultErrorField) result_error;
    decltype(&::PQntuples) n_rows;
    decltype(&::PQnfields) n_columns;
    decltype(&::PQgetvalue) value;
    decltype(&::PQgetlength) length;
    decltype(&::PQcmdTuples) n_changed;
    decltype(&::PQclear) clear;
};

std::optional<PostgresLibrary> load() {
    const run::SharedLibrary library("libpq.so.5");
    PostgresLibrary pq{};
    const bool is_whole =
        library.find("PQconnectdbParams", pq.connect) && library.find("PQfinish", pq.finish) &&
        library.find("PQreset", pq.reset) && library.find("PQstatus", pq.status) &&
        library.find("PQerrorMessage", pq.error_message) && library.find("PQhost", pq.host) &&
        library.find("PQdb", pq.database) && library.find("PQexec", pq.run) &&
        library.find("PQexecParams", pq.run_with) &&
        library.find("PQresultStatus", pq.result_status) &&
        library.find("PQresultErrorField", pq.result_error) &&
        library.find("PQntuples", pq.n_rows) && library.find("PQnfields", pq.n_columns) &&
        library.find("PQgetvalue", pq.value) && library.find("PQgetlength", pq.length) &&
        library.find("PQcmdTuples", pq.n_changed) && library.find("PQclear", pq.clear);
    return is_whole ? std::optional(pq) : std::nullopt;
}

const PostgresLibrary* postgres_library() {
    static const std::optional<PostgresLibrary> kLibrary = load();
    return kLibrary.has_value() ? &*kLibrary : nullptr;
}

/// The first line, without libpq's line feed.
std::string first_line(const char* text) {
    const std::string whole = text == nullptr ? "" : text;
    return whole.substr(0, whole.find('\n'));
}

class PostgresConnection : public SqlConnection {
public:
    PostgresConnection(const PostgresLibrary& pq, PGconn* handle) : pq_(pq), handle_(handle) {}
    ~PostgresConnection() override { pq_.finish(handle_); }

    [[nodiscard]] SqlDialect dialect() const override { return SqlDialect::kPostgres; }

    [[nodiscard]] Result<Done> begin() {
        if (pq_.status(handle_) != CONNECTION_OK) {
            return Error{"cannot reach the archive: " + first_line(pq_.error_message(handle_))};
        }
        pq_.clear(pq_.run(handle_, kSettings));
        return Done{};
    }

    [[nodiscard]] Result<SqlOutcome> run(const std::string& sql,
                                         std::span<const std::string> values) override {
        if (pq_.status(handle_) != CONNECTION_OK) {
            pq_.reset(handle_);
            TIPHYS_TRY(begun, begin());
            static_cast<void>(begun);
        }
        std::vector<const char*> texts;
        for (const std::string& value : values)
            texts.push_back(value.c_str());
        PGresult* result = pq_.run_with(handle_, sql.c_str(), static_cast<int>(texts.size()),
                                        nullptr, texts.data(), nullptr, nullptr, 0);
        auto outcome = outcome_of(result);
        pq_.clear(result);
        return outcome;
    }

private:
    [[nodiscard]] Result<SqlOutcome> outcome_of(const PGresult* result) const {
        const ExecStatusType status = pq_.result_status(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            const char* message = pq_.result_error(result, PG_DIAG_MESSAGE_PRIMARY);
            return Error{"cannot use the archive `" + std::string(pq_.database(handle_)) +
                         "` on `" + pq_.host(handle_) + "`: " +
                         first_line(message != nullptr ? message : pq_.error_message(handle_))};
        }
        SqlOutcome outcome;
        for (int i = 0; i < pq_.n_rows(result); ++i) {
            Row& row = outcome.rows.emplace_back();
            for (int j = 0; j < pq_.n_columns(result); ++j) {
                row.emplace_back(pq_.value(result, i, j),
                                 static_cast<std::size_t>(pq_.length(result, i, j)));
            }
        }
        // libpq takes no const here, although it changes nothing.
        outcome.n_changed = std::atoll(pq_.n_changed(const_cast<PGresult*>(result)));
        return outcome;
    }

    const PostgresLibrary& pq_;
    PGconn* handle_;
};

} // namespace

Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& place) {
    const PostgresLibrary* pq = postgres_library();
    if (pq == nullptr) {
        return Error{"cannot reach the archive: this machine has no libpq 5; install libpq5"};
    }
    // The last is taken apart, and what it says counts.
    const char* values[] = {kDefaults[0], kDefaults[1], kDefaults[2], place.c_str(), nullptr};
    auto connection = std::make_unique<PostgresConnection>(*pq, pq->connect(kKeys, values, 1));
    TIPHYS_TRY(begun, connection->begin());
    static_cast<void>(begun);
    return std::unique_ptr<SqlConnection>(std::move(connection));
}

} // namespace tiphys::archive
