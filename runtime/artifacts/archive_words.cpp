// What users of libarchive need besides it, loaded or linked.

#include "runtime/artifacts/archive_library.h"

namespace tiphys::run {

Error missing_archive_library() {
    return {"cannot pack or unpack: libarchive 13 is not installed"};
}

Utf8Names::Utf8Names() : wanted_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (wanted_ != nullptr) before_ = ::uselocale(wanted_);
}

Utf8Names::~Utf8Names() {
    if (wanted_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(wanted_);
}

} // namespace tiphys::run
