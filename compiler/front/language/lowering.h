#pragma once
// From the declarations of a .tiphys file to manifests: one function for each construct. Every
// field of the schema is a property; the constructs of the language are rewritten on top.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "compiler/front/language/value.h"
#include "compiler/front/language/words.h"
#include "schemas/tables.h"

namespace tiphys::front {

/// A statement of a block with the scope that its names are looked up in: `...map` brings
/// statements from elsewhere.
struct ScopedStatement {
    const ast::Statement* statement = nullptr;
    const LanguageScope* scope = nullptr;
};

/// Makes the manifests of one file.
class Lowering {
public:
    /// `files` are this file and those that it uses, by way of others too.
    Lowering(const LanguageFile& file, const std::deque<LanguageFile>& files, Arena& arena,
             Problems& problems)
        : file_(file), files_(files), drafts_(arena), problems_(problems),
          evaluator_(drafts_, problems) {}

    /// All manifests, in source order; of a workflow with events its event source and sensor first.
    std::vector<Draft*> lower_file();

private:
    /// A template of another place, under the name that it has here.
    struct Borrowed {
        std::string_view name;
        Callable callable;
        Span call;
    };
    /// What a workflow gathers while its statements are read.
    struct WorkflowBuild {
        const ast::TemplateDecl* decl = nullptr;
        const ast::Statement* statement = nullptr;
        LanguageScope scope;
        Draft* spec = nullptr;
        Draft* metadata = nullptr;
        Draft* templates = nullptr;
        /// Declarations of other places that were called, in the order of their first use.
        std::vector<Borrowed> borrowed;
        /// While one of them is lowered: the call that brought it here.
        Span borrowed_by;
        std::vector<const ast::Statement*> events;
        std::vector<const ast::Statement*> schedules;
        const ast::Property* cron = nullptr;
        std::vector<ScopedStatement> raw;
        const ast::Statement* exit = nullptr;
        Draft* on_exit = nullptr;
        std::size_t n_exit_blocks = 0;
        std::string_view kind;
        std::string_view name;
        bool is_reusable = false;
        bool is_cluster_scoped = false;
        bool is_embedded = false;
        bool has_entry = false;
        std::size_t n_lifted = 0;
    };
    /// The dag or steps template whose nodes are being made.
    struct FlowBuild {
        WorkflowBuild* workflow = nullptr;
        std::string_view owner;
        bool is_dag = true;
        /// The tasks, or the groups of steps.
        Draft* nodes = nullptr;
        /// Steps: the group that nodes of a `parallel` block go to.
        Draft* group = nullptr;
        Value condition;
        std::map<std::string_view, int> names;
    };
    /// How a sensor grows.
    struct SensorBuild {
        Draft* spec = nullptr;
        Draft* dependencies = nullptr;
        Draft* triggers = nullptr;
        /// Bodies of triggers with `conditions` of `on`.
        std::vector<Draft*> conditional;
        LanguageScope scope;
    };

    // fields.cpp: properties by the schema
    void set_property(Draft& map, const schema::Type& type, const ast::Property& property,
                      const LanguageScope& scope);
    void set_path(Draft& map, const schema::Type& type, std::span<const ast::Name> path,
                  const ast::Property& property, const LanguageScope& scope);
    Draft* lower_property(const ast::Property& property, const schema::Type* owner,
                          const schema::Field* field, schema::Shape shape,
                          const LanguageScope& scope);
    Draft* lower_value(const ast::Expr& expr, const schema::Field* field, schema::Shape shape,
                       const LanguageScope& scope);
    Draft* lower_block(const ast::Block& block, const schema::Field* field, schema::Shape shape,
                       const LanguageScope& scope);
    void lower_statements(const std::vector<ScopedStatement>& statements, Draft& map,
                          const schema::Type& type);
    Draft* lower_keyed_list(const ast::Block& block, const schema::Field& field,
                            schema::Shape shape, const LanguageScope& scope);
    Draft* lower_call(const ast::CallExpr& call, const ast::Expr& expr, schema::Shape shape,
                      const LanguageScope& scope);
    Draft* lower_word(std::string_view word, const ast::Expr& expr, const schema::Field* field,
                      schema::Shape shape, const LanguageScope& scope);
    Draft* coerce(Draft* draft, const schema::Field* field, schema::Shape shape);
    Draft* convert_unit(std::string_view quantity, const schema::Field* field, schema::Shape shape,
                        Span span);
    Draft* wrap_scalar(Draft* scalar, schema::Shape shape, Span span);
    Draft* argument_block(std::span<const ast::Argument> arguments, const schema::Type& type,
                          const LanguageScope& scope, std::size_t first);
    std::vector<ScopedStatement> expand(std::span<const ast::Statement> statements,
                                        const LanguageScope& scope,
                                        std::vector<ScopedStatement>* raw);
    const ast::MapExpr* spread_map(const ast::Expr& expr, const LanguageScope& scope,
                                   const LanguageScope*& origin);
    std::string_view argo_key(std::string_view name);
    void merge_raw(Draft& map, const std::vector<ScopedStatement>& raw);
    Draft* from_yaml(std::string_view text, Span span);
    void report_unknown(const ast::Name& name, std::string_view place,
                        const std::vector<std::string_view>& known);
    void require_constant(const ast::Property& property, const LanguageScope& scope,
                          std::string_view place);
    void report_repeated(std::span<const ast::Statement> statements);
    void report_misplaced(const ast::Statement& statement, std::string_view place);

    // sugar.cpp: words of the language for fields
    bool set_sugar(Draft& map, const schema::Type& type, const ast::Property& property,
                   const LanguageScope& scope);
    void set_resources(Draft& map, std::string_view resource, const ast::Property& property,
                       const LanguageScope& scope);
    void set_backoff(Draft& map, const ast::Property& property, const LanguageScope& scope);
    void set_lock(Draft& map, bool is_mutex, const ast::Property& property,
                  const LanguageScope& scope);
    void set_volume(Draft& spec, bool is_workflow, const ast::Property& property,
                    const LanguageScope& scope);
    void set_metric(Draft& map, const ast::Property& property, const LanguageScope& scope);
    void set_mounts(Draft& map, const ast::Property& property, const LanguageScope& scope);
    Draft* env_item(const ast::Name& name, const ast::Property& property,
                    const LanguageScope& scope);

    // task.cpp: templates
    Draft* lower_template(WorkflowBuild& workflow, const ast::TemplateDecl& decl,
                          const LanguageScope& outer, std::string_view name, std::string_view doc);
    void lower_task_block(WorkflowBuild& workflow, Draft& task, const ast::Block& block,
                          const ast::TemplateDecl* decl, const LanguageScope& scope);
    void set_task_property(Draft& task, std::string_view body, const ast::Property& property,
                           const LanguageScope& scope);
    bool set_body(Draft& task, std::string_view body, const ast::Property& property,
                  const LanguageScope& scope);
    [[nodiscard]] std::string_view text_around(Span span) const;
    void set_script(Draft& body, const ast::Property& property, const LanguageScope& scope);
    void set_run(Draft& container, const ast::Property& property, const LanguageScope& scope);
    void inject_env(Draft& body, const ast::TemplateDecl& decl, bool with_paths);
    std::string_view body_kind(const std::vector<ScopedStatement>& statements);
    void lower_inputs(Draft& task, const ast::TemplateDecl& decl, LanguageScope& scope);
    void lower_outputs(Draft& task, const ast::TemplateDecl& decl, const LanguageScope& scope);
    void lower_output(Draft& task, const ast::Param& output, const ast::TemplateDecl& decl,
                      const LanguageScope& scope);
    void set_value_source(Draft& source, const ast::Param& output, bool is_flow,
                          const LanguageScope& scope);
    void add_supplied_inputs(Draft& task, const ast::TemplateDecl& decl,
                             const LanguageScope& scope);
    void check_type(const ast::Type* type);
    Draft* parameter(const ast::Param& param, std::string_view value_key,
                     const LanguageScope& scope);
    void set_artifact_source(Draft& artifact, const ast::Expr& source, const LanguageScope& scope);

    // flow.cpp: nodes of dags and steps
    void lower_flow(WorkflowBuild& workflow, Draft& target, const ast::Block& block, bool is_dag,
                    LanguageScope& scope, std::string_view owner);
    void declare_nodes(std::span<const ast::Statement> statements, LanguageScope& scope,
                       bool is_dag, bool is_conditional, std::map<std::string_view, int>& names);
    void lower_flow_statement(FlowBuild& flow, const ast::Statement& statement,
                              const LanguageScope& scope, Draft* owner_template);
    void lower_if(FlowBuild& flow, const ast::IfStmt& branch, const LanguageScope& scope,
                  Draft* owner_template);
    void lower_for(FlowBuild& flow, const ast::ForStmt& loop, const LanguageScope& scope);
    void lower_node(FlowBuild& flow, const ast::NodeStmt& node, const ast::Statement& statement,
                    const LanguageScope& scope);
    void add_node(FlowBuild& flow, Draft* node);
    void set_callee(WorkflowBuild& workflow, Draft& node, const ast::Call& call,
                    const LanguageScope& scope, Callable& callee);
    std::string_view borrowed_name(WorkflowBuild& workflow, const Callable& callee,
                                   const ast::Call& call, std::string_view name);
    /// The call as one of a WorkflowTemplate.
    void set_reference(Draft& node, const ast::Call& call, std::string_view object,
                       std::string_view target, bool is_cluster_scoped);
    void set_arguments(Draft& node, const ast::Call& call, const Callable& callee,
                       const LanguageScope& scope, std::vector<std::string_view>& used);
    void set_argument(Draft& node, const ast::Param* param, const ast::Name& name,
                      const ast::Expr& value, const LanguageScope& scope,
                      std::vector<std::string_view>& used);
    bool check_argument(const ast::Argument& argument, const ast::Name& name,
                        std::span<const ast::Param> known, bool has_named,
                        const std::vector<std::string_view>& given);
    void spread_arguments(Draft& node, const ast::Argument& argument, const LanguageScope& scope,
                          std::vector<std::string_view>& given);
    void require_arguments(const ast::Call& call, const Callable& callee,
                           const std::vector<std::string_view>& given);
    void set_loop(Draft& node, const ast::Comprehension& loop, const LanguageScope& outer,
                  LanguageScope& inner, std::vector<std::string_view>& used);
    void set_depends(FlowBuild& flow, Draft& node, const ast::NodeStmt& statement,
                     const LanguageScope& scope, const std::vector<std::string_view>& used);
    void set_node_block(FlowBuild& flow, Draft& node, const ast::Block& block,
                        const LanguageScope& scope);
    void set_hook(WorkflowBuild& workflow, Draft& hooks, const ast::OnDecl& decl,
                  const LanguageScope& scope, Span span);
    std::string depends_text(const ast::Depends& depends, const LanguageScope& scope, int binding);
    const Draft* paired(const Draft& list, const ast::Comprehension& loop);
    void lower_lifted(WorkflowBuild& workflow, Draft& lifted, const ast::Comprehension& loop,
                      const ast::Block& body, LanguageScope& inside, bool is_dag);
    void finish_lifted(FlowBuild& flow, Draft& node, const std::vector<std::string_view>& used);
    void lift_loop(FlowBuild& flow, const ast::Comprehension& loop, const ast::Block& body,
                   const LanguageScope& scope);
    std::string_view node_name(FlowBuild& flow, const ast::NodeStmt& node);

    // workflow.cpp
    void lower_workflow(const ast::TemplateDecl& decl, const ast::Statement& statement,
                        std::vector<Draft*>& out);
    void lower_workflow_statement(WorkflowBuild& workflow, const ScopedStatement& scoped);
    void set_workflow_property(WorkflowBuild& workflow, const ast::Property& property,
                               const LanguageScope& scope);
    bool set_metadata(Draft& metadata, const ast::Property& property, const LanguageScope& scope);
    void lower_workflow_params(WorkflowBuild& workflow);
    void declare_workflow(WorkflowBuild& workflow);
    void lower_exit(WorkflowBuild& workflow, const ast::OnDecl& decl, Span span,
                    const LanguageScope& scope);
    void add_borrowed(WorkflowBuild& workflow);
    void set_entry(WorkflowBuild& workflow);
    Draft* workflow_object(WorkflowBuild& workflow);
    static bool has_schedule(const WorkflowBuild& workflow);
    static void drop_empty_name(Draft& object);
    Draft* cron_object(WorkflowBuild& workflow);
    void set_schedule(Draft& spec, const ast::EveryDecl& decl, const LanguageScope& scope);
    void set_description(Draft& metadata, std::string_view doc, Span span);
    Draft* new_object(std::string_view api_version, std::string_view kind, std::string_view name,
                      Span span);

    // events.cpp
    void lower_object(const ast::Property& property, const ast::Statement& statement,
                      std::vector<Draft*>& out);
    Draft* lower_events(const ast::Property& property, const ast::Statement& statement);
    Draft* lower_sensor(const ast::Property& property, const ast::Statement& statement);
    void lower_workflow_events(WorkflowBuild& workflow, std::vector<Draft*>& out);
    void lower_webhook_source(WorkflowBuild& workflow, const ast::OnDecl& decl, Draft& spec,
                              Draft& metadata, SensorBuild& sensor);
    void lower_on(SensorBuild& sensor, const ast::OnDecl& decl, const LanguageScope& scope,
                  const WorkflowBuild* workflow, Span span);
    void add_dependency(SensorBuild& sensor, std::string_view name, std::string_view source,
                        std::string_view event, const ast::Expr* where, Span span);
    void add_filters(Draft& dependency, const ast::Expr& where, const LanguageScope& scope);
    bool add_data_filter(Draft& filters, const ast::Expr& condition, const LanguageScope& scope);
    void add_expr_filter(Draft& filters, const ast::Expr& condition, const LanguageScope& scope);
    void add_text_filter(Draft& filters, std::string_view path, std::vector<std::string> values,
                         Span span);
    void lower_action(SensorBuild& sensor, const ast::NodeStmt& node, const LanguageScope& scope,
                      const WorkflowBuild* workflow, const Draft& conditions, Span span);
    Draft* submit_action(const ast::NodeStmt& node, const LanguageScope& scope,
                         const WorkflowBuild* workflow);
    void add_workflow_arguments(Draft& spec, const ast::Call& call, const ast::TemplateDecl* decl,
                                std::string_view workflow, const LanguageScope& scope);
    Draft* trigger_body(const ast::Call& call, std::string_view kind, const LanguageScope& scope);
    void set_action_block(Draft& trigger, Draft& shape, Draft* resource, const ast::Block& block,
                          const LanguageScope& scope);
    void finish_action(Draft& body, Draft* resource, Span span);
    void strip_event_values(Draft& resource);
    void add_webhook_filters(Draft& dependency, const ast::OnDecl& on, const LanguageScope& scope);
    Draft* webhook_entry(WorkflowBuild& workflow, const ast::OnDecl& on, const schema::Type& type,
                         Draft& spec);
    void set_repository(Draft& entry, const schema::Type& type, const ast::OnDecl& on,
                        const LanguageScope& scope);
    void set_webhook_property(Draft& entry, const schema::Type& type, Draft& source_spec,
                              Draft& sensor_spec, const ast::Property& property,
                              const LanguageScope& scope);
    void add_event_parameters(const Draft& draft, const std::string& path, Draft& parameters);
    std::string expr_of_condition(const ast::Expr& condition, const LanguageScope& scope,
                                  Draft& fields);

    const LanguageFile& file_;
    const std::deque<LanguageFile>& files_;
    Drafts drafts_;
    Problems& problems_;
    Evaluator evaluator_;
    std::deque<LanguageScope> scopes_;
    bool accepts_events_ = false;
    /// Places that a sensor fills in.
    std::unordered_map<const Draft*, Value> event_values_;
    std::unordered_map<const ast::NodeStmt*, std::string_view> node_names_;
    /// Names of the steps of `on-exit` so far.
    std::map<std::string_view, int> exit_names_;
    /// Maps that are being spread.
    std::vector<const ast::MapExpr*> active_maps_;
    std::deque<std::vector<ast::Statement>> flows_;
    // Pieces of tree that lifted loops are written with.
    std::vector<std::unique_ptr<ast::Comprehension>> copies_;
    std::vector<std::unique_ptr<ast::Statement>> statements_;
    std::vector<std::unique_ptr<ast::Block>> blocks_;
};

/// The regular expression of Go that `text` alone matches.
[[nodiscard]] std::string anchored_pattern(std::string_view text);
/// Whether the type is one of the kinds of containers.
[[nodiscard]] bool is_container_type(const schema::Type& type);
[[nodiscard]] const schema::Type& workflow_type(std::string_view name);
[[nodiscard]] const schema::Type& events_type(std::string_view name);
[[nodiscard]] const schema::Type& k8s_type(std::string_view name);
[[nodiscard]] std::vector<std::string_view> field_names(const schema::Type& type);

} // namespace tiphys::front
