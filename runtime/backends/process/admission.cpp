// Whether the machine has room for a task.

#include "runtime/backends/process/admission.h"

#include <algorithm>
#include <charconv>
#include <sched.h>
#include <unistd.h>

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

bool fits(std::int64_t wanted, std::int64_t used, std::int64_t capacity) {
    return capacity == 0 || wanted <= 0 || used + wanted <= capacity;
}

Resources sum(const Resources& a, const Resources& b) {
    return {a.cpu_millis + b.cpu_millis, a.memory_bytes + b.memory_bytes};
}

std::int64_t capped(std::int64_t wanted, std::int64_t capacity) {
    return capacity == 0 ? wanted : std::min(wanted, capacity);
}

/// The limit of our control group; 0 where there is none.
std::int64_t memory_limit() {
    const auto text = read_file("/sys/fs/cgroup/memory.max");
    std::int64_t limit = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), limit);
    return limit;
}

} // namespace

Resources machine_capacity() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    const bool known = ::sched_getaffinity(0, sizeof cores, &cores) == 0;
    const std::int64_t n_cores = known ? CPU_COUNT(&cores) : 1;
    std::int64_t memory = static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) *
                          static_cast<std::int64_t>(::sysconf(_SC_PAGESIZE));
    if (const std::int64_t limit = memory_limit(); limit > 0) memory = std::min(memory, limit);
    return {n_cores * 1000, memory};
}

Resources Admission::wanted_by(const TaskSpec& spec) const {
    return {capped(spec.requests.cpu_millis, capacity_.cpu_millis),
            capped(spec.requests.memory_bytes, capacity_.memory_bytes)};
}

bool Admission::can_replace(const TaskSpec& before, const TaskSpec& spec) const {
    const Resources given = wanted_by(before);
    const Resources wanted = wanted_by(spec);
    return wanted.cpu_millis <= given.cpu_millis && wanted.memory_bytes <= given.memory_bytes;
}

std::string Admission::admit(NodeId node, const TaskSpec& spec) {
    const Resources wanted = wanted_by(spec);
    const bool has_cores = fits(wanted.cpu_millis, used_.cpu_millis, capacity_.cpu_millis);
    const bool has_memory = fits(wanted.memory_bytes, used_.memory_bytes, capacity_.memory_bytes);
    if (!has_cores || !has_memory) {
        const std::string cores = has_cores ? "" : " 1 Insufficient cpu";
        const std::string memory = has_memory ? "" : " 1 Insufficient memory";
        const bool both = !has_cores && !has_memory;
        return "Unschedulable: 0/1 nodes are available:" + cores + (both ? "," : "") + memory + ".";
    }
    used_ = sum(used_, wanted);
    shares_[node] = wanted;
    refused_.erase(node);
    return "";
}

void Admission::release(NodeId node) {
    const auto share = shares_.find(node);
    if (share == shares_.end()) return;
    used_.cpu_millis -= share->second.cpu_millis;
    used_.memory_bytes -= share->second.memory_bytes;
    shares_.erase(share);
}

} // namespace tiphys::run
