// Every change has the next number, which is the object's resource version, too.

#include "tests/fake_cluster/object_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

namespace tiphys::fake {
namespace {

using Json = nlohmann::json;

/// etcd takes no more.
constexpr std::size_t kLongestObject = 1'572'864;
constexpr std::chrono::milliseconds kLongestWait{100};
/// Of changes that nobody waits for.
constexpr std::size_t kMostKept = 2'000;

Labels labels_of(const Json& object) {
    Labels labels;
    const Json metadata = object.value("metadata", Json::object());
    const Json given = metadata.value("labels", Json::object());
    for (const auto& [key, value] : given.items()) {
        if (value.is_string()) labels[key] = value.get<std::string>();
    }
    return labels;
}

bool matches_term(const std::string& term, const Labels& labels) {
    if (term[0] == '!') return !labels.contains(term.substr(1));
    const std::size_t equals = term.find('=');
    if (equals == term.npos) return labels.contains(term);
    const bool is_not = equals > 0 && term[equals - 1] == '!';
    const auto found = labels.find(term.substr(0, is_not ? equals - 1 : equals));
    const bool is_equal = found != labels.end() && found->second == term.substr(equals + 1);
    return is_equal != is_not;
}

std::string key_of(const std::string& name_space, const std::string& name) {
    return name_space + "/" + name;
}

/// Numbers that are as good as any.
std::string uid_of(const std::string& kind, std::uint64_t number) {
    std::string digits = std::to_string(number);
    digits.insert(0, 12 - digits.size(), '0');
    return "00000000-0000-4000-8000-" + digits + kind.substr(0, 1);
}

} // namespace

bool matches(const std::string& selector, const Labels& labels) {
    std::size_t begin = 0;
    while (begin < selector.size()) {
        const std::size_t end = std::min(selector.find(',', begin), selector.size());
        if (end > begin && !matches_term(selector.substr(begin, end - begin), labels)) return false;
        begin = end + 1;
    }
    return true;
}

Outcome failure(int status, const std::string& reason, const std::string& message) {
    const Json object = {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
                         {"message", message}, {"reason", reason},   {"code", status}};
    return {status, object.dump()};
}

void ObjectStore::note(Change change) {
    changes_.push_back(std::move(change));
    if (changes_.size() > kMostKept) forget_told();
    changed_.notify_all();
}

/// What all watches have been told, but for the last.
void ObjectStore::forget_told() {
    std::uint64_t told = first_ + changes_.size();
    std::erase_if(watches_, [](const auto& watch) { return watch.expired(); });
    for (const auto& weak : watches_) {
        if (const auto watch = weak.lock()) told = std::min(told, watch->position);
    }
    while (changes_.size() > kMostKept / 2 && first_ < told) {
        changes_.pop_front();
        ++first_;
    }
}

Outcome ObjectStore::create(const std::string& name_space, const std::string& json) {
    Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) return failure(400, "BadRequest", "the body is no object");
    Json& metadata = object["metadata"];
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = first_ + changes_.size();
    std::string name = metadata.value("name", "");
    if (name.empty()) name = metadata.value("generateName", "") + std::to_string(number);
    const std::string key = key_of(name_space, name);
    if (objects_.contains(key)) {
        return failure(409, "AlreadyExists", kind_ + " \"" + name + "\" already exists");
    }
    object["apiVersion"] = version_;
    object["kind"] = kind_;
    metadata["name"] = name;
    metadata["namespace"] = name_space;
    metadata["uid"] = uid_of(kind_, number);
    metadata["resourceVersion"] = std::to_string(number);
    metadata["creationTimestamp"] = "2026-01-01T00:00:00Z";
    Object made{object.dump(), labels_of(object)};
    if (made.json.size() > kLongestObject) {
        return failure(413, "RequestEntityTooLarge", "etcdserver: request is too large");
    }
    note({key, std::make_shared<const std::string>(made.json), {}, made.labels});
    const Outcome outcome{201, made.json};
    objects_.emplace(key, std::move(made));
    return outcome;
}

Outcome ObjectStore::get(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return failure(404, "NotFound", kind_ + " " + key + " not found");
    return {200, found->second.json};
}

Outcome ObjectStore::patch(const std::string& key, const std::string& merge) {
    const Json change = Json::parse(merge, nullptr, false);
    if (!change.is_object()) return failure(400, "BadRequest", "the body is no object");
    const Json metadata = change.value("metadata", Json::object());
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return failure(404, "NotFound", kind_ + " " + key + " not found");
    Json object = Json::parse(found->second.json);
    const Json known = object["metadata"];
    if (metadata.contains("uid") && metadata["uid"] != known["uid"]) {
        return failure(409, "Conflict", "Precondition failed: UID in precondition differs");
    }
    const bool is_old = metadata.contains("resourceVersion") &&
                        metadata["resourceVersion"] != known["resourceVersion"];
    if (is_old) {
        return failure(409, "Conflict",
                       "Operation cannot be fulfilled: the object has been modified; please apply "
                       "your changes to the latest version and try again");
    }
    object.merge_patch(change);
    object["metadata"]["resourceVersion"] = std::to_string(first_ + changes_.size());
    Object made{object.dump(), labels_of(object)};
    if (made.json.size() > kLongestObject) {
        return failure(413, "RequestEntityTooLarge", "etcdserver: request is too large");
    }
    const Json& finalizers = object["metadata"]["finalizers"];
    const bool is_gone = object["metadata"].contains("deletionTimestamp") &&
                         (finalizers.is_null() || finalizers.empty());
    std::optional<Labels> after;
    if (!is_gone) after = made.labels;
    note({key, std::make_shared<const std::string>(made.json), found->second.labels, after});
    const Outcome outcome{200, made.json};
    if (is_gone) {
        objects_.erase(found);
    } else {
        found->second = std::move(made);
    }
    return outcome;
}

/// Objects with finalizers stay until those are gone.
Outcome ObjectStore::remove(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return failure(404, "NotFound", kind_ + " " + key + " not found");
    Json object = Json::parse(found->second.json);
    object["metadata"]["resourceVersion"] = std::to_string(first_ + changes_.size());
    const Json finalizers = object["metadata"].value("finalizers", Json::array());
    const bool stays = !finalizers.empty();
    if (stays) object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:01Z";
    found->second.json = object.dump();
    std::optional<Labels> after;
    if (stays) after = found->second.labels;
    note({key, std::make_shared<const std::string>(found->second.json), found->second.labels,
          after});
    const Outcome outcome{200, found->second.json};
    if (!stays) objects_.erase(found);
    return outcome;
}

void ObjectStore::remove_all(const std::string& name_space, const std::string& selector) {
    std::vector<std::string> keys;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, object] : objects_) {
            const bool is_here = name_space.empty() || key.starts_with(name_space + "/");
            if (is_here && matches(selector, object.labels)) keys.push_back(key);
        }
    }
    for (const std::string& key : keys) {
        static_cast<void>(remove(key));
    }
}

Outcome ObjectStore::list(const std::string& name_space, const std::string& selector,
                          std::size_t limit, const std::string& after) const {
    const std::lock_guard lock(mutex_);
    std::string items;
    std::string last;
    std::size_t n_items = 0;
    bool is_all = true;
    for (auto at = objects_.upper_bound(after); at != objects_.end(); ++at) {
        const bool is_here = name_space.empty() || at->first.starts_with(name_space + "/");
        if (!is_here || !matches(selector, at->second.labels)) continue;
        if (limit != 0 && n_items == limit) {
            is_all = false;
            break;
        }
        items += (n_items++ == 0 ? "" : ",") + at->second.json;
        last = at->first;
    }
    Json metadata = {{"resourceVersion", std::to_string(first_ + changes_.size() - 1)}};
    if (!is_all) metadata["continue"] = last;
    return {200, R"({"apiVersion":")" + version_ + R"(","kind":")" + kind_ +
                     R"(List","metadata":)" + metadata.dump() + R"(,"items":[)" + items + "]}"};
}

std::shared_ptr<ObjectStore::Watch> ObjectStore::watch(const std::string& name_space,
                                                       const std::string& selector,
                                                       std::uint64_t version) {
    const std::lock_guard lock(mutex_);
    if (version + 1 < first_) return nullptr;
    auto watch = std::make_shared<Watch>(Watch{name_space, selector, version + 1});
    watches_.push_back(watch);
    return watch;
}

std::string ObjectStore::take(Watch& watch) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLongestWait,
                      [&] { return watch.position < first_ + changes_.size(); });
    std::string lines;
    constexpr std::size_t kMostAtOnce = std::size_t{256} << 10;
    while (watch.position < first_ + changes_.size() && lines.size() < kMostAtOnce) {
        const Change& change = changes_[watch.position++ - first_];
        const bool is_here =
            watch.name_space.empty() || change.key.starts_with(watch.name_space + "/");
        const bool was_in = change.before && matches(watch.selector, *change.before);
        const bool is_in = change.after && matches(watch.selector, *change.after);
        if (!is_here || (!was_in && !is_in)) continue;
        const char* type = !is_in ? "DELETED" : was_in ? "MODIFIED" : "ADDED";
        lines += std::string(R"({"type":")") + type + R"(","object":)" + *change.json + "}\n";
    }
    return lines;
}

std::vector<std::string> ObjectStore::keys() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [key, object] : objects_) {
        all.push_back(key);
    }
    return all;
}

std::size_t ObjectStore::size() const {
    const std::lock_guard lock(mutex_);
    return objects_.size();
}

} // namespace tiphys::fake
