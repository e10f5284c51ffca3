// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace formulens::keras {

using Json = nlohmann::json;

/// The configuration of one layer, key by key. It remembers what was asked for: a key that nobody asked for and that is
/// not known to be without influence on the result is refused, never dropped. A key of value null counts as absent.
/// Everything here throws ImportError with a sentence that names the layer.
class LayerConfig
{
public:
    /// `label` is "layer 'dense_1' (Dense)". The JSON must outlive this.
    LayerConfig(const Json& config, std::string label);

    const std::string& label() const { return m_label; }
    const Json* find(const std::string& key);
    bool has(const std::string& key) const;

    bool flag(const std::string& key, bool standard);
    std::int64_t integer(const std::string& key);
    double number(const std::string& key, double standard);
    std::string text(const std::string& key, const std::string& standard);
    /// Numbers of a list, or one that stands for `count` equal ones.
    std::vector<std::int64_t> integers(const std::string& key, std::size_t count, std::int64_t standard);
    /// A list of any length, or one number.
    std::vector<std::int64_t> list(const std::string& key);
    std::vector<double> numbers(const Json& value, const std::string& key) const;

    /// The key has no influence on what is computed here.
    void ignore(const std::string& key) { m_known.insert(key); }
    void ignoreAll();
    /// Refuses the layer unless the key is absent or false.
    void expectNot(const std::string& key);
    /// Refuses what nobody asked for.
    void expectNothingElse() const;

    /// What was taken in one way although the file might mean another: a warning that names the layer.
    void note(const std::string& words) { m_notes.push_back(m_label + ": " + words); }
    const std::vector<std::string>& notes() const { return m_notes; }

    [[noreturn]] void fail(const std::string& words, ErrorCode code = ErrorCode::BadFile) const;
    [[noreturn]] void unsupported(const std::string& words) const { fail(words, ErrorCode::Unsupported); }
    [[noreturn]] void failKey(const std::string& key, const std::string& expected) const;

private:
    const Json* m_config;
    std::string m_label;
    std::set<std::string> m_known;
    std::vector<std::string> m_notes;
};

/// A value as a message quotes it, cut where it is long.
std::string quoted(const Json& value);

/// An integer that JSON may also have as 2.0.
std::optional<std::int64_t> wholeNumber(const Json& value);

} // namespace formulens::keras
