#pragma once
// Messages with typed arguments: the text stands beside the place that emits it, and the number
// of its `{}` is compared with the arguments at compile time.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tiphys {

/// An argument of a message: text or a whole number.
class MessageArgument {
public:
    MessageArgument(std::string_view text) : text_(text) {}                 // NOLINT
    MessageArgument(const std::string& text) : text_(text) {}               // NOLINT
    MessageArgument(const char* text) : text_(text) {}                      // NOLINT
    MessageArgument(std::int64_t number) : text_(std::to_string(number)) {} // NOLINT

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A message whose text holds one `{}` for each of its arguments.
template <class... Args>
struct Message {
    std::string_view text;

    consteval Message(const char* message_text) : text(message_text) { // NOLINT
        std::size_t n_places = 0;
        for (std::size_t at = text.find("{}"); at != text.npos; at = text.find("{}", at + 2)) {
            ++n_places;
        }
        if (n_places != sizeof...(Args)) wrong_number_of_places_in_message_text();
    }

private:
    static void wrong_number_of_places_in_message_text() {} // not constexpr: stops the compiler
};

/// `text` with each `{}` replaced by the argument at its position.
[[nodiscard]] std::string format_message(std::string_view text,
                                         std::initializer_list<MessageArgument> arguments);

template <class... Args>
[[nodiscard]] std::string format_message(const Message<Args...>& message, const Args&... args) {
    return format_message(message.text, {MessageArgument(args)...});
}

} // namespace tiphys
