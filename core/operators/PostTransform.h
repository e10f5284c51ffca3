// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/NodeContext.h"
#include "core/operators/SoftmaxRow.h"

namespace formulens {

/// What the operators of ai.onnx.ml do to a row of scores at their end (attribute 'post_transform').
class PostTransform
{
public:
    enum class Kind
    {
        None,
        Logistic,
        Softmax,
    };

    explicit PostTransform(Kind kind) : m_kind(kind) { }
    /// Fails in words for transforms that no formula is known of.
    explicit PostTransform(const NodeContext& node) : m_kind(kindOf(node, node.text("post_transform", "NONE"))) { }
    PostTransform(const NodeContext& node, const std::string& name) : m_kind(kindOf(node, name)) { }

    Kind kind() const { return m_kind; }
    bool isNone() const { return m_kind == Kind::None; }
    /// All results lie above 0.
    bool isPositive() const { return m_kind != Kind::None; }

    template <class T>
    void apply(std::vector<T>& scores, T* out) const
    {
        if (m_kind == Kind::Softmax)
            return softmaxOfRow<false>(scores, out);
        for (std::size_t i = 0; i < scores.size(); ++i)
            out[i] = m_kind == Kind::Logistic ? formulens::apply<functions::Sigmoid, T>(scores[i]) : scores[i];
    }

private:
    static Kind kindOf(const NodeContext& node, const std::string& name)
    {
        if (name == "NONE")
            return Kind::None;
        if (name == "LOGISTIC")
            return Kind::Logistic;
        if (name == "SOFTMAX")
            return Kind::Softmax;
        node.fail("attribute 'post_transform' is '" + name
            + "', which has no formula here; export it with NONE, LOGISTIC or SOFTMAX");
    }

    Kind m_kind;
};

} // namespace formulens
