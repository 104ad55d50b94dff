// Temporary.
#include "runtime/core/expression.h"
namespace tiphys::run {
Resolved expand_expression(std::string_view source, const Scope&, Strictness) {
    return {"{{=" + std::string(source) + "}}", ""};
}
Truth evaluate_when(std::string_view c) {
    auto trim=[](std::string_view s){ while(!s.empty()&&(s.front()==' '||s.front()=='\''))s.remove_prefix(1); while(!s.empty()&&(s.back()==' '||s.back()=='\''))s.remove_suffix(1); return s;};
    if (auto at=c.find("=="); at!=c.npos) return {trim(c.substr(0,at))==trim(c.substr(at+2)),""};
    if (auto at=c.find("!="); at!=c.npos) return {trim(c.substr(0,at))!=trim(c.substr(at+2)),""};
    if (trim(c)=="true"||c.empty()) return {true,""};
    if (trim(c)=="false") return {false,""};
    return {false,"bad when"};
}
Truth evaluate_condition(std::string_view, const Scope&) { return {true,""}; }
Resolved evaluate_value(std::string_view, const Scope&) { return {"","no"}; }
FoundArtifact evaluate_artifact(std::string_view, const Scope&) { return {{},"no"}; }
} // namespace tiphys::run
