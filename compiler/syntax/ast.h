#pragma once
// A .tiphys file as written: one struct for each construct, each with its place. Trees live in the
// arena of their file and never change. Names of structs are names of grammar rules.

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/span.h"

namespace tiphys::ast {

struct Block;
struct Comprehension;
struct Expr;
struct IfStmt;
struct Statement;

/// How a name was written: bare, in backticks, or as a text in quotes (keys and labels only).
enum class NameForm : std::uint8_t { kBare, kBackticks, kText };

/// `text` is without backticks or quotes; `span` covers them.
struct Name {
    std::string_view text;
    Span span;
    NameForm form = NameForm::kBare;
};

/// `a.b.c`.
struct Path {
    std::span<const Name> parts;
    Span span;
};

// ---- expressions

struct NameExpr {
    Name name;
};

/// A piece of a text: literal (`expr` is null, `text` is decoded) or `${expr}`. `span` covers the
/// literal as written, or `${` to `}`.
struct TextPart {
    std::string_view text;
    const Expr* expr = nullptr;
    Span span;
};

enum class TextForm : std::uint8_t { kSingle, kDouble, kTriple };

/// `'raw'`, `"with ${parts}"`, `"""several lines, dedented"""`.
struct TextExpr {
    TextForm form = TextForm::kDouble;
    std::span<const TextPart> parts;
};

/// A fence: `text` is dedented and ends with a line break unless it is empty. `body` is what
/// stands between the line of the opening and the closing backticks.
struct FenceExpr {
    std::string_view language;
    std::string_view text;
    Span body;
    std::uint32_t n_ticks = 3;
};

/// A number as written: `4`, `0.5`, `1e3`.
struct NumberExpr {
    std::string_view text;
    bool is_integer = true;
};

/// A number with units as written: `30s`, `1h30m`, `2Gi`.
struct QuantityExpr {
    std::string_view text;
};

struct BoolExpr {
    bool value = false;
};

struct NullExpr {};

/// An element of a list, or `...list`.
struct ListItem {
    const Expr* value = nullptr;
    bool is_spread = false;
};

struct ListExpr {
    std::span<const ListItem> items;
};

/// `[element for x in list if condition]`.
struct ComprehensionExpr {
    const Expr* element = nullptr;
    const Comprehension* loop = nullptr;
};

/// `{ key: value key { … } ...other }`: a block whose statements are properties and spreads.
struct MapExpr {
    const Block* block = nullptr;
};

struct MemberExpr {
    const Expr* object = nullptr;
    Name member;
};

struct IndexExpr {
    const Expr* object = nullptr;
    const Expr* index = nullptr;
};

/// `x[from:to]`; an end that is not written is null.
struct SliceExpr {
    const Expr* object = nullptr;
    const Expr* from = nullptr;
    const Expr* to = nullptr;
};

/// `value`, `name: value`, `name:` (value is null: the variable of that name) or `...map`.
struct Argument {
    const Name* name = nullptr;
    const Expr* value = nullptr;
    bool is_spread = false;
    Span span;
};

struct CallExpr {
    const Expr* callee = nullptr;
    std::span<const Argument> arguments;
};

enum class UnaryOperator : std::uint8_t { kNot, kMinus };

struct UnaryExpr {
    UnaryOperator op = UnaryOperator::kNot;
    const Expr* operand = nullptr;
};

enum class BinaryOperator : std::uint8_t {
    kMultiply,
    kDivide,
    kRemainder,
    kAdd,
    kSubtract,
    kRange,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kMatch,
    kIn,
    kAnd,
    kOr,
    kCoalesce
};

/// The operator as it is written: `*`, `..`, `=~`, `in`.
[[nodiscard]] std::string_view spelling(BinaryOperator op);

struct BinaryExpr {
    BinaryOperator op = BinaryOperator::kAdd;
    const Expr* left = nullptr;
    const Expr* right = nullptr;
    Span op_span;
};

struct ConditionalExpr {
    const Expr* condition = nullptr;
    const Expr* then = nullptr;
    const Expr* otherwise = nullptr;
};

struct LambdaExpr {
    Name parameter;
    const Expr* body = nullptr;
};

/// What could not be read; it has a defect already.
struct ErrorExpr {};

/// `span` excludes the parentheses around the expression.
struct Expr {
    Span span;
    bool is_parenthesized = false;
    std::variant<ErrorExpr, NameExpr, TextExpr, FenceExpr, NumberExpr, QuantityExpr, BoolExpr,
                 NullExpr, ListExpr, ComprehensionExpr, MapExpr, MemberExpr, IndexExpr, SliceExpr,
                 CallExpr, UnaryExpr, BinaryExpr, ConditionalExpr, LambdaExpr>
        value;
};

/// The expression as a T, or null.
template <class T>
[[nodiscard]] const T* as(const Expr* expr) {
    return expr == nullptr ? nullptr : std::get_if<T>(&expr->value);
}

// ---- types and parameters

/// `string[]?`, `e.Event`, `"a" | "b"`. Either `path` has parts or `literals` has texts.
struct Type {
    Span span;
    Path path;
    std::span<const Expr* const> literals;
    std::uint32_t n_lists = 0;
    bool is_optional = false;
};

/// A parameter or an output: `name: type = fallback at place from source`, or `to target`.
struct Param {
    Span span;
    /// The doc comments before it, without `##`; lines end with a line break.
    std::string_view doc;
    Name name;
    const Type* type = nullptr;
    const Expr* fallback = nullptr;
    const Expr* at = nullptr;
    const Expr* from = nullptr;
    const Expr* to = nullptr;
};

struct Params {
    Span span;
    std::span<const Param> items;
};

/// What a task returns: named outputs, or one type.
struct Result {
    Span span;
    const Params* outputs = nullptr;
    const Type* type = nullptr;
};

// ---- statements

/// `use git, slack from "std"` (names), `use "./lib.tiphys" as lib`.
struct UseDecl {
    std::span<const Name> names;
    const Expr* module = nullptr;
    const Name* alias = nullptr;
};

struct LetDecl {
    Name name;
    const Type* type = nullptr;
    const Expr* value = nullptr;
};

struct FnDecl {
    Name name;
    const Params* params = nullptr;
    const Type* type = nullptr;
    const Expr* body = nullptr;
};

struct OverlayDecl {
    Name name;
    const Block* block = nullptr;
};

enum class TemplateKind : std::uint8_t { kWorkflow, kTask, kDag, kSteps };

/// The word that declares it: `workflow`, `task`, `dag`, `steps`.
[[nodiscard]] std::string_view spelling(TemplateKind kind);

struct TemplateDecl {
    TemplateKind kind = TemplateKind::kTask;
    Name name;
    const Params* params = nullptr;
    const Result* result = nullptr;
    const Block* block = nullptr;
};

/// `on github push, tag to "main" from "a/b" as e where c {…}`: `source` and `events` are set.
/// `on trigger when condition as e where c {…}`: `trigger` is set.
struct OnDecl {
    const Path* source = nullptr;
    std::span<const Name> events;
    const Expr* to = nullptr;
    const Expr* from = nullptr;
    const Expr* trigger = nullptr;
    const Expr* when = nullptr;
    const Name* alias = nullptr;
    const Expr* where = nullptr;
    const Block* block = nullptr;
};

struct EveryDecl {
    std::span<const Expr* const> schedules;
    const Expr* timezone = nullptr;
    const Block* block = nullptr;
};

struct DepDecl {
    Name name;
    Path event;
    const Expr* where = nullptr;
    const Block* block = nullptr;
};

/// The head of a loop: `for key, value in list if condition parallel n`.
struct Comprehension {
    Span span;
    Name first;
    const Name* second = nullptr;
    const Expr* list = nullptr;
    const Expr* condition = nullptr;
    const Expr* parallel = nullptr;
};

struct ForStmt {
    const Comprehension* loop = nullptr;
    const Block* block = nullptr;
};

/// At most one of `otherwise` and `otherwise_if` is set.
struct IfStmt {
    const Expr* condition = nullptr;
    const Block* then = nullptr;
    const Block* otherwise = nullptr;
    const Statement* otherwise_if = nullptr;
};

struct ParallelStmt {
    const Expr* limit = nullptr;
    const Block* block = nullptr;
};

/// `lib.f(a, b: c)`.
struct Call {
    Span span;
    Path callee;
    std::span<const Argument> arguments;
};

enum class DependsKind : std::uint8_t { kNode, kNot, kAnd, kOr };

/// What follows `after`: `a.ok`, `!a`, `a && b`. A negation has its operand in `left`.
struct Depends {
    Span span;
    DependsKind kind = DependsKind::kNode;
    bool is_parenthesized = false;
    Name node;
    const Name* result = nullptr;
    const Depends* left = nullptr;
    const Depends* right = nullptr;
};

/// `name = f(…) after a when c {…}`, `name = [f(x) for x in list]` (loop), `name = task {…}`
/// (inline_kind and inline_block instead of call).
struct NodeStmt {
    const Name* name = nullptr;
    const Call* call = nullptr;
    const Comprehension* loop = nullptr;
    TemplateKind inline_kind = TemplateKind::kTask;
    const Block* inline_block = nullptr;
    std::span<const Depends* const> after;
    std::span<const Expr* const> when;
    const Block* block = nullptr;
};

/// `key: value`, `key {…}`, `word label label {…}`. A key is a path, or one name in quotes.
struct Property {
    Path key;
    std::span<const Name> labels;
    const Expr* value = nullptr;
    const Block* block = nullptr;
};

/// `...value`.
struct Spread {
    const Expr* value = nullptr;
};

/// A statement that could not be read at all; it has a defect already.
struct ErrorStmt {};

struct Statement {
    Span span;
    /// The doc comments before it, without `##`; lines end with a line break.
    std::string_view doc;
    std::variant<ErrorStmt, UseDecl, LetDecl, FnDecl, OverlayDecl, TemplateDecl, OnDecl, EveryDecl,
                 DepDecl, ForStmt, IfStmt, ParallelStmt, NodeStmt, Property, Spread>
        value;
    /// Some of it could not be read.
    bool is_broken = false;
};

/// The statement as a T, or null.
template <class T>
[[nodiscard]] const T* as(const Statement* statement) {
    return statement == nullptr ? nullptr : std::get_if<T>(&statement->value);
}

/// `span` includes the braces.
struct Block {
    Span span;
    std::span<const Statement> statements;
};

/// A comment from its `#` to the end of its line.
struct Comment {
    Span span;
    bool is_doc = false;
    /// Only blanks stand before it.
    bool on_own_line = false;
};

struct File {
    FileId file = FileId::kNone;
    std::span<const Statement> statements;
    /// In source order, doc comments included.
    std::vector<Comment> comments;
};

} // namespace tiphys::ast
