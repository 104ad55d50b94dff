// A connection to a web server.

#include "runtime/executor/connection.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/executor/events.h"
#include "runtime/executor/paths.h"

namespace tiphys::executor {
namespace {

constexpr std::int64_t kDialMs = 30'000;
constexpr std::int64_t kLongestWaitMs = 300'000;
constexpr std::size_t kBlock = std::size_t{16} * 1024;

std::string reason_of(int error) {
    std::string text = std::strerror(error);
    if (!text.empty())
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

std::string address_text(const addrinfo& address) {
    std::array<char, 64> host{};
    std::array<char, 16> port{};
    ::getnameinfo(address.ai_addr, address.ai_addrlen, host.data(), host.size(), port.data(),
                  port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
    const bool is_long = address.ai_family == AF_INET6;
    return (is_long ? "[" : "") + std::string(host.data()) + (is_long ? "]:" : ":") + port.data();
}

/// Zero, or the error.
int connect_within(int socket, const addrinfo& address) {
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd ready{socket, POLLOUT, 0};
    if (::poll(&ready, 1, static_cast<int>(kDialMs)) == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

bool trust(SSL_CTX* context, const std::string& authority) {
    BIO* text = BIO_new_mem_buf(authority.data(), static_cast<int>(authority.size()));
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    bool is_any = false;
    while (X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr)) {
        is_any = X509_STORE_add_cert(store, certificate) == 1 || is_any;
        X509_free(certificate);
    }
    ERR_clear_error();
    BIO_free(text);
    return is_any;
}

/// In the places where Go looks for them.
void trust_machine(SSL_CTX* context) {
    constexpr std::array<const char*, 5> kBundles = {
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem"};
    const std::string given = variable("SSL_CERT_FILE");
    if (!given.empty()) {
        SSL_CTX_load_verify_file(context, given.c_str());
        return;
    }
    for (const char* bundle : kBundles) {
        if (::access(bundle, R_OK) == 0 && SSL_CTX_load_verify_file(context, bundle) == 1) return;
    }
}

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Endpoint& endpoint,
                                                     std::int64_t end_ms) {
    auto connection = std::make_unique<Connection>(endpoint, end_ms);
    TIPHYS_TRY(dialed, connection->dial());
    static_cast<void>(dialed);
    if (endpoint.is_secure) {
        TIPHYS_TRY(started, connection->start_tls());
        static_cast<void>(started);
    }
    return connection;
}

Connection::~Connection() {
    if (tls_ != nullptr) SSL_free(tls_);
    if (context_ != nullptr) SSL_CTX_free(context_);
}

Result<Done> Connection::dial() {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(endpoint_.host.c_str(), endpoint_.port.c_str(), &wanted, &found);
    if (code != 0) {
        const bool is_unknown = code == EAI_NONAME || code == EAI_NODATA;
        return Error{"dial tcp: lookup " + endpoint_.host + ": " +
                     (is_unknown ? "no such host" : ::gai_strerror(code))};
    }
    Error last{"dial tcp: lookup " + endpoint_.host + ": no such host"};
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        auto socket = std::make_unique<run::Descriptor>(
            ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const int error = socket->number() < 0 ? errno : connect_within(socket->number(), *address);
        if (error == 0) {
            socket_ = std::move(socket);
            break;
        }
        last = {"dial tcp " + address_text(*address) + ": " +
                (error == ETIMEDOUT ? "i/o timeout" : "connect: " + reason_of(error))};
    }
    ::freeaddrinfo(found);
    if (!socket_) return last;
    const int on = 1;
    ::setsockopt(socket_->number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return Done{};
}

Result<Done> Connection::start_tls() {
    context_ = SSL_CTX_new(TLS_client_method());
    if (context_ == nullptr) return tls_error();
    SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
    SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (endpoint_.is_verified) {
        if (endpoint_.authority.empty()) {
            trust_machine(context_);
        } else if (!trust(context_, endpoint_.authority)) {
            return Error{"the given authority holds no certificate"};
        }
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    }
    tls_ = SSL_new(context_);
    if (tls_ == nullptr || SSL_set_fd(tls_, socket_->number()) != 1) return tls_error();
    if (is_address(endpoint_.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), endpoint_.host.c_str());
    } else {
        SSL_set1_host(tls_, endpoint_.host.c_str());
        // The macro for it casts in the old way.
        SSL_ctrl(tls_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 endpoint_.host.data());
    }
    while (true) {
        const int code = SSL_connect(tls_);
        if (code == 1) return Done{};
        TIPHYS_TRY(waited, wait_for_tls(code));
        static_cast<void>(waited);
    }
}

Result<Done> Connection::wait(short events) const {
    std::int64_t left = kLongestWaitMs;
    if (end_ms_ > 0) left = std::min(left, end_ms_ - steady_ms());
    pollfd ready{socket_->number(), events, 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) == 0) {
        return Error{"context deadline exceeded"};
    }
    return Done{};
}

Result<Done> Connection::wait_for_tls(int code) const {
    switch (SSL_get_error(tls_, code)) {
    case SSL_ERROR_WANT_READ:
        return wait(POLLIN);
    case SSL_ERROR_WANT_WRITE:
        return wait(POLLOUT);
    default:
        return tls_error();
    }
}

Error Connection::tls_error() const {
    const long verdict = tls_ == nullptr ? X509_V_OK : SSL_get_verify_result(tls_);
    if (verdict != X509_V_OK) {
        return {std::string("tls: failed to verify certificate: x509: ") +
                X509_verify_cert_error_string(verdict)};
    }
    std::array<char, 256> text{};
    const unsigned long code = ERR_get_error();
    if (code == 0) return {"tls: the connection was closed"};
    ERR_error_string_n(code, text.data(), text.size());
    return {"tls: " + std::string(text.data())};
}

Result<Done> Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (tls_ != nullptr) {
            const std::size_t size = std::min(bytes.size(), kBlock);
            const int n = SSL_write(tls_, bytes.data(), static_cast<int>(size));
            if (n > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(n));
                continue;
            }
            TIPHYS_TRY(waited, wait_for_tls(n));
            static_cast<void>(waited);
            continue;
        }
        const ssize_t n = ::send(socket_->number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) return Error{"write: " + reason_of(errno)};
        TIPHYS_TRY(waited, wait(POLLOUT));
        static_cast<void>(waited);
    }
    return Done{};
}

Result<std::string_view> Connection::read() {
    buffer_.resize(kBlock);
    while (true) {
        if (tls_ != nullptr) {
            const int n = SSL_read(tls_, buffer_.data(), static_cast<int>(buffer_.size()));
            if (n > 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(n));
            if (SSL_get_error(tls_, n) == SSL_ERROR_ZERO_RETURN) return std::string_view();
            TIPHYS_TRY(waited, wait_for_tls(n));
            static_cast<void>(waited);
            continue;
        }
        const ssize_t n = ::recv(socket_->number(), buffer_.data(), buffer_.size(), 0);
        if (n >= 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(n));
        if (errno != EAGAIN && errno != EINTR) return Error{"read: " + reason_of(errno)};
        TIPHYS_TRY(waited, wait(POLLIN));
        static_cast<void>(waited);
    }
}

} // namespace tiphys::executor
