// The loop around the core in virtual time, and what tasks do in it.

#include "runtime/simulation.h"

#include <limits>
#include <queue>
#include <utility>

namespace tiphys::run {
namespace {

struct Timer {
    std::int64_t at_ms;
    std::uint64_t order;
    TimerFired what;
    friend bool operator>(const Timer& a, const Timer& b) {
        return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
    }
};

class Simulation {
public:
    Simulation(State& state, SimulatedBackend& backend)
        : state_(state), backend_(backend),
          take_([this](std::vector<Action>&& actions) { carry_out(std::move(actions)); }) {}

    Result<Done> run() {
        deliver(RunStarted{});
        while (!finished_ || backend_.n_open() > 0) {
            constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
            const std::int64_t next = finished_ || timers_.empty() ? kNever : timers_.top().at_ms;
            if (next == kNever && backend_.n_open() == 0) return stuck();
            for (BackendReport& report : backend_.wait(next, -1)) {
                if (report.finished) {
                    deliver(TaskFinished{report.node, std::move(report.report)});
                } else {
                    deliver(TaskStarted{report.node});
                }
            }
            while (!finished_ && !timers_.empty() && timers_.top().at_ms <= backend_.now_ms()) {
                const TimerFired timer = timers_.top().what;
                timers_.pop();
                deliver(timer);
            }
        }
        return Done{};
    }

private:
    template <class What>
    void deliver(What&& what) {
        step(state_, {backend_.now_ms(), std::forward<What>(what)}, take_);
    }

    void carry_out(std::vector<Action>&& actions) {
        for (Action& action : actions) {
            if (auto* start = std::get_if<StartTask>(&action)) {
                backend_.start(start->node, std::move(start->spec));
            } else if (const auto* kill = std::get_if<KillTask>(&action)) {
                backend_.stop(kill->node, false);
            } else if (const auto* timer = std::get_if<SetTimer>(&action)) {
                timers_.push({timer->at_ms, n_timers_++, {timer->kind, timer->node}});
            } else if (std::holds_alternative<RunFinished>(action)) {
                finished_ = true;
            }
        }
    }

    [[nodiscard]] Error stuck() const {
        for (NodeId id = 0; id < state_.nodes.size(); ++id) {
            const Node& node = state_.nodes[id];
            if (node.type != NodeType::kSuspend || is_fulfilled(node.phase)) continue;
            return Error{"`" + node_name(state_, id) +
                         "` waits until somebody resumes it; say after which time with "
                         "`--approve 10m`"};
        }
        return Error{"the run waits for something that never comes"};
    }

    State& state_;
    SimulatedBackend& backend_;
    ActionSink take_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::uint64_t n_timers_ = 0;
    bool finished_ = false;
};

std::uint64_t bits_of(const TaskModel& model, const TaskSpec& spec) {
    return mix_bits(mix_bits(model.seed) ^ fnv1a(spec.node_name));
}

template <class Map, class Value>
const Value& value_for(const Map& map, std::string_view name, const Value& otherwise) {
    const auto found = map.find(name);
    return found == map.end() ? otherwise : found->second;
}

/// What a task puts out under `key`: as given, drawn from what it is compared with, or a number,
/// which is text and JSON alike.
std::string output_value(const TaskModel& model, const std::string& key, std::uint64_t bits) {
    const auto given = model.outputs.find(key);
    if (given != model.outputs.end()) return given->second;
    const auto choices = model.choices.find(key);
    if (choices == model.choices.end() || choices->second.empty()) return "1";
    return choices->second[mix_bits(bits ^ 3) % choices->second.size()];
}

void fill_outputs(const TaskModel& model, const TaskSpec& spec, std::uint64_t bits,
                  TaskReport& report) {
    report.exit_code = 0;
    if (spec.capture_result) report.result = output_value(model, spec.template_name, bits);
    for (const ParameterFile& file : spec.parameter_files) {
        const std::string key = spec.template_name + "." + file.name;
        const bool has_default = file.default_value && !model.outputs.contains(key);
        report.parameters.push_back(
            {file.name, has_default ? *file.default_value : output_value(model, key, bits),
             file.global_name});
    }
    report.artifacts = spec.output_artifacts;
    if (spec.http) {
        report.http = HttpResponse{200, output_value(model, spec.template_name, bits), {}, ""};
    }
    if (!spec.listed) return;
    for (std::uint32_t i = 0; i < model.n_items; ++i) {
        report.keys.push_back(spec.listed->location + "/" + std::to_string(i));
    }
}

} // namespace

Result<Done> simulate_to_end(State& state, SimulatedBackend& backend) {
    return Simulation(state, backend).run();
}

Result<Done> add_declared_durations(const Plan& plan, TaskModel& model) {
    for (const Template& declared : plan.templates) {
        if (declared.simulated_duration.empty()) continue;
        auto duration = parse_distribution(declared.simulated_duration);
        if (!duration) {
            return Error{"the annotation `tiphys/duration: " + declared.simulated_duration +
                         "` of template `" + declared.name + "` is no duration"};
        }
        model.durations.emplace(declared.name, std::move(*duration));
    }
    return Done{};
}

std::function<SimulatedTask(const TaskSpec&)> behaviour_of(const TaskModel& model) {
    return [&model](const TaskSpec& spec) {
        const std::uint64_t bits = bits_of(model, spec);
        SimulatedTask task;
        task.duration_ms =
            draw_ms(value_for(model.durations, spec.template_name, model.duration), bits) +
            draw_ms(model.start_up, mix_bits(bits ^ 1));
        // Daemons run until they are stopped.
        constexpr std::int64_t kForever = std::int64_t{1} << 50;
        if (spec.is_daemon) task.duration_ms = kForever;
        const double fail_rate = value_for(model.fail_rates, spec.template_name, model.fail_rate);
        const bool fails = unit_chance(mix_bits(bits ^ 2)) < fail_rate;
        if (fails) {
            task.report.phase = Phase::kFailed;
            task.report.exit_code = 1;
            task.report.message = "main: Error (exit code 1)";
        } else {
            fill_outputs(model, spec, bits, task.report);
        }
        if (!spec.is_set) return task;
        for (const ProcessSpec& process : spec.processes) {
            if (process.role != ProcessRole::kMain) continue;
            ProcessReport part;
            if (fails) part.end = ProcessReport::End::kFailed;
            task.report.processes.push_back(std::move(part));
        }
        return task;
    };
}

} // namespace tiphys::run
