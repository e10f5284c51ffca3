// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/ClassLabels.h"
#include "core/operators/KernelOf.h"
#include "core/operators/PostTransform.h"

/// The linear models of ai.onnx.ml: scores that are affine forms of the features, and the class of the largest.
namespace formulens {

namespace {

/// s_nk = b_k + sum_i W_ki x_ni
struct LinearScores
{
    std::vector<double> coefficients; ///< row-major: one row for each score
    std::vector<double> intercepts;
    std::size_t samples = 0;
    std::size_t features = 0;

    std::size_t count() const { return intercepts.size(); }
    std::size_t groups() const { return samples; }
    std::uint64_t cost() const { return std::uint64_t(samples) * coefficients.size(); }

    template <class T, class In>
    std::vector<T> of(std::size_t sample, In in) const
    {
        std::vector<T> scores;
        for (std::size_t k = 0; k < count(); ++k) {
            Sum<T> sum(intercepts[k]);
            for (std::size_t i = 0; i < features; ++i)
                if (const double weight = coefficients[k * features + i]; weight != 0)
                    sum.add(weight, in(0, sample * features + i));
            scores.push_back(sum.result());
        }
        return scores;
    }
};

struct TransformedScores : LinearScores
{
    PostTransform transform{PostTransform::Kind::None};

    std::size_t groupSize() const { return count(); }
    Kernel::Character character() const
    {
        return transform.isNone() ? Kernel::Character::Linear : Kernel::Character::Joint;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> scores = of<T>(g, in);
        transform.apply(scores, out);
    }
};

/// The first of the largest scores.
struct BestClass : LinearScores
{
    ClassLabels labels;

    std::size_t groupSize() const { return 1; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const double firstOnTies = 0;
        const std::vector<T> scores = of<T>(g, in);
        *out = labels.of(
            apply<functions::ArgMax, T>(std::span<const T>(scores), std::span<const double>(&firstOnTies, 1)));
    }
};

/// A matrix of samples, or one sample as a list.
LinearScores scoresOf(const NodeContext& node, std::size_t count)
{
    node.expectRank(0, 1);
    const Shape& shape = node.shape(0);
    if (shape.rank() > 2)
        node.fail("its input has shape " + shape.text() + ", expected [samples, features]");
    LinearScores scores;
    scores.features = static_cast<std::size_t>(shape[shape.rank() - 1]);
    scores.samples = shape.rank() == 2 ? static_cast<std::size_t>(shape[0]) : 1;
    scores.coefficients = node.numbers("coefficients");
    scores.intercepts = node.numbers("intercepts", std::vector<double>(count));
    if (scores.intercepts.empty())
        scores.intercepts.resize(count);
    if (scores.count() != count || scores.coefficients.size() != count * scores.features)
        node.fail("it has " + std::to_string(scores.coefficients.size()) + " coefficients and "
            + std::to_string(scores.count()) + " intercepts, expected " + std::to_string(count * scores.features)
            + " and " + std::to_string(count) + " for " + std::to_string(scores.features) + " features and "
            + std::to_string(count) + " scores");
    return scores;
}

Preparation transformed(const NodeContext& node, const LinearScores& scores)
{
    const TransformedScores kernel{scores, PostTransform(node)};
    return {.type = ElementType::Float32,
        .shape = Shape{static_cast<std::int64_t>(scores.samples), static_cast<std::int64_t>(scores.count())},
        .kernel = kernelOf(kernel),
        .operands = {0},
        .positive = kernel.transform.isPositive()};
}

struct LinearRegressor
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::int64_t targets = node.integer("targets", 1);
        if (targets < 1 || targets > (std::int64_t(1) << 24))
            node.fail("attribute 'targets' is " + std::to_string(targets) + ", expected the number of outputs");
        return {transformed(node, scoresOf(node, static_cast<std::size_t>(targets)))};
    }
};

struct LinearClassifier
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const ClassLabels labels(node, "classlabels_ints", "classlabels_strings");
        const std::size_t rows = node.numbers("intercepts", std::vector<double>(labels.count())).size();
        if (labels.count() < 2 || rows != labels.count())
            node.fail("it has " + std::to_string(rows) + " rows of coefficients for " + std::to_string(labels.count())
                + " classes, and runtimes differ in what that means; export it with one row for each class");
        const LinearScores scores = scoresOf(node, rows);
        Preparation label = labels.output(static_cast<std::int64_t>(scores.samples));
        if (label.unavailable.empty())
            label.kernel = kernelOf(BestClass{scores, labels});
        return {label, transformed(node, scores)};
    }
};

constexpr OperatorRow linearModelRows[] = {
    {"ai.onnx.ml", "LinearClassifier", 1, LinearClassifier::prepare},
    {"ai.onnx.ml", "LinearRegressor", 1, LinearRegressor::prepare},
};

} // namespace

std::span<const OperatorRow> linearModelOperators()
{
    return linearModelRows;
}

} // namespace formulens
