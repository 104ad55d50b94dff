// HTTP by libcurl.

#include "runtime/io/http.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <memory>

#include "runtime/io/curl_library.h"
#include "runtime/io/worker_pool.h"

namespace tiphys::run {
namespace {

struct CloseEasy {
    void operator()(CURL* handle) const { curl_library()->easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_library()->slist_free_all(list); }
};
struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using FilePointer = std::unique_ptr<std::FILE, CloseFile>;
using Easy = std::unique_ptr<CURL, CloseEasy>;
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// Where the body of an answer goes: into a file when it is what was asked for.
struct Sink {
    CURL* easy = nullptr;
    HttpResponse* response = nullptr;
    const std::string* path = nullptr;
    FilePointer file;
};

bool goes_into_file(const Sink& sink) {
    long status = 0;
    curl_library()->easy_getinfo(sink.easy, CURLINFO_RESPONSE_CODE, &status);
    return !sink.path->empty() && status >= 200 && status < 300;
}

std::size_t append_body(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& sink = *static_cast<Sink*>(target);
    if (!goes_into_file(sink)) {
        sink.response->body.append(bytes, size * count);
        return size * count;
    }
    if (!sink.file) sink.file.reset(std::fopen(sink.path->c_str(), "we"));
    return sink.file ? std::fwrite(bytes, 1, size * count, sink.file.get()) : 0;
}

/// `content-type` as Go writes it: `Content-Type`.
std::string canonical(std::string_view name) {
    std::string written;
    bool first = true;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        written += static_cast<char>(first ? std::toupper(byte) : std::tolower(byte));
        first = c == '-';
    }
    return written;
}

std::size_t append_header(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& response = *static_cast<HttpResponse*>(target);
    std::string_view line(bytes, size * count);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
        line.remove_suffix(1);
    }
    // Each answer of a chain of redirections begins with a status line.
    if (line.substr(0, 5) == "HTTP/") response.headers.clear();
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return size * count;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') {
        value.remove_prefix(1);
    }
    response.headers.emplace_back(canonical(line.substr(0, colon)), value);
    return size * count;
}

/// Called about once a second, also where nothing moves; ends the request by another value than 0.
int look_whether_dropped(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return is_dropped() ? 1 : 0;
}

bool is_loopback(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::string_view host = scheme == url.npos ? url : url.substr(scheme + 3);
    return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

/// `127.0.0.1:80` of a URL whose host is an address; empty where it is a name.
std::string numeric_address(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return "";
    const std::string_view rest = url.substr(scheme + 3);
    const std::string host(rest.substr(0, rest.find_first_of("/?#")));
    if (host.empty() || host.find_first_not_of("0123456789.:") != host.npos) return "";
    if (host.find(':') != host.npos) return host;
    return host + (url.starts_with("https") ? ":443" : ":80");
}

/// Go's words, where users look for them.
std::string error_text(const HttpRequest& request, CURL* handle, CURLcode code) {
    std::string text = canonical(request.method) + " \"" + request.url + "\": ";
    const char* address = nullptr;
    long port = 0;
    curl_library()->easy_getinfo(handle, CURLINFO_PRIMARY_IP, &address);
    curl_library()->easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &port);
    if (code == CURLE_COULDNT_CONNECT) {
        const bool known = address != nullptr && *address != '\0';
        const std::string asked = known ? std::string(address) + ":" + std::to_string(port)
                                        : numeric_address(request.url);
        if (!asked.empty()) text += "dial tcp " + asked + ": ";
        return text + "connect: connection refused";
    }
    if (code == CURLE_OPERATION_TIMEDOUT) return text + "context deadline exceeded";
    return text + curl_library()->easy_strerror(code);
}

void set_method(CURL* handle, const HttpRequest& request) {
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        curl_library()->easy_setopt(handle, CURLOPT_POST, 1L);
        curl_library()->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                                    static_cast<curl_off_t>(request.body.size()));
        curl_library()->easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    if (request.method == "HEAD") {
        curl_library()->easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (request.method != "POST") {
        curl_library()->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

HeaderList header_list(const HttpRequest& request) {
    HeaderList list;
    // Go sends no such header of its own.
    std::string lines[] = {"Expect:", "Content-Type:"};
    const auto append = [&](const std::string& line) {
        list.reset(curl_library()->slist_append(list.release(), line.c_str()));
    };
    for (const std::string& line : lines) {
        append(line);
    }
    for (const auto& [name, value] : request.headers) {
        append(value.empty() ? name + ";" : name + ": " + value);
    }
    return list;
}

} // namespace

HttpResponse make_request(const HttpRequest& request, const HttpOptions& options) {
    HttpResponse response;
    const CurlLibrary* library = curl_library();
    const Easy handle(library == nullptr ? nullptr : library->easy_init());
    if (!handle) {
        response.error = "cannot make HTTP requests: libcurl 4 is not installed";
        return response;
    }
    CURL* easy = handle.get();
    constexpr long kMostRedirections = 10;
    const HeaderList headers = header_list(request);
    curl_library()->easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_library()->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_library()->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_library()->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, options.follow ? 1L : 0L);
    curl_library()->easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_library()->easy_setopt(easy, CURLOPT_MAXREDIRS, kMostRedirections);
    curl_library()->easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_library()->easy_setopt(easy, CURLOPT_USERAGENT, "tiphys");
    if (request.timeout_ms > 0) {
        curl_library()->easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                                    static_cast<long>(request.timeout_ms));
    }
    if (request.insecure) {
        curl_library()->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_library()->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    // As in Go, no proxy stands between this machine and itself.
    if (is_loopback(request.url)) curl_library()->easy_setopt(easy, CURLOPT_NOPROXY, "*");
    set_method(easy, request);
    const curl_blob authority{const_cast<char*>(options.authority.data()), options.authority.size(),
                              CURL_BLOB_COPY};
    if (authority.len > 0) {
        curl_library()->easy_setopt(easy, CURLOPT_CAINFO_BLOB, &authority);
    }
    curl_library()->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_library()->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_whether_dropped);
    Sink sink{easy, &response, &options.answer_path, nullptr};
    curl_library()->easy_setopt(easy, CURLOPT_WRITEFUNCTION, append_body);
    curl_library()->easy_setopt(easy, CURLOPT_WRITEDATA, &sink);
    curl_library()->easy_setopt(easy, CURLOPT_HEADERFUNCTION, append_header);
    curl_library()->easy_setopt(easy, CURLOPT_HEADERDATA, &response);
    const CURLcode code = curl_library()->easy_perform(easy);
    if (code != CURLE_OK) {
        response.error = error_text(request, easy, code);
        return response;
    }
    // An empty answer is an empty file.
    if (!sink.file && goes_into_file(sink)) {
        sink.file.reset(std::fopen(options.answer_path.c_str(), "we"));
    }
    if (sink.file && std::fclose(sink.file.release()) != 0) {
        response.error = "cannot write `" + options.answer_path + "`";
    }
    long status = 0;
    curl_library()->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
}

} // namespace tiphys::run
