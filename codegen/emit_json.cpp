// IR → JSON.
#include "codegen/emit_json.h"

#include <nlohmann/json.hpp>

#include "compiler/doc/resolve.h"

namespace tiphys::codegen {
namespace {

class Emitter {
public:
    Emitter(JsonLayout layout, std::string& out)
        : is_pretty_(layout == JsonLayout::kPretty), out_(out) {}

    void emit(const ir::Value& value) {
        switch (value.kind) {
        case ir::ValueKind::kScalar:
            emit_scalar(static_cast<const ir::Scalar&>(value));
            return;
        case ir::ValueKind::kList:
            emit_list(static_cast<const ir::List&>(value));
            return;
        case ir::ValueKind::kMap:
            open('{');
            emit_entries(static_cast<const ir::Map&>(value).entries);
            close('}');
            return;
        case ir::ValueKind::kObject: {
            const auto& object = static_cast<const ir::Object&>(value);
            open('{');
            emit_entries(object.present_fields());
            emit_entries(object.unknown);
            close('}');
            return;
        }
        }
    }

private:
    void emit_scalar(const ir::Scalar& scalar) {
        if (scalar.scalar_type == ScalarType::kString) {
            append_json_string(scalar.text, out_);
            return;
        }
        const auto json = doc::to_json(scalar.text, scalar.scalar_type);
        if (json) {
            out_ += *json;
        } else {
            append_json_string(scalar.text, out_);
        }
    }

    void emit_list(const ir::List& list) {
        open('[');
        for (const ir::Value* item : list.items) {
            separate();
            emit(*item);
        }
        close(']');
    }

    void emit_entries(std::span<const ir::Entry> entries) {
        for (const ir::Entry& entry : entries) {
            separate();
            append_json_string(entry.key, out_);
            out_ += is_pretty_ ? ": " : ":";
            emit(*entry.value);
        }
    }

    void open(char bracket) {
        out_ += bracket;
        depth_ += 2;
        is_empty_ = true;
    }

    void separate() {
        if (!is_empty_) out_ += ',';
        is_empty_ = false;
        break_line();
    }

    void close(char bracket) {
        depth_ -= 2;
        if (!is_empty_) break_line();
        is_empty_ = false;
        out_ += bracket;
    }

    void break_line() {
        if (!is_pretty_) return;
        out_ += '\n';
        out_.append(depth_, ' ');
    }

    bool is_pretty_;
    std::string& out_;
    std::size_t depth_ = 0;
    bool is_empty_ = true;
};

} // namespace

void append_json_string(std::string_view text, std::string& out) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void emit_json(const ir::Value& root, JsonLayout layout, std::string& out) {
    Emitter(layout, out).emit(root);
}

} // namespace tiphys::codegen
