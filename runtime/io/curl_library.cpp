// libcurl, loaded when the first request is made.

#include "runtime/io/curl_library.h"

#include <optional>

#include "runtime/io/shared_library.h"

namespace tiphys::run {
namespace {

std::optional<CurlLibrary> load() {
    const SharedLibrary library("libcurl.so.4");
    CurlLibrary curl{};
    const bool is_whole = library.find("curl_easy_init", curl.easy_init) &&
                          library.find("curl_easy_cleanup", curl.easy_cleanup) &&
                          library.find("curl_easy_setopt", curl.easy_setopt) &&
                          library.find("curl_easy_getinfo", curl.easy_getinfo) &&
                          library.find("curl_easy_perform", curl.easy_perform) &&
                          library.find("curl_easy_strerror", curl.easy_strerror) &&
                          library.find("curl_easy_recv", curl.easy_recv) &&
                          library.find("curl_easy_send", curl.easy_send) &&
                          library.find("curl_multi_init", curl.multi_init) &&
                          library.find("curl_multi_cleanup", curl.multi_cleanup) &&
                          library.find("curl_multi_add_handle", curl.multi_add_handle) &&
                          library.find("curl_multi_remove_handle", curl.multi_remove_handle) &&
                          library.find("curl_multi_perform", curl.multi_perform) &&
                          library.find("curl_multi_poll", curl.multi_poll) &&
                          library.find("curl_multi_info_read", curl.multi_info_read) &&
                          library.find("curl_slist_append", curl.slist_append) &&
                          library.find("curl_slist_free_all", curl.slist_free_all);
    return is_whole ? std::optional(curl) : std::nullopt;
}

} // namespace

const CurlLibrary* curl_library() {
    static const std::optional<CurlLibrary> kLibrary = load();
    return kLibrary.has_value() ? &*kLibrary : nullptr;
}

} // namespace tiphys::run
