#pragma once
// From a decoded object to statements of the language. Notations are tried in order: a construct
// of the language, a plain property, raw YAML; `Choices` says which of them are ruled out.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/tiphys/choices.h"
#include "codegen/tiphys/names.h"
#include "codegen/tiphys/page.h"
#include "compiler/ir/project.h"

namespace tiphys::codegen {

/// What other declarations of the same file have taken.
struct FileNames {
    /// Labels of top-level declarations.
    std::set<std::string, std::less<>> declarations;
    /// `use` lines by module (`argo:lib`), with the alias of each.
    std::map<std::string, std::string, std::less<>> modules;
    std::set<std::string, std::less<>> aliases;
    /// Names of `use a, b from "argo:lib"` by module; a name is in one of them only.
    std::map<std::string, std::set<std::string, std::less<>>, std::less<>> imported;
};

/// Writes one object.
class Writer {
public:
    Writer(Choices& choices, FileNames& file) : choices_(choices), file_(file) {}

    /// The declaration of the object.
    Line write(const ir::Document& document);
    /// Whether the language has more for objects of the kind than `object`.
    [[nodiscard]] static bool has_declaration(std::string_view kind);
    /// Paths that were written as raw YAML or as a plain `object` although they are Argo's.
    [[nodiscard]] const std::vector<std::string>& raw_paths() const { return raw_paths_; }

private:
    /// The statements of a block, and entries that only raw YAML can say.
    struct Block {
        std::vector<Line> lines;
        std::vector<ir::Entry> raw;
    };
    /// A template as its callers see it.
    struct Callee {
        std::vector<std::string> params;
        std::set<std::string, std::less<>> artifacts;
        std::set<std::string, std::less<>> outputs;
        std::set<std::string, std::less<>> output_artifacts;
        /// Written without a signature.
        bool is_plain = false;
    };
    /// A declared name with what else its element says.
    struct Declared {
        std::string name;
        std::string text;
        std::string doc;
        std::vector<ir::Entry> rest;
    };
    /// The dag or steps template that is being written.
    struct Flow {
        bool is_dag = true;
        std::string path;
        Names names;
        std::set<std::string, std::less<>> nodes;
    };

    // writer_fields.cpp
    void add_field(Block& block, const ir::Entry& entry, const schema::Type* type,
                   const std::string& path, const Names& names);
    void add_map_entry(Block& block, const ir::Entry& entry, const schema::Field* field,
                       schema::Shape shape, const std::string& path, const Names& names);
    std::optional<Line> property(std::string_view word, const ir::Entry& entry,
                                 const schema::Field* field, schema::Shape shape,
                                 const std::string& path, const Names& names);
    std::optional<std::vector<Line>> block_lines(const ir::Value& value, schema::Shape shape,
                                                 const std::string& path, const Names& names,
                                                 const schema::Field* field = nullptr);
    std::optional<std::vector<Line>> keyed_lines(const ir::List& list, const schema::Field& field,
                                                 schema::Shape shape, const std::string& path,
                                                 const Names& names);
    std::optional<std::string> expression(const ir::Value& value, const schema::Field* field,
                                          schema::Shape shape, const std::string& path,
                                          const Names& names);
    std::optional<std::string> scalar_expression(const ir::Scalar& scalar,
                                                 const schema::Field* field, schema::Shape shape,
                                                 const Names& names);
    std::optional<std::string> word_expression(const ir::Value& value, schema::Shape shape);
    Line raw_line(const std::vector<ir::Entry>& entries, std::string_view below);
    void finish(Block& block, const std::string& path, std::string_view below = {});

    // writer_words.cpp: short notations of single fields
    bool add_short(Block& block, const ir::Entry& entry, const schema::Type& type,
                   const std::string& path, const Names& names);
    bool add_volumes(Block& block, const ir::Entry& entry, const std::string& path,
                     const Names& names);
    bool add_claims(Block& block, const ir::Entry& entry, const std::string& path,
                    const Names& names);
    bool add_locks(Block& block, const ir::Entry& entry, const std::string& path);
    bool add_mounts(Block& block, const ir::Entry& entry, const std::string& path,
                    const Names& names);
    bool add_resources(Block& block, const ir::Entry& entry, const std::string& path,
                       const Names& names);
    bool add_metrics(Block& block, const ir::Entry& entry, const std::string& path,
                     const Names& names);
    std::optional<Line> metric_line(const ir::Value& metric, const std::string& path,
                                    const Names& names);
    static std::optional<Line> metric_labels(const ir::List& labels, const std::string& path,
                                             const Names& names);
    bool add_retry(Block& block, const ir::Entry& entry, std::string_view word,
                   const std::string& path, const Names& names);
    std::optional<Line> environment_line(const ir::Value& item, const std::string& path,
                                         const Names& names);

    // writer_workflow.cpp
    std::optional<Line> workflow(const ir::Document& document, const ir::Object& root);
    void add_metadata(Block& block, const ir::Value* metadata, Line& line, std::string_view kind,
                      std::string_view label, bool names_itself);
    std::string label_for(const ir::Value* metadata, std::string_view kind, bool is_unique);
    void add_schedule(Block& block, const ir::Object& spec);
    void add_spec(Block& block, const ir::Object& spec, const std::string& path, Line& line);
    void add_entry(Block& block, const ir::Object& spec, const std::string& path);
    bool add_exit(Block& block, const ir::Entry& entry, const std::string& path);
    bool add_hooks(Block& block, const ir::Entry& entry, const std::string& path);
    Line plain_object(const ir::Document& document);
    void finish_at(Block& block, std::string_view place);
    void add_rest_of_root(Block& block, const ir::Object& root);

    // writer_task.cpp
    void collect_callees(const ir::List& templates, const std::string& path);
    std::optional<Line> template_line(const ir::Value& value, const std::string& path);
    std::optional<Line> declared_template(const ir::Object& object, const std::string& name,
                                          const std::string& path);
    Line plain_template(const ir::Object& object, const std::string& name, const std::string& path);
    void move_image(Line& task, Block& block, const std::string& path);
    void add_task_fields(Block& block, const ir::Object& object, const ir::Object* owner,
                         const std::string& path, const Names& names);
    bool add_task_word(Block& block, const ir::Entry& entry, const std::string& path,
                       const Names& names);
    void add_body(Block& block, const ir::Entry& body, const ir::Object* owner,
                  const std::string& path, const Names& names);
    bool add_run(Block& block, const ir::Object& container, const ir::Object* owner,
                 const std::string& path, const Names& names, std::set<std::string_view>& done);
    bool add_script(Block& block, const ir::Object& script, const ir::Object* owner,
                    const std::string& path, std::set<std::string_view>& done);
    bool add_environment(Block& block, const ir::Entry& entry, std::size_t n_injected,
                         const std::string& path, const Names& names);

    // writer_signature.cpp
    std::optional<std::string> params_text(const ir::Value* holder, std::string_view value_key,
                                           const std::string& path, Block& leftovers,
                                           const Names& names);
    std::optional<std::string> outputs_text(const ir::Value* outputs, bool is_flow,
                                            const std::string& path, Block& leftovers,
                                            const Names& names);
    std::optional<Declared> parameter(const ir::Value& item, std::string_view value_key,
                                      const std::string& path);
    std::optional<Declared> output(const ir::Value& item, bool is_flow, const std::string& path,
                                   const Names& names);
    std::optional<Declared> artifact(const ir::Value& item, bool is_output, const std::string& path,
                                     const Names& names);
    std::optional<std::string> place_call(const ir::Value& item, std::vector<ir::Entry>& rest,
                                          const std::string& path, const Names& names);
    std::optional<std::string> named_arguments(const std::vector<ir::Entry>& entries,
                                               const schema::Type& type, const std::string& path,
                                               const Names& names);
    bool add_rest(Block& leftovers, std::string_view list, const Declared& declared,
                  const std::string& path, const Names& names);
    const ir::Map& make_map(std::vector<ir::Entry> entries);

    // writer_flow.cpp
    bool collect_nodes(const ir::Value& nodes, Flow& flow);
    bool collect_node(const ir::Value& node, Flow& flow);
    std::optional<std::vector<Line>> flow_lines(const ir::Value& nodes, Flow& flow);
    std::optional<Line> node_line(const ir::Value& node, Flow& flow, const std::string& path);
    static std::string condition_text(std::string_view when, const Names& names,
                                      std::vector<std::string>& read);
    std::optional<std::string> clauses_text(const ir::Object& node, const Flow& flow,
                                            const Names& names,
                                            const std::vector<std::string>& used,
                                            const std::string& path,
                                            std::set<std::string_view>& done);
    std::vector<Line> node_block(const ir::Object& node, const Names& names,
                                 const std::string& path, const std::set<std::string_view>& done);
    static Names names_in_loop(const ir::Object& node, const Flow& flow);
    std::optional<std::string> callee_text(const ir::Object& node);
    std::optional<std::string> arguments_text(const ir::Object& node, const Names& names,
                                              const std::string& path,
                                              std::vector<std::string>& used);
    std::optional<std::string> argument_text(const ir::Value& item, bool is_artifact,
                                             const Names& names, const std::string& path,
                                             std::vector<std::string>& used);
    std::optional<std::string> loop_text(const ir::Object& node, const Names& names,
                                         const std::string& path, std::vector<std::string>& used,
                                         std::string_view& done);
    std::optional<std::string> after_text(const ir::Object& node, const Flow& flow,
                                          const std::vector<std::string>& used,
                                          const std::string& path);
    std::optional<Line> inline_line(const ir::Object& node, std::string_view name,
                                    const std::string& clauses, const std::string& path);
    std::optional<Line> hook_line(const ir::Entry& hook, bool is_of_workflow, const Names& names,
                                  const std::string& path, std::vector<std::string>& used);
    bool import_name(const std::string& module, std::string_view name);
    std::string module_alias(const std::string& module, std::string_view object);

    // writer_events.cpp
    std::optional<Line> events_object(const ir::Object& root, std::string_view word);
    bool add_sources(Block& block, const ir::Entry& entry, const schema::Type& type,
                     const std::string& path);
    bool add_dependencies(Block& block, const ir::Entry& entry, const std::string& path);
    bool add_triggers(Block& block, const ir::Object& spec, const ir::Entry& entry,
                      const std::string& path);
    std::optional<Line> action_line(const ir::Object& trigger, const std::string& path);
    std::optional<std::string> create_call(const ir::Object& body, const std::string& path,
                                           Block& block);
    bool add_account(Block& block, const ir::Entry& entry, const std::string& path);

    Choices& choices_;
    FileNames& file_;
    std::map<std::string, Callee, std::less<>> callees_;
    Names workflow_names_;
    /// Entries of the environment that a script gets by itself, in the task that is being written.
    std::size_t n_injected_ = 0;
    std::vector<std::string> raw_paths_;
    // Mappings made to be printed as YAML.
    std::deque<ir::Map> maps_;
    std::deque<std::vector<ir::Entry>> kept_entries_;
};

/// The text of a string; nothing for other values.
[[nodiscard]] std::optional<std::string_view> string_of(const ir::Value* value);
[[nodiscard]] const ir::Value* find(const ir::Value* map, std::string_view key);
/// Whether the value is a mapping with exactly these keys.
[[nodiscard]] bool has_only(const ir::Value& map, std::initializer_list<std::string_view> keys);

} // namespace tiphys::codegen
