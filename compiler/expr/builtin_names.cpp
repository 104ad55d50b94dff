// The functions that expr-lang has built in. expr-lang: builtin/builtin.go, parser/parser.go.
#include "compiler/expr/builtin_names.h"

#include <algorithm>
#include <array>

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 71> kBuiltins{
    "abs",        "all",         "any",           "bitand",    "bitnand", "bitnot",
    "bitor",      "bitshl",      "bitshr",        "bitushr",   "bitxor",  "ceil",
    "concat",     "count",       "date",          "duration",  "filter",  "find",
    "findIndex",  "findLast",    "findLastIndex", "first",     "flatten", "float",
    "floor",      "fromBase64",  "fromJSON",      "fromPairs", "get",     "groupBy",
    "hasPrefix",  "hasSuffix",   "indexOf",       "int",       "join",    "keys",
    "last",       "lastIndexOf", "len",           "lower",     "map",     "max",
    "mean",       "median",      "min",           "none",      "now",     "one",
    "reduce",     "repeat",      "replace",       "reverse",   "round",   "sort",
    "sortBy",     "split",       "splitAfter",    "string",    "sum",     "take",
    "timezone",   "toBase64",    "toJSON",        "toPairs",   "trim",    "trimPrefix",
    "trimSuffix", "type",        "uniq",          "upper",     "values"};

constexpr std::array<PredicateBuiltin, 15> kPredicateBuiltins{{{"all", "ep"},
                                                               {"none", "ep"},
                                                               {"any", "ep"},
                                                               {"one", "ep"},
                                                               {"filter", "ep"},
                                                               {"map", "ep"},
                                                               {"count", "eP"},
                                                               {"sum", "eP"},
                                                               {"find", "ep"},
                                                               {"findIndex", "ep"},
                                                               {"findLast", "ep"},
                                                               {"findLastIndex", "ep"},
                                                               {"groupBy", "ep"},
                                                               {"sortBy", "epE"},
                                                               {"reduce", "epE"}}};

} // namespace

const PredicateBuiltin* find_predicate_builtin(std::string_view name) {
    for (const PredicateBuiltin& builtin : kPredicateBuiltins) {
        if (builtin.name == name) return &builtin;
    }
    return nullptr;
}

std::span<const std::string_view> builtin_names() {
    return kBuiltins;
}

bool is_builtin(std::string_view name) {
    return std::binary_search(kBuiltins.begin(), kBuiltins.end(), name);
}

} // namespace tiphys::expr
