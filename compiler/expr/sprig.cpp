// sprig's functions by name, as Argo offers them: all generic ones but env and expandenv.
// Argo: util/expr/env/env.go.
#include <memory>
#include <utility>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

Value make_functions() {
    std::vector<std::pair<Value, Value>> entries;
    for (const auto group :
         {sprig_text_functions(), sprig_number_functions(), sprig_list_functions(),
          sprig_dict_functions(), sprig_value_functions(), sprig_date_functions(),
          sprig_path_functions(), sprig_regex_functions(), sprig_chance_functions(),
          sprig_crypto_functions()}) {
        for (const SprigFunction& function : group) {
            auto made = std::make_shared<const Function>(
                Function{std::string(function.type), function.run, std::string(function.name), {}});
            entries.emplace_back(Value::string(std::string(function.name)),
                                 Value::function(std::move(made)));
        }
    }
    return Value::map(std::move(entries), MapType::kFunctions);
}

} // namespace

const Value& sprig_functions() {
    static const Value functions = make_functions();
    return functions;
}

} // namespace tiphys::expr
