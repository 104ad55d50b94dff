#pragma once
// Shell scripts as rules look at them: simple commands in source order, with their words, what is
// expanded in them, and where their output goes. Not a complete tree: what is not asked for is not
// kept.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::shell {

/// Bytes [begin, end) of a script.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

enum class Dialect : std::uint8_t {
    kPosix, ///< dash: what bash adds has no meaning, and may be an error
    kBash
};

/// `$NAME` or `${NAME…}`; special parameters (`$?`, `$1`) have none of these.
struct Variable {
    std::string_view name;
    Range range;
    bool is_quoted = false;
    /// `${NAME:-…}` and the like, `${#NAME}`.
    bool has_operator = false;
};

/// Commands [first, end) of the script.
struct CommandRange {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
};

struct Word {
    Range range;
    /// Without quotes; expansions are left out.
    std::string text;
    /// Nothing is expanded in it.
    bool is_literal = true;
    std::vector<Variable> variables;
    /// The commands of its substitutions, those inside them included.
    CommandRange commands;
};

struct Redirect {
    std::string_view op; ///< `>`, `2>>`, `<<<`: without the number
    int descriptor = -1; ///< as written; -1 where none is
    Word target;
};

struct Assignment {
    std::string_view name;
    Word value;
};

/// A simple command.
struct Command {
    Range range;
    std::vector<Assignment> assignments;
    std::vector<Word> words;
    std::vector<Redirect> redirects;
    /// Variables that are expanded in its here-documents.
    std::vector<Variable> document_variables;

    std::uint32_t pipeline = 0; ///< index into Script::pipelines
    /// Its standard output is taken by a pipe, a substitution, or a redirection of itself or of
    /// what is around it.
    bool is_captured = false;
    bool is_in_substitution = false;
    bool is_in_function = false;

    /// The name of the program, without its folder; empty where it is not written out.
    [[nodiscard]] std::string_view name() const;
};

/// Commands joined by `|`; compound ones among them count with all of their commands.
struct Pipeline {
    std::vector<CommandRange> stages;
};

/// What a script does one after another, outside of all compounds: pipelines joined by `&&`, `||`.
struct Statement {
    Range range;
    CommandRange commands;
    bool is_compound = false; ///< begins with `if`, `for`, `{` and the like, or defines a function
    bool has_and_or = false;
    bool is_background = false;
};

struct SyntaxError {
    Range range;
    std::string message;
    /// What was opened and is in the way.
    std::optional<Range> opening;
};

struct Script {
    std::vector<Command> commands;
    std::vector<Pipeline> pipelines;
    std::vector<Statement> statements;
    /// The first one. What stands before it was read.
    std::optional<SyntaxError> error;
};

/// Reads a script, which must outlive the result. Where in doubt (options such as `extglob` change
/// what is read), it is taken for correct.
[[nodiscard]] Script parse(std::string_view text, Dialect dialect);

} // namespace tiphys::shell
